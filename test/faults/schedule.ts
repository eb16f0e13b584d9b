// One seeded schedule: accounts at work, faults that begin and are lifted (safety: nothing false is ever seen), then none any
// more (liveness: everything converges within the deadline), and the checker's last look.
import { setTimeout as delay } from 'node:timers/promises';
import { within } from '../harness/deadline.ts';
import { addCustomers, makePlace } from './accounts.ts';
import { openChecker } from './checker.ts';
import { randomOf } from './deeds.ts';
import { drawFaults, FAULTS, type Fault, type Run } from './fault.ts';
import { openFleet } from './fleet.ts';
import type { Instance } from './instance.ts';
import { type Figures, startWork } from './work.ts';

export interface Outcome extends Figures {
  readonly violations: readonly string[];
  /** What was done when, in milliseconds from the beginning. */
  readonly history: readonly string[];
  /** How often each kind was injected. */
  readonly injected: ReadonlyMap<string, number>;
  /** From the lifting of a lone fault until something new was acknowledged by every server and seen by every reader, by kind. */
  readonly recoveries: readonly { readonly kind: string; readonly ms: number }[];
  /** From the end of all faults until all was acknowledged, stored, seen and equal. */
  readonly convergenceMs: number;
}

export interface ScheduleOptions {
  readonly instance: Instance;
  readonly seed: number;
  readonly steps: number;
  /** Faults beside those of every schedule. */
  readonly more?: readonly Fault[];
  /** Loaded into each server process. */
  readonly modules?: readonly string[];
}

const SERVERS = 2;
const CUSTOMERS = 2;
/** The liveness phase: a reader is promised the newest within a second of quiet, and this is ten times that. */
export const CONVERGES_WITHIN_MS = 10_000;
/** Of a fault in the middle, which is only measured. */
const RECOVERS_WITHIN_MS = 60_000;
const LIFTED_WITHIN_MS = 60_000;
const FAULT_MS = { least: 100, most: 900 };

/** What lifts the network and the database goes before what starts processes, which need them. */
const ORDER: readonly Fault['place'][] = ['clock', 'network', 'disk', 'database', 'process'];

export async function runSchedule(options: ScheduleOptions): Promise<Outcome> {
  const { instance, seed, steps, more = [], modules = [] } = options;
  const random = randomOf(seed);
  const place = await makePlace(instance, `schedule_${seed}`);
  const checker = openChecker(place.adminUrl);
  const customers = await addCustomers(place, checker, CUSTOMERS);
  const fleet = await openFleet({ databaseUrl: place.url, count: SERVERS, modules });
  const urls = fleet.members.map((each) => each.url);
  const work = await startWork({ checker, customers, urls, seed });
  const { campaignIds } = work;
  const run: Run = { instance, place, fleet, random, campaignIds, violate: checker.violate };

  const injected = new Map<string, number>();
  const recoveries: { kind: string; ms: number }[] = [];
  const history: string[] = [];
  const beganMs = performance.now();
  const note = (what: string): void => {
    history.push(`${Math.round(performance.now() - beganMs)} ms: ${what}`);
  };

  /** @returns when the servers served again. */
  async function inject(drawn: readonly Fault[], isLast: boolean): Promise<number> {
    const lifts: (() => Promise<unknown>)[] = [];
    for (const { kind, begin } of drawn) {
      note(`${kind} begins`);
      injected.set(kind, (injected.get(kind) ?? 0) + 1);
      lifts.push(await begin(run));
    }
    await delay(FAULT_MS.least + random() * (FAULT_MS.most - FAULT_MS.least));
    const liftedMs = performance.now();
    note('all is lifted');
    const order = drawn
      .map((fault, index) => [ORDER.indexOf(fault.place), index] as const)
      .sort(([one], [other]) => one - other);
    for (const [, index] of order)
      await within(lifts[index]?.() ?? Promise.resolve(), 'a fault to be lifted', LIFTED_WITHIN_MS);
    note('the servers serve');
    const servedMs = performance.now();
    if (drawn.length === 1 && !isLast) {
      await work.recovers(RECOVERS_WITHIN_MS);
      note('recovered');
      recoveries.push({ kind: drawn[0]?.kind ?? '', ms: performance.now() - liftedMs });
    }
    return servedMs;
  }

  let convergenceMs = Number.NaN;
  try {
    let servedMs = 0;
    for (let step = 1; step <= steps; step++)
      servedMs = await inject(drawFaults(run, [...FAULTS, ...more]), step === steps);
    const leftMs = (): number => Math.max(1, CONVERGES_WITHIN_MS - (performance.now() - servedMs));
    await work.finish(leftMs());
    await work.converges(leftMs());
    convergenceMs = performance.now() - servedMs;
    note('converged');
    await checker.inspect();
    for (const member of fleet.members) {
      const code = await member.stop();
      if (code !== 0) checker.violate(`${member.name}: expected to end with 0, got ${code}`);
    }
  } catch (error) {
    checker.violate((error as Error).stack ?? '');
  } finally {
    await work.stop();
    await fleet.close();
  }
  checker.logged(fleet.log());
  await instance.ask(`drop database ${place.name} with (force)`);
  const { violations } = checker;
  return { ...work.figures(), violations, history, injected, recoveries, convergenceMs };
}
