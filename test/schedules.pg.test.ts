// Servers, their database and the ways between them fail as a seed has it, while callers tell and readers look: nothing false
// is ever acknowledged or shown, and when the faults stop everything converges.
import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CLOCK_SHIFT } from './faults/fault.ts';
import { type Instance, openInstance } from './faults/instance.ts';
import { CONVERGES_WITHIN_MS, type Outcome, runSchedule } from './faults/schedule.ts';
import { openSmallDisk, type SmallDisk } from './faults/small-disk.ts';
import { tallyOf } from './faults/tally.ts';

const isLong = process.env.LONG === '1';
const COUNT = isLong ? 100 : 10;
const STEPS = isLong ? 5 : 4;
const CLOCK = new URL('faults/clock.js', import.meta.url).href;
/** One seed is one schedule, again. */
const SEEDS = process.env.SEED
  ? [Number(process.env.SEED)]
  : Array.from({ length: COUNT }, () => randomInt(2 ** 31));

let instance: Instance;
/** In long mode, where the machine allows it: a schedule whose seed ends with 0 runs on a disk that may be full. */
let disk: SmallDisk | undefined;
let onDisk: Instance | undefined;
const outcomes: Outcome[] = [];
beforeAll(async () => {
  instance = await openInstance();
  if (!isLong) return;
  disk = await openSmallDisk();
  if (disk) onDisk = await openInstance(disk.folder);
  else console.log('no full disks: this user may not mount a small one');
});
afterAll(async () => {
  if (isLong || process.env.SEED) console.log(JSON.stringify(tallyOf(outcomes), undefined, 1));
  await instance?.close();
  await onDisk?.close();
  await disk?.close();
});

const repetition = (seed: number): string =>
  `SEED=${seed} npm ${isLong ? 'run test:long' : 'test'} -- schedules`;

test.each(SEEDS)(
  'a schedule of faults leaves every promise kept (SEED=%i)',
  {
    timeout: 180_000,
  },
  async (seed) => {
    const isOnDisk = seed % 10 === 0 && disk !== undefined && onDisk !== undefined;
    const outcome = await runSchedule({
      instance: isOnDisk && onDisk ? onDisk : instance,
      seed,
      steps: STEPS,
      more: isLong ? [CLOCK_SHIFT, ...(isOnDisk && disk ? [disk.full, disk.full, disk.full] : [])] : [],
      modules: isLong ? [CLOCK] : [],
    });
    outcomes.push(outcome);
    const { violations, history, convergenceMs } = outcome;
    if (isLong) console.log(JSON.stringify({ ...tallyOf([outcome]), history }));
    expect(violations, `repeat it with: ${repetition(seed)}\n${history.join('\n')}`).toEqual([]);
    expect(convergenceMs).toBeLessThan(CONVERGES_WITHIN_MS);
  },
);
