// One transaction of one account: locks first, work, commit; tried again where Postgres asks for it or was lost on the way.
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool, QueryConfig, QueryResultRow } from 'pg';
import { Distribution, DURATIONS_MS } from '../distribution.js';
import { AppError } from '../errors.js';
import { ofAccount } from './scope.js';

/**
 * How an account's transaction runs beside others of the same account. Most touch one campaign at a time and are kept
 * apart by the campaign's row: `beside`. Those that reach across campaigns, by contact or by an id whose campaign is not
 * known yet, run `alone`, so that nothing committed a moment ago stays unseen.
 */
export type Sharing = 'beside' | 'alone';

/**
 * What becomes of work whose connection was lost at COMMIT, when nobody knows whether it is in the database.
 *
 * `repeatable`: it is done again. Right for what is kept by its ids and so ends once; an item that the lost attempt did
 * commit is then answered as a duplicate instead of recorded.
 * `once`, unless said otherwise: the caller hears UNAVAILABLE. Right for commands on a campaign: a second deletion would
 * find nothing and answer NOT_FOUND, a second setting could be refused after another in between, or undo it.
 */
// What lost: `pg_xact_status` knows the outcome, but wants each transaction's id in a round trip more, and cannot tell
// while the lost backend has not noticed. A table of answers by request is one more write a batch. A second kind of `Write`
// is handed through every floor beside the first. Telling `work` that it runs again gives each command rules of its own.
export type Repetition = 'once' | 'repeatable';

export interface Transaction {
  readonly accountId: string;
  /** The campaigns whose numbers this transaction may move: all that it holds. */
  readonly campaigns: Set<string>;
  /** Runs one statement; a `name` keeps it prepared on its connection. */
  query<Row extends QueryResultRow>(name: string, text: string, values: unknown[]): Promise<Row[]>;
}

/**
 * Runs `work` in a transaction of the account and settles after its COMMIT or ROLLBACK. `work` may run several times,
 * so it changes nothing outside the database: again after a deadlock or a serialization failure, after a connection that
 * was lost before COMMIT was sent, which always rolls back, and, if it is `repeatable`, after one that was lost at COMMIT.
 *
 * @throws AppError UNAVAILABLE where the database does not take it now, or not within a few attempts and seconds. Nothing
 * may be concluded about a commit that was under way: callers repeat with the same ids.
 */
export interface Write {
  <T>(
    accountId: string,
    sharing: Sharing,
    work: (transaction: Transaction) => Promise<T>,
    repetition?: Repetition,
  ): Promise<T>;
  readonly counts: Readonly<WriteCounts>;
}

export interface WriteCounts {
  /** From COMMIT to its answer: what makes it durable. */
  readonly commitMs: Distribution;
  /** Attempts after a first one. */
  retries: number;
  /** Calls that ended as UNAVAILABLE. */
  unavailable: number;
}

/** Postgres rolled back and says that the same again may work: serialization failure, deadlock. */
const ROLLED_BACK = /^(40001|40P01)$/;
/** Database away, closed to us, out of resources, shutting down, read-only, or its locks not to be had in time. */
const UNAVAILABLE = /^(08|28|3D|40001|40P01|53|57|58|25006|25P0[34]|55000|55P03)/;
/** A connection that is gone or was not to be had: Postgres's last words on it, Node's codes of its socket. */
const LOST = /^(08|25P0[34]|57P0[1235]|E(?!RR_)[A-Z_]+$)/;
/** What pg and its pool say of the same without any code. */
const LOSSES =
  /^(Connection terminated|timeout ex|Client (has encountered|was closed)|Query read timeout|Cannot use a pool)/;
const ATTEMPTS = 5;
/** No attempt begins later than this after the first. */
const TRY_AGAIN_MS = 5_000;
/** The mean pause after the first attempt; it doubles with each. */
const PAUSE_MS = 50;
/** Longer than Postgres's own timeouts: a connection that is silent for so long is half-open and would be for ever. */
const ANSWER_MS = 35_000;

const codeOf = (error: unknown): string => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
};

const isConnectionLoss = (error: unknown): boolean =>
  LOST.test(codeOf(error)) || (codeOf(error) === '' && error instanceof Error && LOSSES.test(error.message));

