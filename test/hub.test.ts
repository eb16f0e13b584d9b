// The hub and its mailboxes by themselves: a scripted database, and whatever order things happen in.
import { type Hub, openHub } from '@campaign-analytics/server/live/hub.js';
import { Mailbox } from '@campaign-analytics/server/live/mailbox.js';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openKeptLog } from './harness/logs.ts';
import { ACCOUNT, drain, MISSING, type Row, row, Script } from './harness/script.ts';

const POLL_MS = 1_000;

let script: Script;
let hub: Hub<Row>;
const openScripted = (): void => {
  script = new Script();
  hub = openHub<Row>({ read: script.read, missing: () => MISSING, pollMs: POLL_MS, log: openKeptLog() });
};
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  openScripted();
});
afterEach(() => {
  hub.close();
  vi.useRealTimers();
});

const change = (campaignId: string, revision: number): void => {
  script.revisions.set(campaignId, revision);
  hub.moved(ACCOUNT, [campaignId]);
};

describe('a mailbox', () => {
  test('has the newest of each campaign, in the order in which they began to wait', async () => {
    const mailbox = new Mailbox<Row>(() => undefined);
    for (const [id, revision] of [
      ['a', 1],
      ['b', 1],
      ['a', 3],
      ['a', 2],
      ['c', 0],
    ] as const)
      mailbox.put(row(id, revision));
    mailbox.close();
    expect((await drain(mailbox)).pairs).toEqual([
      ['a', 3],
      ['b', 1],
      ['c', 0],
    ]);
  });

  test('wakes the reader that waits, and never gives the same or less again', async () => {
    const mailbox = new Mailbox<Row>(() => undefined);
    const next = mailbox.next();
    mailbox.put(row('a', 2));
    expect(await next).toEqual({ done: false, value: row('a', 2) });
    mailbox.put(row('a', 2));
    mailbox.put(row('a', 1));
    mailbox.close();
    expect(await drain(mailbox)).toEqual({ pairs: [], error: undefined });
  });

  test('ends after what is in it, with its error, and says once that it is closed', async () => {
    const onClose = vi.fn();
    const mailbox = new Mailbox<Row>(onClose);
    mailbox.put(row('a', 1));
    mailbox.close(MISSING);
    mailbox.close();
    mailbox.put(row('a', 2));
    expect(await drain(mailbox)).toEqual({ pairs: [['a', 1]], error: MISSING });
    await mailbox.return();
    expect(onClose).toHaveBeenCalledTimes(1);
  });

  test('lets go of a reader that waits when it leaves, and of what it did not take', async () => {
    const onClose = vi.fn();
    const mailbox = new Mailbox<Row>(onClose);
    const next = mailbox.next();
    await mailbox.return();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(onClose).toHaveBeenCalledTimes(1);
  });
});

describe('the hub', () => {
  test('reads what moved during a read once more, and all of it in one', async () => {
    script.revisions.set('a', 1).set('b', 1);
    const mailbox = hub.watch(ACCOUNT, ['a', 'b', 'a']);
    for (const revision of [2, 3, 4]) change('a', revision);
    change('b', 2);
    await script.settle('before');
    await script.settle('now');
    expect(script.isWaiting).toBe(false);
    expect(script.asked).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    hub.close();
    expect((await drain(mailbox)).pairs).toEqual([
      ['a', 4],
      ['b', 2],
    ]);
  });

  test('gives a newcomer the newest that it has at once, and no less than what the newcomer knows', async () => {
    script.revisions.set('a', 1);
    const first = hub.watch(ACCOUNT, ['a']);
    await script.settle();
    expect(await hub.watch(ACCOUNT, ['a']).next()).toMatchObject({ value: { revision: 1 } });
    const knowing = hub.watch(ACCOUNT, ['a'], [row('a', 5)]);
    expect(await knowing.next()).toMatchObject({ value: { revision: 5 } });
    hub.close();
    expect((await drain(first)).pairs).toEqual([['a', 5]]);
  });

  test('reads nothing for campaigns that nobody watches, nor for those whose readers left', async () => {
    change('a', 1);
    const mailbox = hub.watch(ACCOUNT, ['a']);
    await script.settle();
    await mailbox.return();
    change('a', 2);
    hub.moved('another account', ['a']);
    hub.refresh();
    await vi.advanceTimersByTimeAsync(POLL_MS);
    expect(script.asked).toEqual([['a']]);
  });

  test('finds by itself what no notice told, also after a read that failed', async () => {
    script.revisions.set('a', 1);
    const mailbox = hub.watch(ACCOUNT, ['a']);
    await script.settle('fail');
    await vi.advanceTimersByTimeAsync(POLL_MS);
    await script.settle();
    expect(await mailbox.next()).toMatchObject({ value: { revision: 1 } });
    script.revisions.set('a', 2);
    await vi.advanceTimersByTimeAsync(POLL_MS);
    await script.settle();
    expect(await mailbox.next()).toMatchObject({ value: { revision: 2 } });
  });

  test('drops a campaign that is deleted, and ends the reader of nothing else', async () => {
    script.revisions.set('a', 1).set('b', 1);
    const [both, alone] = [hub.watch(ACCOUNT, ['a', 'b']), hub.watch(ACCOUNT, ['a'])];
    await script.settle();
    await script.settle();
    script.revisions.delete('a');
    hub.moved(ACCOUNT, ['a']);
    await script.settle();
    expect(await drain(alone)).toEqual({ pairs: [['a', 1]], error: MISSING });
    change('b', 2);
    await script.settle();
    hub.close();
    expect(await drain(both)).toEqual({
      pairs: [
        ['a', 1],
        ['b', 2],
      ],
      error: undefined,
    });
  });

  test('that is closed ends all readers, those to come as well, and reads no more', async () => {
    script.revisions.set('a', 1);
    const mailbox = hub.watch(ACCOUNT, ['a']);
    hub.close();
    hub.close();
    await script.settle();
    const late = hub.watch(ACCOUNT, ['a']);
    hub.moved(ACCOUNT, ['a']);
    await vi.advanceTimersByTimeAsync(POLL_MS);
    for (const each of [mailbox, late]) expect((await drain(each)).error).toBeUndefined();
    expect(script.asked).toHaveLength(1);
  });
});

