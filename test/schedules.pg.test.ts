// Servers, their database and the ways between them fail as a seed has it, while callers tell and readers look: nothing false
// is ever acknowledged or shown, and when the faults stop everything converges.
import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Instance, openInstance } from './faults/instance.ts';
import { CONVERGES_WITHIN_MS, runSchedule } from './faults/schedule.ts';

const isLong = process.env.LONG === '1';
const COUNT = isLong ? 100 : 10;
const STEPS = isLong ? 8 : 4;
/** One seed is one schedule, again. */
const SEEDS = process.env.SEED
  ? [Number(process.env.SEED)]
  : Array.from({ length: COUNT }, () => randomInt(2 ** 31));

let instance: Instance;
beforeAll(async () => {
  instance = await openInstance();
});
afterAll(() => instance?.close());

test.each(SEEDS)(
  'a schedule of faults leaves every promise kept (SEED=%i npm test -- schedules)',
  {
    timeout: 180_000,
  },
  async (seed) => {
    const { violations, history, convergenceMs, ...figures } = await runSchedule({
      instance,
      seed,
      steps: STEPS,
    });
    if (process.env.SEED) console.log(history, convergenceMs, figures);
    expect(violations, `repeat it with: SEED=${seed} npm test -- schedules\n${history.join('\n')}`).toEqual(
      [],
    );
    expect(convergenceMs).toBeLessThan(CONVERGES_WITHIN_MS);
  },
);
