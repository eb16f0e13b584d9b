// Many who ask whether the server is ready cost the database one question a second, and wait no longer than it is given.
import { openReadiness, type ReadinessOptions } from '@campaign-analytics/server/operations/readiness.js';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const SOUND = { missing: [], unknown: [] };

function open(options: Partial<ReadinessOptions> = {}) {
  let asked = 0;
  const readiness = openReadiness({
    silentMs: () => 0,
    upgradeWithinMs: 0,
    readStanding: async () => SOUND,
    ...options,
    ...(options.readStanding && {
      readStanding: (withinMs: number) => {
        asked++;
        return (options.readStanding as ReadinessOptions['readStanding'])(withinMs);
      },
    }),
  });
  const failing = async () => (await readiness.look()).flatMap(({ check, isOk }) => (isOk ? [] : check));
  return { readiness, failing, asked: () => asked };
}

test('a thousand asks within a second are one question, and the next second has its own', async () => {
  const { readiness, asked } = open({ readStanding: async () => SOUND });
  await Promise.all(Array.from({ length: 500 }, () => readiness.look()));
  await vi.advanceTimersByTimeAsync(900);
  await Promise.all(Array.from({ length: 500 }, () => readiness.look()));
  expect(asked()).toBe(1);
  await vi.advanceTimersByTimeAsync(200);
  await readiness.look();
  expect(asked()).toBe(2);
});

test('a database that never answers is told after two seconds, and is not asked again meanwhile', async () => {
  const { failing, asked } = open({ readStanding: () => new Promise(() => undefined) });
  for (let times = 0; times < 5; times++) {
    const found = failing();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await found).toEqual(['database', 'migrations']);
  }
  expect(asked()).toBe(1);
});

test('a database that answers again is seen within a second', async () => {
  let isAway = true;
  const readStanding = async () => {
    if (isAway) throw Object.assign(new Error('canary@host'), { code: 'ECONNREFUSED' });
    return SOUND;
  };
  const { readiness, failing } = open({ readStanding });
  const [, database] = await readiness.look();
  expect(database).toEqual({ check: 'database', isOk: false, detail: 'ECONNREFUSED' });
  isAway = false;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await failing()).toEqual([]);
});

test('a listener that has heard nothing for more than ten seconds is told at once', async () => {
  let silentMs = 10_000;
  const { failing } = open({ silentMs: () => silentMs });
  expect(await failing()).toEqual([]);
  silentMs = 10_001;
  expect(await failing()).toEqual(['listener']);
});

test('a migration that is missing is told; an unknown one after the time that an upgrade may take', async () => {
  let standing: { missing: string[]; unknown: string[] } = { missing: ['Core'], unknown: [] };
  const { failing } = open({ readStanding: async () => standing, upgradeWithinMs: 60_000 });
  expect(await failing()).toEqual(['migrations']);
  standing = { missing: [], unknown: ['Newer'] };
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await failing()).toEqual([]);
  await vi.advanceTimersByTimeAsync(61_000);
  expect(await failing()).toEqual(['migrations']);
  standing = { missing: [], unknown: [] };
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await failing()).toEqual([]);
});

test('once it leaves it is not ready, whatever the database says, which is not even asked', async () => {
  const { readiness, failing, asked } = open({ readStanding: async () => SOUND });
  readiness.leave();
  expect(await failing()).toEqual(['serving']);
  expect(asked()).toBe(0);
});
