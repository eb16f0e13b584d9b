// Items of many callers in, one transaction for all that came while the last one ran, each caller's own outcomes out.
// Nobody waits for a timer: a lone item is taken at once, and the busier it gets the larger the batches become.
// Two transactions of a lane side by side were tried and record no faster: on one campaign the second waits for its row.
import { Distribution, DURATIONS_MS } from '../distribution.js';
import { AppError } from '../errors.js';

export interface Batcher<Item, Outcome> {
  /**
   * Settles with the outcomes of these items, in their order, after the transaction that took them has committed.
   * Items of one call are never split.
   *
   * @throws AppError OVERLOADED at once where too many items wait; whatever the transaction throws otherwise.
   */
  add(lane: string, items: readonly Item[]): Promise<Outcome[]>;
  /** Settles when nothing waits and nothing runs. Call it when no more is added. */
  drain(): Promise<void>;
  readonly counts: BatchCounts;
}

export interface BatchCounts {
  /** Now, over all lanes. */
  readonly waitingItems: number;
  readonly waitingBytes: number;
  /** Of each transaction since the process began. */
  readonly items: Distribution;
  readonly durationMs: Distribution;
}

export interface BatcherOptions<Item, Outcome> {
  /** Records a batch of one lane; called for one batch of a lane at a time. */
  readonly record: (lane: string, items: readonly Item[]) => Promise<Outcome[]>;
  /** Most items of one transaction; a single call may be larger. */
  readonly batchItems: number;
  /** Most items that wait, over all lanes. */
  readonly queueItems: number;
  /** Most bytes that wait, over all lanes, by `bytesOf`. */
  readonly queueBytes: number;
  /** About how much memory an item holds while it waits. */
  readonly bytesOf: (item: Item) => number;
}

const SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

interface Call<Item, Outcome> {
  readonly items: readonly Item[];
  readonly bytes: number;
  readonly resolve: (outcomes: Outcome[]) => void;
  readonly reject: (error: unknown) => void;
}

export function openBatcher<Item, Outcome>(options: BatcherOptions<Item, Outcome>): Batcher<Item, Outcome> {
  type Waiting = Call<Item, Outcome>;
  const lanes = new Map<string, Waiting[]>();
  const running = new Set<Promise<void>>();
  let waitingItems = 0;
  let waitingBytes = 0;
  const items = new Distribution(SIZES);
  const durationMs = new Distribution(DURATIONS_MS);

  function take(queue: Waiting[]): Waiting[] {
    let taken = 0;
    let calls = 0;
    while (calls < queue.length) {
      taken += queue[calls]?.items.length ?? 0;
      if (calls > 0 && taken > options.batchItems) break;
      calls++;
    }
    return queue.splice(0, calls);
  }

  async function record(lane: string, batch: readonly Item[]): Promise<Outcome[]> {
    const startedMs = performance.now();
    try {
      return await options.record(lane, batch);
    } finally {
      items.add(batch.length);
      durationMs.add(performance.now() - startedMs);
    }
  }

  async function settle(lane: string, calls: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await record(
        lane,
        calls.flatMap((call) => call.items),
      );
      let from = 0;
      for (const { items, resolve } of calls) {
        resolve(outcomes.slice(from, from + items.length));
        from += items.length;
      }
    } catch (error) {
      // A fault that one call brought must not become the others': each alone finds out whose it is.
      if (calls.length === 1 || error instanceof AppError) for (const { reject } of calls) reject(error);
      else for (const call of calls) await settle(lane, [call]);
    }
  }

  async function run(lane: string, queue: Waiting[]): Promise<void> {
    // One turn of the event loop gathers the calls that arrived together.
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.length > 0) {
      const calls = take(queue);
      for (const call of calls) {
        waitingItems -= call.items.length;
        waitingBytes -= call.bytes;
      }
      await settle(lane, calls);
    }
    lanes.delete(lane);
  }

  return {
    add(lane, items) {
      if (items.length === 0) return Promise.resolve([]);
      const bytes = items.reduce((sum, item) => sum + options.bytesOf(item), 0);
      if (waitingItems + items.length > options.queueItems || waitingBytes + bytes > options.queueBytes)
        return Promise.reject(
          new AppError('OVERLOADED', 'Too many items wait to be recorded: try the same again'),
        );
      return new Promise((resolve, reject) => {
        waitingItems += items.length;
        waitingBytes += bytes;
        const call = { items, bytes, resolve, reject };
        const queue = lanes.get(lane);
        if (queue) {
          queue.push(call);
          return;
        }
        const fresh = [call];
        lanes.set(lane, fresh);
        const finished = run(lane, fresh).finally(() => running.delete(finished));
        running.add(finished);
      });
    },

    counts: {
      get waitingItems() {
        return waitingItems;
      },
      get waitingBytes() {
        return waitingBytes;
      },
      items,
      durationMs,
    },

    async drain() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