/** The connection was lost at COMMIT. */
class OutcomeUnknown extends AppError {
  constructor(cause: unknown) {
    super('UNAVAILABLE', 'The database was lost while it committed this: try the same again', { cause });
  }
}

/** An error of the database as callers may see it: an absent database is UNAVAILABLE, all else stays as it is. */
export const asUnavailable = (error: unknown): unknown =>
  !(error instanceof AppError) && (UNAVAILABLE.test(codeOf(error)) || isConnectionLoss(error))
    ? new AppError('UNAVAILABLE', 'The database does not take this at the moment: try the same again', {
        cause: error,
      })
    : error;

const mayTryAgain = (error: unknown, repetition: Repetition): boolean =>
  error instanceof OutcomeUnknown
    ? repetition === 'repeatable'
    : ROLLED_BACK.test(codeOf(error)) || isConnectionLoss(error);

/** The advisory lock of an account: 64 bits of its id's hash, so that it fits into a statement as a literal. */
const lockKey = (accountId: string): bigint =>
  createHash('sha256').update(`account:${accountId}`).digest().readBigInt64BE();

/**
 * The one way in which an account's data is written.
 *
 * @param onMoved - told after each commit which campaigns it may have moved.
 * @param answerMs - a connection that does not answer a statement for so long counts as lost.
 */
export function openWrite(
  pool: Pool,
  onMoved: (accountId: string, campaignIds: ReadonlySet<string>) => void,
  answerMs = ANSWER_MS,
): Write {
  const counts: WriteCounts = { commitMs: new Distribution(DURATIONS_MS), retries: 0, unavailable: 0 };

  async function attempt<T>(
    accountId: string,
    sharing: Sharing,
    work: (transaction: Transaction) => Promise<T>,
  ): Promise<T> {
    const client = await pool.connect();
    const ask = (config: QueryConfig) => {
      const bounded = { ...config, query_timeout: answerMs };
      return client.query(bounded);
    };
    const tx: Transaction = {
      accountId,
      campaigns: new Set(),
      query: async (name, text, values) => (await ask({ name, text, values })).rows,
    };
    const lock = sharing === 'alone' ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared';
    let isBroken = false;
    try {
      // Together in one message: the lock is held before the first statement of `work` takes its snapshot.
      await ask({ text: `begin; ${ofAccount(accountId)}; select ${lock}(${lockKey(accountId)})` });
      const result = await work(tx);
      const committingMs = performance.now();
      const { command } = await ask({ text: 'commit' }).catch((error: unknown) => {
        throw isConnectionLoss(error) ? new OutcomeUnknown(error) : error;
      });
      // That is how Postgres answers the COMMIT of a transaction in which a statement failed.
      if (command !== 'COMMIT') throw new Error(`expected COMMIT, got ${command}: a statement had failed`);
      counts.commitMs.add(performance.now() - committingMs);
      if (tx.campaigns.size > 0) onMoved(accountId, tx.campaigns);
      return result;
    } catch (error) {
      isBroken = error instanceof OutcomeUnknown || isConnectionLoss(error);
      if (!isBroken)
        await ask({ text: 'rollback' }).catch(() => {
          isBroken = true;
        });
      throw error;
    } finally {
      client.release(isBroken);
    }
  }

  async function write<T>(
    accountId: string,
    sharing: Sharing,
    work: (transaction: Transaction) => Promise<T>,
    repetition: Repetition = 'once',
  ): Promise<T> {
    const startedAt = performance.now();
    for (let tries = 1; ; tries++) {
      try {
        return await attempt(accountId, sharing, work);
      } catch (error) {
        const isLate = performance.now() - startedAt > TRY_AGAIN_MS;
        if (tries === ATTEMPTS || isLate || !mayTryAgain(error, repetition)) {
          const told = asUnavailable(error);
          if (told instanceof AppError && told.code === 'UNAVAILABLE') counts.unavailable++;
          throw told;
        }
      }
      counts.retries++;
      await delay(2 * Math.random() * PAUSE_MS * 2 ** (tries - 1));
    }
  }

  return Object.assign(write, { counts });
}
