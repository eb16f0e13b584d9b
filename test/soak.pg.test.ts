// Hours in short: servers at half of what they can do, generation after generation of accounts, with mild faults. Every number
// stays true, and what the processes hold does not grow. In long mode, 30 minutes; SOAK_MINUTES says otherwise.
import { setTimeout as delay } from 'node:timers/promises';
import { DeleteCampaignDocument } from '@campaign-analytics/schema/graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addCustomers, makePlace } from './faults/accounts.ts';
import { openChecker } from './faults/checker.ts';
import { randomOf } from './faults/deeds.ts';
import { MILD_FAULTS, type Run } from './faults/fault.ts';
import { type Fleet, openFleet } from './faults/fleet.ts';
import { GAUGE, type Gauge, readGauge } from './faults/gauge.ts';
import { type Instance, openInstance } from './faults/instance.ts';
import { startWork } from './faults/work.ts';
import { openApi } from './harness/api.ts';

const MINUTES = Number(process.env.SOAK_MINUTES ?? (process.env.LONG === '1' ? 30 : 0));
const SEED = Number(process.env.SEED ?? 30);
const GENERATION_MS = 30_000;
const FAULTS_A_GENERATION = 3;
const CALLERS = 4;
/** The promise is a second; on a machine that has much else to do. */
const LIMIT_MS = 60_000;
/** More than what a collector leaves from one time to the next. */
const MOST_GROWTH = { rssMb: 30, heapMb: 8, handles: 4 };

let instance: Instance;
let fleet: Fleet;
beforeAll(async () => {
  if (MINUTES > 0) instance = await openInstance();
});
afterAll(async () => {
  await fleet?.close();
  await instance?.close();
});

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

/** How much more of it there is in the last third than in the first. */
function growthOf(gauges: readonly Gauge[], what: keyof typeof MOST_GROWTH): number {
  const third = Math.ceil(gauges.length / 3);
  const values = gauges.map((each) => each[what]);
  return median(values.slice(-third)) - median(values.slice(0, third));
}

test.skipIf(MINUTES === 0)(
  `${MINUTES} minutes at half capacity with mild faults: no growth (SEED=${SEED})`,
  {
    timeout: MINUTES * 60_000 + 10 * LIMIT_MS,
  },
  async () => {
    const random = randomOf(SEED);
    const place = await makePlace(instance, 'soak');
    const checker = openChecker(place.adminUrl);
    // Made once, so that the database is migrated before the servers are counted on.
    await addCustomers(place, checker, 1);
    fleet = await openFleet({
      databaseUrl: place.url,
      count: 2,
      modules: [GAUGE],
      settings: { LOG_LEVEL: 'warn' },
    });
    const urls = fleet.members.map(({ url }) => url);
    const gauges: Gauge[][] = fleet.members.map(() => []);
    const sums = { generations: 0, faults: 0, messages: 0, acknowledged: 0, refused: 0, lost: 0, reads: 0 };
    const beganMs = performance.now();

    while (performance.now() - beganMs < MINUTES * 60_000) {
      const own = openChecker(place.adminUrl);
      const customers = await addCustomers(place, own, 2);
      const seed = Math.floor(random() * 2 ** 31);
      const work = await startWork({
        checker: own,
        customers,
        urls,
        seed,
        callers: CALLERS,
        deeds: 20_000,
        // Each caller could tell twice as much.
        restMs: (tookMs) => tookMs,
      });
      const run: Run = {
        instance,
        place,
        fleet,
        random,
        campaignIds: work.campaignIds,
        violate: own.violate,
      };
      for (let index = 0; index < FAULTS_A_GENERATION; index++) {
        await delay(GENERATION_MS / FAULTS_A_GENERATION);
        const lift = await MILD_FAULTS[Math.floor(random() * MILD_FAULTS.length)]?.begin(run);
        await delay(500);
        await lift?.();
        sums.faults++;
      }
      await work.finish(LIMIT_MS);
      await work.converges(LIMIT_MS);
      await own.inspect();
      await work.stop();
      for (const { key, told } of customers)
        for (const id of work.campaignIds.filter((each) => each.startsWith(told.mark)))
          await openApi(urls[0] ?? '', key).ask(DeleteCampaignDocument, { id });
      expect(own.violations).toEqual([]);
      for (const [index, { process }] of fleet.members.entries())
        gauges[index]?.push(await readGauge(process));
      sums.generations++;
      for (const [name, value] of Object.entries(work.figures())) sums[name as keyof typeof sums] += value;
    }

    checker.logged(fleet.log());
    expect(checker.violations).toEqual([]);
    const seconds = (performance.now() - beganMs) / 1_000;
    console.log('soak', { seconds, ...sums });
    for (const each of gauges) {
      const growth = Object.keys(MOST_GROWTH).map((what) => [
        what,
        growthOf(each, what as keyof typeof MOST_GROWTH),
      ]);
      console.log('growth', Object.fromEntries(growth), 'first', each[0], 'last', each.at(-1));
      for (const [what, value] of growth)
        expect([what, value]).toEqual([
          what,
          Math.min(value as number, MOST_GROWTH[what as keyof typeof MOST_GROWTH]),
        ]);
    }
    for (const member of fleet.members) expect(await member.stop()).toBe(0);
  },
);
