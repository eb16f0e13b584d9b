// The batcher by itself: who shares a transaction, who gets which outcome, who suffers from whom, and what it refuses.
import { AppError } from '@campaign-analytics/server/errors.js';
import { openBatcher } from '@campaign-analytics/server/intake/batcher.js';
import { expect, test } from 'vitest';
import { deferred } from './harness/deadline.ts';

interface Held {
  readonly items: readonly string[];
  finish(): void;
  fail(error: Error): void;
}

/** A batcher whose transactions are held until the test lets them go; each item's outcome is the item in capitals. */
function open(limits: { batchItems?: number; queueItems?: number; queueBytes?: number } = {}) {
  const held: Held[] = [];
  const batcher = openBatcher<string, string>({
    batchItems: 1_000,
    queueItems: 1_000,
    queueBytes: 1_000_000,
    ...limits,
    bytesOf: (item) => item.length,
    record: (_, items) => {
      const { promise, resolve, reject } = deferred<string[]>();
      held.push({ items, finish: () => resolve(items.map((item) => item.toUpperCase())), fail: reject });
      return promise;
    },
  });
  return { batcher, held };
}

/** Lets everything go that waits for nothing but its turn. */
const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

test('calls that come together share a transaction, and each gets its own outcomes', async () => {
  const { batcher, held } = open();
  const calls = [batcher.add('one', ['a', 'b']), batcher.add('one', ['c']), batcher.add('one', [])];
  await turn();
  expect(held.map(({ items }) => items)).toEqual([['a', 'b', 'c']]);
  held[0]?.finish();
  expect(await Promise.all(calls)).toEqual([['A', 'B'], ['C'], []]);
});

test('what comes while a transaction runs is taken by the next, as much as one may take', async () => {
  const { batcher, held } = open({ batchItems: 3 });
  const calls = [batcher.add('one', ['a'])];
  await turn();
  calls.push(batcher.add('one', ['b', 'c']), batcher.add('one', ['d', 'e']), batcher.add('one', ['f']));
  held[0]?.finish();
  await turn();
  held[1]?.finish();
  await turn();
  held[2]?.finish();
  expect((await Promise.all(calls)).flat()).toEqual(['A', 'B', 'C', 'D', 'E', 'F']);
  expect(held.map(({ items }) => items.join(''))).toEqual(['a', 'bc', 'def']);
});

test('no call is answered before its own transaction has ended', async () => {
  const { batcher, held } = open();
  let isAnswered = false;
  const call = batcher.add('one', ['a']).then(() => {
    isAnswered = true;
  });
  await turn();
  expect(isAnswered).toBe(false);
  held[0]?.finish();
  await call;
});

test('lanes do not wait for each other', async () => {
  const { batcher, held } = open();
  const calls = [batcher.add('one', ['a']), batcher.add('two', ['b'])];
  await turn();
  held[1]?.finish();
  expect(await calls[1]).toEqual(['B']);
  held[0]?.finish();
  await calls[0];
});

test('a fault that one call brought is its own: the others are recorded without it', async () => {
  const { batcher, held } = open();
  const calls = ['good', 'poison', 'fine'].map((item) => batcher.add('one', [item]));
  const settled = Promise.allSettled(calls);
  await turn();
  held[0]?.fail(new Error('poison'));
  for (const index of [1, 2, 3]) {
    await turn();
    const batch = held[index];
    if (batch?.items[0] === 'poison') batch.fail(new Error('poison'));
    else batch?.finish();
  }
  expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('a database that is away is everybody’s, and nothing is tried call by call', async () => {
  const { batcher, held } = open();
  const settled = Promise.allSettled(['a', 'b'].map((item) => batcher.add('one', [item])));
  await turn();
  held[0]?.fail(new AppError('UNAVAILABLE', 'away'));
  expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(held.length).toBe(1);
});

test.each([
  ['items', { queueItems: 3 }, ['d']],
  ['bytes', { queueBytes: 8 }, ['123456']],
])(
  'beyond its most %s it refuses at once, and takes more when there is room again',
  async (_, limits, more) => {
    const { batcher, held } = open(limits);
    const first = batcher.add('one', ['a']);
    await turn();
    const waiting = batcher.add('one', ['b', 'c', 'x']);
    await expect(batcher.add('two', more)).rejects.toMatchObject({ code: 'OVERLOADED' });
    held[0]?.finish();
    await turn();
    const taken = batcher.add('two', more);
    await turn();
    for (const each of held) each.finish();
    expect((await Promise.all([first, waiting, taken])).map(({ length }) => length)).toEqual([1, 3, 1]);
  },
);

test('draining settles when nothing waits and nothing runs', async () => {
  const { batcher, held } = open({ batchItems: 1 });
  const order: string[] = [];
  const calls = ['a', 'b'].map((item) => batcher.add('one', [item]).then(() => order.push(item)));
  const drained = batcher.drain().then(() => order.push('drained'));
  await turn();
  held[0]?.finish();
  await turn();
  held[1]?.finish();
  await Promise.all([...calls, drained]);
  expect(order).toEqual(['a', 'b', 'drained']);
});
