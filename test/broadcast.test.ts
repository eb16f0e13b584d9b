// One operation's broadcast by itself: whoever comes and goes whenever, each reader gets what it may not miss, once.
import type { Outlet, Program } from '@campaign-analytics/server/live/broadcast.js';
import { openBroadcasts } from '@campaign-analytics/server/live/broadcasts.js';
import { Mailbox } from '@campaign-analytics/server/live/mailbox.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';

interface Row {
  readonly campaignId: string;
  readonly revision: number;
  /** What the operation selects of it. */
  readonly visible: number;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A program whose mailbox the test fills, and an outlet that keeps all that it is given. */
function openScripted() {
  const broadcasts = openBroadcasts<Row>();
  let mailbox: Mailbox<Row> | undefined;
  let opened = 0;
  const program: Program<Row> = {
    open() {
      opened++;
      mailbox = new Mailbox<Row>(() => undefined);
      return mailbox;
    },
    render: async ({ campaignId, visible }) => {
      await turn();
      return `${campaignId}${visible}`;
    },
  };
  const sit = (...known: Row[]) => {
    const reader = { got: [] as string[], end: undefined as unknown, leave: (): void => undefined };
    const outlet: Outlet = {
      put: (_, payload) => reader.got.push(payload),
      end: (error) => {
        reader.end = error ?? 'over';
      },
    };
    reader.leave = broadcasts.join('an operation', program, known, outlet);
    return reader;
  };
  return {
    sit,
    counts: broadcasts.counts,
    put: (row: Row) => mailbox?.put(row),
    close: (error?: unknown) => mailbox?.close(error),
    opened: () => opened,
  };
}

const row = (revision: number, visible = revision): Row => ({ campaignId: 'a', revision, visible });
const settled = async (): Promise<void> => {
  for (let count = 0; count < 6; count++) await turn();
};

test('a revision is executed once for all readers', async () => {
  const { sit, put, counts } = openScripted();
  const readers = Array.from({ length: 600 }, () => sit(row(0)));
  for (const revision of [0, 1, 2]) {
    put(row(revision));
    await expect.poll(() => counts.deliveries).toBe(readers.length * (revision + 1));
  }
  for (const { got } of readers) expect(got).toEqual(['a0', 'a1', 'a2']);
  expect(counts).toEqual({ executions: 3, deliveries: 1_800 });
});

test('what looks the same is sent to nobody but those who have had nothing yet', async () => {
  const { sit, put } = openScripted();
  const first = sit(row(0));
  put(row(0, 7));
  await settled();
  const second = sit(row(1, 7));
  put(row(1, 7));
  await settled();
  expect([first.got, second.got]).toEqual([['a7'], ['a7']]);
});

test('the last reader to leave ends the broadcast, and whoever comes at that moment gets a new one', async () => {
  const { sit, put, opened } = openScripted();
  const first = sit(row(0));
  put(row(0));
  await settled();
  first.leave();
  const second = sit(row(0));
  put(row(0));
  await settled();
  expect(opened()).toBe(2);
  expect(second).toMatchObject({ got: ['a0'], end: undefined });
  expect(first).toMatchObject({ got: ['a0'], end: undefined });
});

test('its end is every reader’s, with the error', async () => {
  const { sit, close } = openScripted();
  const readers = [sit(row(0)), sit(row(0))];
  close('gone');
  await settled();
  expect(readers.map(({ end }) => end)).toEqual(['gone', 'gone']);
});

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('change' as const), isVisible: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('sit' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('leave' as const), reader: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('turn' as const) }) },
);

test('in whatever order, each reader begins with no less than it knows, sees nothing twice, and ends on the newest', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { sit, put } = openScripted();
      let now = row(0);
      const readers: { reader: ReturnType<typeof sit>; known: number; isHere: boolean }[] = [];
      const change = (visible: number): void => {
        now = { campaignId: 'a', revision: now.revision + 1, visible };
        put(now);
      };
      for (const each of steps) {
        if (each.do === 'change') change(now.visible + (each.isVisible ? 1 : 0));
        if (each.do === 'turn') await turn();
        if (each.do === 'sit') {
          readers.push({ reader: sit(now), known: now.visible, isHere: true });
          put(now);
        }
        const leaving = each.do === 'leave' ? readers[each.reader % readers.length] : undefined;
        if (leaving) {
          leaving.isHere = false;
          leaving.reader.leave();
        }
      }
      // A delivery that took long is followed by a pause.
      const isUpToDate = (): boolean =>
        readers.every(({ reader, isHere }) => !isHere || reader.got.at(-1) === `a${now.visible}`);
      const patienceMs = performance.now() + 5_000;
      while (!isUpToDate() && performance.now() < patienceMs) await turn();
      await settled();
      for (const { reader, known, isHere } of readers) {
        const seen = reader.got.map((payload) => Number(payload.slice(1)));
        expect(seen).toEqual([...new Set(seen)].sort((one, two) => one - two));
        if (seen.length > 0) expect(seen[0]).toBeGreaterThanOrEqual(known);
        if (isHere) expect(seen.at(-1)).toBe(now.visible);
        reader.leave();
      }
    }),
    { numRuns: 300 },
  );
});
