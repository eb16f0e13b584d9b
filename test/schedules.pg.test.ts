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
const outcomes: Outcome[] = [];
beforeAll(async () => {
  instance = await openInstance();
  if (!isLong) return;
  disk = await openSmallDisk();
  if (!disk) console.log('no full disks: this user may not mount a small one');
});
afterAll(async () => {
  if (isLong || process.env.SEED) console.log(JSON.stringify(tallyOf(outcomes), undefined, 1));
  await instance?.close();
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
    const small = seed % 10 === 0 ? disk : undefined;
    // One of its own: what schedule after schedule writes would fill it without any fault.
    const onDisk = small && (await openInstance(small.folder));
    const outcome = await runSchedule({
      instance: onDisk ?? instance,
      seed,
      steps: STEPS,
      more: isLong ? [CLOCK_SHIFT, ...(small ? [small.full, small.full, small.full] : [])] : [],
      modules: isLong ? [CLOCK] : [],
    }).finally(() => onDisk?.close());
    outcomes.push(outcome);
    const { violations, history, convergenceMs } = outcome;
    if (isLong) console.log(JSON.stringify({ ...tallyOf([outcome]), history }));
    expect(violations, `repeat it with: ${repetition(seed)}\n${history.join('\n')}`).toEqual([]);
    expect(convergenceMs).toBeLessThan(CONVERGES_WITHIN_MS);
  },
);