const IDS = ['a', 'b', 'c'];
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('change' as const),
      id: fc.constantFrom(...IDS),
      isTold: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      how: fc.constantFrom('before' as const, 'now' as const, 'fail' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('watch' as const),
      ids: fc.subarray(IDS, { minLength: 1 }),
      isKnowing: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('take' as const), reader: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), reader: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), id: fc.constantFrom(...IDS) }) },
);

test('whatever happens in whatever order, every reader sees revisions grow and ends on the newest', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      openScripted();
      for (const id of IDS) script.revisions.set(id, 0);
      const readers: {
        mailbox: Mailbox<Row>;
        ids: string[];
        seen: Row[];
        taking: Promise<void> | undefined;
        hasLeft: boolean;
      }[] = [];
      for (const each of steps) {
        if (each.do === 'settle') await script.settle(each.how);
        if (each.do === 'delete') script.revisions.delete(each.id);
        if (each.do === 'change' && script.revisions.has(each.id)) {
          script.revisions.set(each.id, (script.revisions.get(each.id) ?? 0) + 1);
          if (each.isTold) hub.moved(ACCOUNT, [each.id]);
        }
        if (each.do === 'watch' && each.ids.every((id) => script.revisions.has(id))) {
          const keys = each.ids.map((campaignId) => ({ accountId: ACCOUNT, campaignId }));
          const mailbox = hub.watch(ACCOUNT, each.ids, each.isKnowing ? script.see(keys) : []);
          readers.push({ mailbox, ids: each.ids, seen: [], taking: undefined, hasLeft: false });
        }
        const reader = 'reader' in each ? readers[each.reader % readers.length] : undefined;
        if (reader && each.do === 'leave') {
          reader.hasLeft = true;
          await reader.mailbox.return();
        }
        if (reader && each.do === 'take')
          reader.taking ??= reader.mailbox.next().then(
            ({ done, value }) => {
              if (!done) reader.seen.push(value);
              reader.taking = undefined;
            },
            () => undefined,
          );
      }
      hub.refresh();
      while (script.isWaiting) await script.settle();
      hub.close();
      for (const { mailbox, ids, seen, hasLeft, taking } of readers) {
        await taking;
        const rest = await drain(mailbox);
        const pairs = [
          ...seen.map(({ campaignId, revision }) => [campaignId, revision] as const),
          ...rest.pairs,
        ];
        for (const id of ids) {
          const revisions = pairs.filter(([campaignId]) => campaignId === id).map(([, revision]) => revision);
          expect(revisions).toEqual([...new Set(revisions)].sort((one, two) => one - two));
          if (!hasLeft && script.revisions.has(id)) expect(revisions.at(-1)).toBe(script.revisions.get(id));
        }
        const isGone = ids.every((id) => !script.revisions.has(id));
        if (!hasLeft && !taking) expect(rest.error).toBe(isGone ? MISSING : undefined);
      }
    }),
    { numRuns: 500 },
  );
});
