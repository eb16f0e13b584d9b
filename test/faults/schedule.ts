// One seeded schedule: callers and readers at work, faults that begin and are lifted (safety: nothing false is ever seen), then
// none any more (liveness: everything converges within the deadline), and the checker's last look.
import { setTimeout as delay } from 'node:timers/promises';
import { type EightBoxesFragment } from '@campaign-analytics/schema/graphql';
import { type Api, openApi } from '../harness/api.ts';
import { createCampaign, message, phone } from '../harness/campaign.ts';
import { eventually, within } from '../harness/deadline.ts';
import { type Member as Account, addAccounts, makePlace } from './accounts.ts';
import { openCaller } from './callers.ts';
import { openChecker } from './checker.ts';
import { type Deed, planDeeds, randomOf } from './deeds.ts';
import { drawFaults, FAULTS, type Fault, type Run } from './fault.ts';
import { openFleet } from './fleet.ts';
import type { Instance } from './instance.ts';
import { openWatcher } from './watchers.ts';

export interface Outcome {
  readonly violations: readonly string[];
  /** What was done when, in milliseconds from the first fault. */
  readonly history: readonly string[];
  /** How often each kind was injected. */
  readonly injected: ReadonlyMap<string, number>;
  /** From the lifting of a lone fault until everything told since was acknowledged by every server and seen there, by kind. */
  readonly recoveryMs: readonly { readonly kind: string; readonly ms: number }[];
  /** From the end of all faults until all was acknowledged, stored, seen and equal. */
  readonly convergenceMs: number;
  readonly items: number;
  readonly requests: { readonly acknowledged: number; readonly refused: number; readonly lost: number };
  readonly snapshots: number;
}

export interface ScheduleOptions {
  readonly instance: Instance;
  readonly seed: number;
  readonly steps: number;
  /** Faults beside those of every schedule. */
  readonly more?: readonly Fault[];
  readonly modules?: readonly string[];
}

const SERVERS = 2;
const ACCOUNTS = 2;
const CALLERS = 2;
const DEEDS = 3_000;
/** The liveness phase: a reader is promised the newest within a second of quiet, and this is ten times that. */
export const CONVERGES_WITHIN_MS = 10_000;
/** Of a fault in the middle, which is only measured. */
const RECOVERS_WITHIN_MS = 60_000;
const FAULT_MS = { least: 100, most: 900 };
const PAUSE_MS = 15;

/** What lifts the network and the database goes before what starts processes, which need them. */
const ORDER = ['clock', 'network', 'disk', 'database', 'process'];

