// One transaction of one account: locks first, work, commit; tried again where Postgres asks for it.
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool, PoolClient, QueryResultRow } from 'pg';
import { AppError } from '../errors.js';

/**
 * How an account's transaction runs beside others of the same account. Most touch one campaign at a time and are kept
 * apart by the campaign's row: `beside`. Those that reach across campaigns, by contact or by an id whose campaign is not
 * known yet, run `alone`, so that nothing committed a moment ago stays unseen.
 */
export type Sharing = 'beside' | 'alone';

export interface Transaction {
  readonly accountId: string;
  /** The campaigns whose numbers this transaction may move: all that it holds. */
  readonly campaigns: Set<string>;
  /** Runs one statement; a `name` keeps it prepared on its connection. */
  query<Row extends QueryResultRow>(name: string, text: string, values: unknown[]): Promise<Row[]>;
}

/**
 * Runs `work` in a transaction of the account and settles after its COMMIT or ROLLBACK. `work` may run several times,
 * so it changes nothing outside the database.
 *
 * @throws AppError UNAVAILABLE where the database does not take it now. Nothing may be concluded about a commit that was
 * under way: callers repeat with the same ids.
 */
export type Write = <T>(
  accountId: string,
  sharing: Sharing,
  work: (transaction: Transaction) => Promise<T>,
) => Promise<T>;

/** Postgres rolled back and says that the same again may work: serialization failure, deadlock. */
const RETRYABLE = new Set(['40001', '40P01']);
/** Database away, closed to us, out of resources, shutting down, read-only, or its locks not to be had in time. */
const UNAVAILABLE = /^(08|28|3D|53|57|58|25006|25P0[34]|55000|55P03)/;
/** What pg and its pool say, without any code, of a connection that is gone or was not to be had in time. */
const LOSSES =
  /^(Connection terminated|timeout ex|Client (has encountered|was closed)|Query read timeout|Cannot use a pool)/;
const ATTEMPTS = 5;

const codeOf = (error: unknown): string => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
};

/** The socket under a connection is gone, or no connection was to be had: Node's codes, and pg's errors that have none. */
const isConnectionLoss = (error: unknown): boolean =>
  /^E[A-Z]+$/.test(codeOf(error)) ||
  (codeOf(error) === '' && error instanceof Error && LOSSES.test(error.message));

/** An error of the database as callers may see it: an absent database is UNAVAILABLE, all else stays as it is. */
export const asUnavailable = (error: unknown): unknown =>
  !(error instanceof AppError) && (UNAVAILABLE.test(codeOf(error)) || isConnectionLoss(error))
    ? new AppError('UNAVAILABLE', 'The database does not take this at the moment: try the same again', {
        cause: error,
      })
    : error;

/** The advisory lock of an account: 64 bits of its id's hash, so that it fits into a statement as a literal. */
const lockKey = (accountId: string): bigint =>
  createHash('sha256').update(`account:${accountId}`).digest().readBigInt64BE();

async function attempt<T>(
  client: PoolClient,
  sharing: Sharing,
  tx: Transaction,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  const lock = sharing === 'alone' ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared';
  try {
    // Together in one message: the lock is held before the first statement of `work` takes its snapshot.
    await client.query(`begin; select ${lock}(${lockKey(tx.accountId)})`);
    const result = await work(tx);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

/**
 * The one way in which an account's data is written.
 *
 * @param onMoved - told after each commit which campaigns it may have moved.
 */
export const openWrite =
  (pool: Pool, onMoved: (accountId: string, campaignIds: ReadonlySet<string>) => void): Write =>
  async (accountId, sharing, work) => {
    for (let tries = 1; ; tries++) {
      let client: PoolClient | undefined;
      let isLost = false;
      try {
        const held = await pool.connect();
        client = held;
        const tx: Transaction = {
          accountId,
          campaigns: new Set(),
          query: async (name, text, values) => (await held.query({ name, text, values })).rows,
        };
        const result = await attempt(held, sharing, tx, work);
        if (tx.campaigns.size > 0) onMoved(accountId, tx.campaigns);
        return result;
      } catch (error) {
        isLost = isConnectionLoss(error);
        if (!RETRYABLE.has(codeOf(error)) || tries === ATTEMPTS) throw asUnavailable(error);
      } finally {
        client?.release(isLost);
      }
      await delay(Math.random() * 10 * 2 ** tries);
    }
  };
