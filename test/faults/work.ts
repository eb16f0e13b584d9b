// Accounts at work on several servers: callers that tell a plan of deeds and insist, askers that read by turns, and readers on
// every server. All of it under the checker's eyes.
import { setTimeout as delay } from 'node:timers/promises';
import type { EightBoxesFragment } from '@campaign-analytics/schema/graphql';
import { openApi } from '../harness/api.ts';
import { createCampaign, message, phone } from '../harness/campaign.ts';
import { eventually, within } from '../harness/deadline.ts';
import type { Customer } from './accounts.ts';
import { type Caller, openCaller } from './callers.ts';
import type { Checker, Told } from './checker.ts';
import { type Deed, planDeeds } from './deeds.ts';
import { openWatcher, type Watcher } from './watchers.ts';

export interface WorkOptions {
  readonly checker: Checker;
  readonly customers: readonly Customer[];
  /** The servers' addresses, which stay. */
  readonly urls: readonly string[];
  readonly seed: number;
  /** Callers of each account, each with one request at a time. */
  readonly callers?: number;
  readonly deeds?: number;
  /** How long a caller rests after a request that took so long. */
  readonly restMs?: (tookMs: number) => number;
}

interface Home {
  readonly told: Told;
  readonly caller: Caller;
  readonly campaignIds: readonly string[];
  readonly watchers: readonly Watcher[];
}

export interface Work {
  readonly campaignIds: readonly string[];
  /** Settles when something new was acknowledged by every server, and seen by every reader. */
  recovers(withinMs: number): Promise<void>;
  /** Begins no more; settles when all that was begun is acknowledged. */
  finish(withinMs: number): Promise<void>;
  /** After `finish`: settles when every reader has the newest, and has the checker compare what it has. */
  converges(withinMs: number): Promise<void>;
  /** Ends everything at once. */
  stop(): Promise<void>;
  figures(): Figures;
}

export interface Figures {
  /** Messages that were attempted, each once. */
  readonly messages: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly lost: number;
  /** Answers of askers and snapshots of readers. */
  readonly reads: number;
}

const CAMPAIGNS = 3;
const PAUSE_MS = 15;
const PROBE_MS = 2_000;

export async function startWork(options: WorkOptions): Promise<Work> {
  const { checker, urls, seed, callers = 2, deeds = 3_000, restMs = () => PAUSE_MS } = options;
  const finishing = new AbortController();
  const stopping = new AbortController();
  let reads = 0;
  let probes = 0;

  const turned = (index: number): readonly string[] => (index % 2 === 0 ? urls : urls.toReversed());

  async function settle({ told, key }: Customer): Promise<Home> {
    const api = openApi(urls[0] ?? '', key);
    const campaignIds: string[] = [];
    while (campaignIds.length < CAMPAIGNS)
      campaignIds.push(await createCampaign(api, `${told.mark}-campaign-${campaignIds.length}`));
    const watchers = urls.map((url, place) => {
      const name = `reader of ${told.mark} on server ${place + 1}`;
      return openWatcher({ checker, told, key, name, campaignIds, url: () => url });
    });
    return { told, campaignIds, watchers, caller: openCaller(checker, told, key) };
  }

  async function call(home: Home, plan: Iterable<Deed>, index: number): Promise<void> {
    for (const deed of plan) {
      const beganMs = performance.now();
      await home.caller.insist(() => turned(index), deed, stopping.signal);
      if (finishing.signal.aborted) return;
      await delay(restMs(performance.now() - beganMs));
    }
  }

  async function ask({ caller, campaignIds, told }: Home): Promise<void> {
    for (let round = 0; !finishing.signal.aborted; round++) {
      const campaignId = campaignIds[round % campaignIds.length] ?? '';
      if (await caller.read(urls[round % urls.length] ?? '', `asker of ${told.mark}`, campaignId)) reads++;
      await delay(PAUSE_MS);
    }
  }

  const homes = await Promise.all(options.customers.map(settle));
  const running = homes.flatMap((home, place) => {
    const plan = planDeeds(seed + place, home.campaignIds, deeds, home.told.mark).values();
    const calling = Array.from({ length: callers }, (_, index) => call(home, plan, index));
    return [...calling, ask(home)];
  });

  /** As the servers have it now. */
  const newestOf = ({ told, caller, campaignIds }: Home, withinMs: number): Promise<EightBoxesFragment[]> =>
    Promise.all(
      campaignIds.map(async (id, index) => {
        const look = () => caller.read(urls[index % urls.length] ?? '', `last look of ${told.mark}`, id);
        return (await eventually(look, (boxes) => boxes !== undefined, withinMs)) as EightBoxesFragment;
      }),
    );

  return {
    campaignIds: homes.flatMap((home) => home.campaignIds),
    async recovers(withinMs) {
      const [home] = homes;
      if (!home) return;
      const [campaignId = ''] = home.campaignIds;
      const tellAnew = async (url: string): Promise<void> => {
        const id = `${home.told.mark}probe${probes++}`;
        const items = [message(campaignId, { id, contact: phone(1), segments: 1 })];
        const tell = () => home.caller.tell(url, { kind: 'messages', items }, PROBE_MS);
        await eventually(tell, (answer) => answer !== undefined, withinMs);
      };
      await Promise.all(urls.map(tellAnew));
      const newest = await newestOf(home, withinMs);
      await Promise.all(home.watchers.map((each) => each.reaches(newest, withinMs)));
    },
    async finish(withinMs) {
      finishing.abort();
      await within(Promise.all(running), 'all that was begun to be acknowledged', withinMs);
    },
    async converges(withinMs) {
      for (const home of homes) {
        const newest = await newestOf(home, withinMs);
        await Promise.all(home.watchers.map((each) => each.reaches(newest, withinMs)));
        for (const each of home.watchers) home.told.endedOn(each.name, each.newest(), newest);
      }
    },
    async stop() {
      finishing.abort();
      stopping.abort();
      for (const { watchers } of homes) for (const each of watchers) await each.close();
      await Promise.all(running);
    },
    figures() {
      const sum = (of: (home: Home) => number): number => homes.reduce((all, home) => all + of(home), 0);
      return {
        messages: sum(({ told }) => told.ledger.sums('messages').ids),
        acknowledged: sum(({ told }) => told.ledger.answers),
        refused: sum(({ caller }) => caller.counts.refused),
        lost: sum(({ caller }) => caller.counts.lost),
        reads: reads + sum(({ watchers }) => watchers.reduce((all, each) => all + each.snapshots, 0)),
      };
    },
  };
}
