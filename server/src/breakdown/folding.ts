// Accounts in whose campaigns something moved in, their movements folded a moment later: the clock of the numbers around the
// boxes. Whoever recorded folds; what a process left behind when it ended is found by the others' slow look.
import type { Pool } from 'pg';
import { foldSome } from '../counters/fold.js';
import { askWithin, onDuty } from '../db/scope.js';
import type { Write } from '../db/transaction.js';
import type { Log } from '../log.js';

/** Each process looks so much less often for movements that nobody folds. */
const LOOK_AFTER_FOLDS = 5;
const FIND_WAITING = { name: 'find movements', text: 'select distinct account_id from movement' };

export interface FoldingOptions {
  readonly pool: Pool;
  readonly write: Write;
  /** An account is folded so long after it moved. */
  readonly afterMs: number;
  readonly log: Log;
}

export interface Folding {
  readonly counts: { failed: number };
  /** For how long the account that waits longest has waited; 0 where none does. */
  waitingMs(): number;
  /** Something moved in this account. */
  moved(accountId: string): void;
  /** Folds until nothing is left that it knows of, and settles. */
  stop(): Promise<void>;
}

export function startFolding({ pool, write, afterMs, log }: FoldingOptions): Folding {
  /** Since when each waits, oldest first. */
  const waiting = new Map<string, number>();
  const counts = { failed: 0 };
  let isStopped = false;
  let working: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function fold(accountId: string): Promise<void> {
    try {
      while (await write(accountId, 'beside', foldSome, 'repeatable'));
    } catch (error) {
      counts.failed++;
      // The movements are where they were: the next look finds them.
      log.warn({ accountId, reason: (error as Error).message }, 'could not fold movements');
    }
  }

  async function work(): Promise<void> {
    // What comes meanwhile waits for its own time.
    for (const accountId of [...waiting.keys()]) {
      waiting.delete(accountId);
      await fold(accountId);
    }
  }

  function begin(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    working ??= work().finally(() => {
      working = undefined;
      if (waiting.size > 0 && !isStopped) wait();
    });
    return working;
  }

  function wait(): void {
    timer ??= setTimeout(() => void begin(), afterMs).unref();
  }

  function moved(accountId: string): void {
    if (!waiting.has(accountId)) waiting.set(accountId, performance.now());
    if (!working && !isStopped) wait();
  }

  async function look(): Promise<void> {
    const { rows } = await askWithin<{ account_id: string }>(pool, onDuty('folding'), FIND_WAITING);
    for (const row of rows) moved(row.account_id);
  }
  const lookAgain = (): void =>
    void look().catch((error: unknown) =>
      log.warn({ reason: (error as Error).message }, 'could not look for movements'),
    );
  const looking = setInterval(lookAgain, LOOK_AFTER_FOLDS * afterMs).unref();
  lookAgain();

  return {
    counts,
    waitingMs() {
      const [since] = waiting.values();
      return since === undefined ? 0 : performance.now() - since;
    },
    moved,
    async stop() {
      isStopped = true;
      clearInterval(looking);
      await working;
      await begin();
    },
  };
}
