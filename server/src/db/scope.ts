// Which rows a transaction sees: those of one account, or what one duty across accounts needs. The database's policies
// decide it (migration 0002); a transaction that does not say sees nothing.
import {
  escapeLiteral,
  type Pool,
  type PoolClient,
  type QueryConfig,
  type QueryResult,
  type QueryResultRow,
} from 'pg';
import type { DataSource, EntityManager } from 'typeorm';

/** The work that reaches across accounts. Each sees and changes what its policies in the database name, and no more. */
export type Duty =
  /** From the hash of a key, of a session or of a link that signs in to its account. */
  | 'key-lookup'
  /** Which credentials of open sockets were revoked. */
  | 'revocations'
  | 'signing-keys'
  /** The rows of watched campaigns, of all accounts in one read. */
  | 'watched-boxes'
  /** Which accounts there are. */
  | 'accounts'
  /** Which accounts have movements to fold. */
  | 'folding'
  /** Jobs of all accounts, for whoever does them. */
  | 'jobs';

/** The statement with which a transaction begins to see. It holds for this transaction only, whoever has the connection next. */
export type Scope = `set local app.${string}`;

export const ofAccount = (accountId: string): Scope =>
  `set local app.account_id = ${escapeLiteral(accountId)}`;

export const onDuty = (duty: Duty): Scope => `set local app.duty = '${duty}'`;

/** A half-open connection gives no error and no answer. */
const READ_WITHIN_MS = 5_000;

const beginReading = (scope: Scope): string => `begin read only; ${scope}`;

/**
 * Nothing was changed, so there is nothing to commit, and nobody waits for it. A connection that is lost meanwhile is no
 * loss to what was read, and the pool finds out by itself.
 */
function end(client: PoolClient): void {
  client.query('rollback').catch(() => undefined);
}

/**
 * Runs one statement that reads. It takes one round trip: what begins and ends its transaction travels with it, as these
 * connections send without waiting for answers (`pipeline`).
 */
export async function askWithin<Row extends QueryResultRow>(
  pool: Pool,
  scope: Scope,
  statement: QueryConfig,
): Promise<QueryResult<Row>> {
  const client = await pool.connect();
  let isSound = false;
  try {
    const beginning = client.query(beginReading(scope));
    const bounded = { query_timeout: READ_WITHIN_MS, ...statement };
    const asking = client.query<Row>(bounded);
    end(client);
    const [, result] = await Promise.all([beginning, asking]);
    isSound = true;
    return result;
  } finally {
    // One that did not answer in time is not known to be lost yet.
    client.release(!isSound);
  }
}

/** Runs several statements in one transaction; settles after its commit, or its rollback where one of them throws. */
export async function workWithin<T>(
  pool: Pool,
  scope: Scope,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query(`begin; ${scope}`);
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    end(client);
    throw error;
  } finally {
    client.release();
  }
}

/** Reads through TypeORM in one transaction. A single read takes one round trip, as `askWithin` does. */
export async function readWithin<T>(
  source: DataSource,
  scope: Scope,
  read: (db: EntityManager) => Promise<T>,
): Promise<T> {
  const runner = source.createQueryRunner();
  const client: PoolClient = await runner.connect();
  const beginning = client.query(beginReading(scope));
  // Heard below, but perhaps later than it happens.
  beginning.catch(() => undefined);
  try {
    const result = await read(runner.manager);
    await beginning;
    return result;
  } finally {
    end(client);
    await runner.release();
  }
}