export async function runSchedule(options: ScheduleOptions): Promise<Outcome> {
  const { instance, seed } = options;
  const random = randomOf(seed);
  const place = await makePlace(instance, `schedule_${seed}`);
  const checker = openChecker(place.adminUrl);
  const accounts = await addAccounts(place, checker, ACCOUNTS);
  const { modules } = options;
  const fleet = await openFleet({ databaseUrl: place.url, count: SERVERS, ...(modules && { modules }) });
  const urls = (): string[] => fleet.members.map((each) => each.url);
  const injected = new Map<string, number>();
  const recoveryMs: { kind: string; ms: number }[] = [];
  let snapshots = 0;
  const history: string[] = [];
  const beganMs = performance.now();
  const note = (what: string): void => {
    history.push(`${Math.round(performance.now() - beganMs)} ${what}`);
  };

  const homes = await Promise.all(
    accounts.map(async ({ told, key }: Account, index) => {
      const api: Api = openApi(urls()[0] ?? '', key);
      const campaignIds: string[] = [];
      while (campaignIds.length < 3)
        campaignIds.push(await createCampaign(api, `${told.mark}-campaign-${campaignIds.length}`));
      const watchers = fleet.members.map((member, place) =>
        openWatcher({
          checker,
          told,
          key,
          name: `reader ${place} of ${told.mark}`,
          campaignIds,
          url: () => member.url,
        }),
      );
      return {
        told,
        key,
        campaignIds,
        watchers,
        caller: openCaller(checker, told, key),
        deeds: planDeeds(seed + index, campaignIds, DEEDS, told.mark).values(),
      };
    }),
  );
  type Home = (typeof homes)[number];
  const run: Run = {
    instance,
    place,
    fleet,
    random,
    campaignIds: homes.flatMap((home) => home.campaignIds),
    violate: checker.violate,
  };

  const safety = new AbortController();
  const end = new AbortController();
  const isOver = (): boolean => safety.signal.aborted;
  async function call({ caller, deeds }: Home, index: number): Promise<void> {
    const turned = (): string[] => (index % 2 === 0 ? urls() : urls().reverse());
    for (const deed of deeds) {
      await caller.insist(turned, deed, end.signal);
      if (isOver()) return;
      await delay(PAUSE_MS);
    }
  }
  async function read({ caller, campaignIds, told }: Home): Promise<void> {
    for (let round = 0; !isOver(); round++) {
      const url = urls()[round % SERVERS] ?? '';
      if (await caller.read(url, `asker of ${told.mark}`, campaignIds[round % campaignIds.length] ?? ''))
        snapshots++;
      await delay(PAUSE_MS);
    }
  }
  const calling = homes.flatMap((home) => Array.from({ length: CALLERS }, (_, index) => call(home, index)));
  const reading = homes.map(read);

  /** The boxes as the database has them, by the server's own words. */
  const finalOf = async (home: Home): Promise<EightBoxesFragment[]> =>
    Promise.all(
      home.campaignIds.map((id, index) =>
        eventually(
          () => home.caller.read(urls()[index % SERVERS] ?? '', `last look of ${home.told.mark}`, id),
          (boxes): boxes is EightBoxesFragment => boxes !== undefined,
          RECOVERS_WITHIN_MS,
        ),
      ),
    ) as Promise<EightBoxesFragment[]>;

  let probes = 0;
  /** Something new, told to each server, is acknowledged there and seen by every reader. */
  async function recovers(): Promise<void> {
    const [home] = homes;
    if (!home) return;
    const [campaignId = ''] = home.campaignIds;
    await Promise.all(
      fleet.members.map(async (member) => {
        const id = `${home.told.mark}probe${probes++}`;
        const deed: Deed = {
          kind: 'messages',
          items: [message(campaignId, { id, contact: phone(1), segments: 1 })],
        };
        await eventually(
          () => home.caller.tell(member.url, deed, 500),
          (answer) => answer !== undefined,
          RECOVERS_WITHIN_MS,
        );
      }),
    );
    const boxes = await finalOf(home);
    await Promise.all(home.watchers.map((each) => each.reaches(boxes, RECOVERS_WITHIN_MS)));
  }

  let convergenceMs = Number.NaN;
  try {
    for (let step = 0; step < options.steps; step++) {
      const drawn = drawFaults(run, [...FAULTS, ...(options.more ?? [])]);
      const lifts: { place: string; lift: () => Promise<unknown> }[] = [];
      for (const fault of drawn) {
        note(`${fault.kind} begins`);
        injected.set(fault.kind, (injected.get(fault.kind) ?? 0) + 1);
        lifts.push({ place: fault.place, lift: await fault.begin(run) });
      }
      await delay(FAULT_MS.least + random() * (FAULT_MS.most - FAULT_MS.least));
      lifts.sort((one, other) => ORDER.indexOf(one.place) - ORDER.indexOf(other.place));
      const startedMs = performance.now();
      note('all is lifted');
      for (const { lift } of lifts)
        await within(lift(), `${drawn.map(({ kind }) => kind)} to be lifted`, 60_000);
      // The servers serve again: faults have stopped.
      convergenceMs = performance.now();
      if (step < options.steps - 1 && drawn.length === 1) {
        await recovers();
        note('recovered');
        recoveryMs.push({ kind: drawn[0]?.kind ?? '', ms: performance.now() - startedMs });
      }
    }

    safety.abort();
    note('no more faults');
    const left = (): number => Math.max(1, CONVERGES_WITHIN_MS - (performance.now() - convergenceMs));
    await within(Promise.all([...calling, ...reading]), 'all to be acknowledged', left());
    for (const home of homes) {
      const final = await finalOf(home);
      await Promise.all(home.watchers.map((each) => each.reaches(final, left())));
      for (const each of home.watchers) home.told.endedOn(each.name, each.newest(), final);
    }
    convergenceMs = performance.now() - convergenceMs;
    note('converged');
    await checker.inspect();
    for (const member of fleet.members) {
      const code = await member.stop();
      if (code !== 0) checker.violate(`${member.name}: expected to end with 0, got ${code}`);
    }
  } catch (error) {
    note((error as Error).stack ?? '');
    checker.violate((error as Error).message);
  } finally {
    safety.abort();
    end.abort();
    for (const { watchers } of homes) for (const each of watchers) await each.close();
    await fleet.close();
    await Promise.all([...calling, ...reading]);
  }
  checker.logged(fleet.log());
  if (/fault that nothing caught|"INTERNAL"/.test(fleet.log()))
    checker.violate('the log: expected faults that were foreseen only');
  await instance.ask(`drop database ${place.name} with (force)`);

  const sum = (of: (home: Home) => number): number => homes.reduce((all, home) => all + of(home), 0);
  return {
    violations: checker.violations,
    history,
    injected,
    recoveryMs,
    convergenceMs,
    items: sum(({ told }) => [...told.ledger.items('messages').values()].length),
    requests: {
      acknowledged: sum(({ told }) => told.ledger.answers),
      refused: sum(({ caller }) => caller.counts.refused),
      lost: sum(({ caller }) => caller.counts.lost),
    },
    snapshots,
  };
}
