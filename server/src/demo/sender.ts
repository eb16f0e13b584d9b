// Sends the live campaign's messages when they are due, over the public API only: run after run, each a campaign of its own
// that ends ARCHIVED. Older runs are deleted, and contacts come from a fixed few hundred, so that no data grows for ever.
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../log.js';
import type { DemoClient } from './client.js';
import {
  ADD_CONTACTS,
  ADD_SENDERS,
  CREATE_CAMPAIGN,
  DELETE_CAMPAIGN,
  FIND_CAMPAIGNS,
  type FoundCampaign,
  RECORD,
  SET_STATUS,
} from './operations.js';
import { campaignIdOf, INITIAL_MESSAGE, planRun, type Run, type Step } from './plan.js';

export interface DemoSender {
  stop(): Promise<void>;
}

/** The time that the sender lives in; a test's may run faster. */
export interface Clock {
  now(): number;
  /** @throws where `signal` is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export interface DemoSenderOptions {
  readonly client: DemoClient;
  readonly clock?: Clock;
  readonly log: Log;
  /** Done once, before the first run. */
  readonly before: () => Promise<void>;
  readonly onCampaign: (campaignId: string) => void;
}

const REAL_TIME: Clock = { now: Date.now, wait: (ms, signal) => delay(ms, undefined, { signal }) };
const NAME = 'River clean-up';
const TICK_MS = 250;
const MOST_AT_ONCE = 500;
const RETRY_MS = 2_000;
/** A finished run can be looked at for this long before the next begins. */
const REST_MS = 20_000;
const RUNS_KEPT = 3;

const numberOf = (campaignId: string): number => Number(/^demo-live-(\d+)$/.exec(campaignId)?.[1] ?? 0);

async function findRuns(client: DemoClient): Promise<FoundCampaign[]> {
  const { campaigns } = await client.ask<{ campaigns: { edges: { node: FoundCampaign }[] } }>(
    FIND_CAMPAIGNS,
    {
      search: NAME,
    },
  );
  return campaigns.edges
    .map(({ node }) => node)
    .filter(({ id }) => numberOf(id) > 0)
    .sort((one, other) => numberOf(other.id) - numberOf(one.id));
}

/** Opens a run, or the same again. @returns when it began, in milliseconds. */
async function open(client: DemoClient, { number, campaignId, contacts, senders }: Run): Promise<number> {
  const { createCampaign } = await client.ask<{ createCampaign: { createdAt: string } }>(CREATE_CAMPAIGN, {
    input: {
      id: campaignId,
      name: `${NAME}, run ${number}`,
      description:
        'Sent message by message by the demo sender. It ends after two minutes, and the next run begins.',
      initialMessage: INITIAL_MESSAGE,
      timeZone: 'America/Denver',
      opensAt: '00:00',
      closesAt: '23:59',
      phoneNumbers: ['+13035550199'],
    },
  });
  await client.ask(ADD_SENDERS, { campaignId, senders });
  await client.ask(ADD_CONTACTS, { campaignId, contacts: contacts.map((phone) => ({ phone })) });
  return Date.parse(createCampaign.createdAt);
}

async function record(client: DemoClient, startedMs: number, steps: readonly Step[]): Promise<void> {
  const at = ({ afterMs }: Step): string => new Date(startedMs + afterMs).toISOString();
  await client.ask(RECORD, {
    messages: steps.flatMap((step) => (step.kind === 'message' ? { ...step.message, at: at(step) } : [])),
    statuses: steps.flatMap((step) => (step.kind === 'status' ? { ...step.status, at: at(step) } : [])),
    optOuts: steps.flatMap((step) => (step.kind === 'optOut' ? { ...step.optOut, at: at(step) } : [])),
  });
}

export function startSender(options: DemoSenderOptions): DemoSender {
  const { client, log, before, onCampaign, clock = REAL_TIME } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const wait = (ms: number): Promise<void> => clock.wait(ms, signal);

  async function send(run: Run): Promise<void> {
    const startedMs = await open(client, run);
    onCampaign(run.campaignId);
    for (let told = 0; told < run.steps.length; ) {
      const now = clock.now() - startedMs;
      const due = run.steps.slice(told, told + MOST_AT_ONCE).filter((step) => step.afterMs <= now);
      if (due.length > 0) await record(client, startedMs, due);
      told += due.length;
      if (due.length < MOST_AT_ONCE) await wait(TICK_MS);
    }
    await client.ask(SET_STATUS, { id: run.campaignId, status: 'ARCHIVED' });
  }

  async function runOnce(): Promise<void> {
    const runs = await findRuns(client);
    for (const { id } of runs.slice(RUNS_KEPT - 1)) await client.ask(DELETE_CAMPAIGN, { id });
    const [last] = runs;
    const isOver = last?.status !== 'ACTIVE';
    const number = numberOf(last?.id ?? campaignIdOf(0)) + (isOver ? 1 : 0);
    await send(planRun(number));
    await wait(REST_MS);
  }

  async function work(): Promise<void> {
    let isReady = false;
    while (!signal.aborted)
      try {
        if (!isReady) await before();
        isReady = true;
        await runOnce();
      } catch (error) {
        if (signal.aborted) break;
        log.warn({ reason: (error as Error).message }, 'the demo sender could not go on: it tries again');
        await wait(RETRY_MS).catch(() => undefined);
      }
  }

  const working = work();
  return {
    async stop() {
      stopping.abort();
      await working;
    },
  };
}
