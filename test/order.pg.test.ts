// Promise P4 (order-free) and P2 (once), over random histories: whatever the order, the batches and the repetitions in which
// messages, statuses, opt-outs and opt-ins of existing campaigns come, boxes and stored rows are those of the reference model.
//
// Each run draws new histories. A failure prints `{ seed: S, path: "P", ... }` and the smallest history that was found;
// ORDER_SEED=S ORDER_PATH=P npm test -- order -t 'words of the title' tells just that one again; without the path, all that
// began with this seed. LONG=1 is the long mode: ten times the histories through Postgres, fifty times those without.
import { isDeepStrictEqual } from 'node:util';
import { checkMessage } from '@campaign-analytics/server/intake/checks.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { phone } from './harness/campaign.ts';
import { type Event, type History, history, type Message } from './order/history.ts';
import { modelOf } from './order/model.ts';
import { batched, openDice, retold } from './order/retelling.ts';
import { type Listener, messagesOf, useListeners } from './order/telling.ts';

const isLong = process.env.LONG === '1';
const HISTORIES = isLong ? 20_000 : 2_000;
const PURE_HISTORIES = isLong ? 1_000_000 : 20_000;
/** Far above what it takes, for machines that have much else to do. */
const LIMIT_MS = isLong ? 3_600_000 : 300_000;
/** Properties at work side by side, each with a seed of its own. */
const LANES = 12;

const { ORDER_SEED, ORDER_PATH } = process.env;
const seed = ORDER_SEED ? Number(ORDER_SEED) : Math.floor(Math.random() * 2 ** 31);
/** What is too slow fails as well, and what was found until then is told. */
const run = {
  seed,
  ...(ORDER_PATH && { path: ORDER_PATH }),
  interruptAfterTimeLimit: LIMIT_MS,
  markInterruptAsFailure: true,
};
const timeout = LIMIT_MS + 20_000;

const listeners = useListeners(LANES);
/** A history and what decides how it is told. */
const told = fc.tuple(history, fc.nat());

function expectSame(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected);
}

/** Ids of the messages among these, each as often as it is there. */
const idsIn = (events: readonly Event[]): string[] =>
  events.flatMap((each) => (each.kind === 'message' ? [each.id] : []));

/** As it stands, looking at the boxes after each command and each call. */
async function tellWatching(listener: Listener, { stretches }: History, seed: number): Promise<void> {
  let before = new Map<string, Awaited<ReturnType<Listener['readBoxes']>>[number]>();
  const heard = new Set<string>();
  // A message that comes again brings a status as well: one transaction may move a box there and back, and counts both.
  const bringsStatuses = (events: readonly Event[]): boolean => {
    const ids = idsIn(events);
    const isAgain = new Set(ids).size < ids.length || ids.some((id) => heard.has(id));
    for (const id of ids) heard.add(id);
    return isAgain;
  };
  const look = async (mayPass: boolean): Promise<void> => {
    const after = await listener.readBoxes();
    for (const now of after) {
      const then = before.get(now.id) ?? now;
      if (now.boxes !== then.boxes) expect(now.revision).toBeGreaterThan(then.revision);
      else if (!mayPass) expect(now).toEqual(then);
      expect(now.revision).toBeGreaterThanOrEqual(then.revision);
      expect(now.updatedAt >= then.updatedAt).toBe(true);
    }
    before = new Map(after.map((each) => [each.id, each]));
  };
  for (const { commands, events } of stretches) {
    for (const command of commands) {
      await listener.obey([command]);
      await look(false);
    }
    for (const batch of batched(events, seed))
      for (const kind of new Set(batch.map((each) => each.kind))) {
        const some = batch.filter((each) => each.kind === kind);
        await listener.hear(some, false);
        await look(bringsStatuses(some));
      }
  }
}

/** In another order, in other batches, some of them again, and several at once. */
async function tellOtherwise(listener: Listener, given: History, seed: number): Promise<void> {
  const roll = openDice(seed);
  for (const { commands, events } of retold(given, seed).stretches) {
    await listener.obey(commands);
    const batches = batched(events, roll(1_000_000));
    if (roll(3) === 0) await Promise.all(batches.map((batch) => listener.hear(batch, true)));
    else for (const batch of batches) await listener.hear(batch, roll(2) === 0);
  }
}

async function expectOrderFree(given: History, seed: number): Promise<void> {
  const [one, two] = [await listeners.open(given.isAutoOptOut), await listeners.open(given.isAutoOptOut)];
  await Promise.all([tellWatching(one, given, seed), tellOtherwise(two, given, seed)]);
  const before = await two.readBoxes();
  const last = retold({ ...given, stretches: given.stretches.slice(-1) }, seed).stretches[0]?.events ?? [];
  expect(await two.hear(last, true)).toBe(0);
  expectSame(await two.readBoxes(), before);

  const expected = modelOf(given);
  expectSame(await one.readRows(), expected);
  expectSame(await two.readRows(), expected);
  expectSame(await two.readAll(), await one.readAll());
}

test('a history told in any order, batches and repetitions leaves the rows of the reference model', {
  timeout,
}, async () => {
  let failing: number | undefined;
  const lanes = Array.from({ length: ORDER_PATH ? 1 : LANES }, (_, lane) => {
    const property = fc.asyncProperty(told, async ([given, seed]) => {
      // The first that fails has the machine to itself while it looks for its smallest history.
      if (failing !== undefined && failing !== lane) return;
      try {
        await expectOrderFree(given, seed);
      } catch (error) {
        failing ??= lane;
        throw error;
      }
    });
    return fc.check(property, { ...run, seed: seed + lane, numRuns: Math.ceil(HISTORIES / LANES) });
  });
  const found = await Promise.all(lanes);
  const failed = found[failing ?? found.findIndex((each) => each.failed)];
  if (failed) throw new Error(fc.defaultReportMessage(failed), { cause: failed.errorInstance });
});

test('the reference model is the same of a history told in any order and repetition', { timeout }, () => {
  const property = fc.property(told, ([given, seed]) => {
    expectSame(modelOf(retold(given, seed)), modelOf(given));
  });
  fc.assert(property, { ...run, numRuns: PURE_HISTORIES });
});

/** A message, and for each part of its content one that differs in it alone. */
const differing = (message: Message): Message[] => [
  message,
  { ...message, campaignId: 'z' },
  { ...message, contact: phone(9) },
  { ...message, direction: message.direction === 'INBOUND' ? 'OUTBOUND' : 'INBOUND' },
  { ...message, senderId: 'z' },
  { ...message, body: 'Other' },
  { ...message, mediaCount: message.mediaCount + 1 },
  { ...message, segments: message.segments + 1 },
  { ...message, at: message.at + 1 },
];

test('a message is known again by all of its content and nothing else, however told', { timeout }, () => {
  const property = fc.property(history, ({ stretches }) => {
    const message = stretches.flatMap((each) => each.events).find((each) => each.kind === 'message');
    if (!message) return;
    const inTwoSpellings = differing(message).flatMap((each) => [
      { ...each, status: 'SENT' as const },
      { ...each, status: 'DELIVERED' as const },
    ]);
    const hashes = messagesOf(inTwoSpellings).map((each) => checkMessage(each).contentHash);
    const firsts = hashes.map((hash) => hashes.indexOf(hash));
    expectSame(
      firsts,
      hashes.map((_, index) => index - (index % 2)),
    );
  });
  fc.assert(property, { ...run, numRuns: PURE_HISTORIES });
});
