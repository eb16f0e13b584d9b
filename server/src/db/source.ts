// The one pool of connections, bound by row-level security, TypeORM's entities on it, and its migrations, run before anything
// else may use it.
import { Client, type ClientConfig, type Pool } from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { Log } from '../log.js';
import { Core1764000000001 } from './migrations/0001-core.js';
import { Apart1764000000002 } from './migrations/0002-apart.js';
import { Movements1764000000003 } from './migrations/0003-movements.js';
import { Jobs1764000000004 } from './migrations/0004-jobs.js';
import { Sessions1764000000005 } from './migrations/0005-sessions.js';
import { OptOuts1764000000006 } from './migrations/0006-opt-outs.js';
import { JobFailures1764000000007 } from './migrations/0007-job-failures.js';
import { bindToRole, refuseUnbound } from './role.js';
import { refuseUnsafe } from './safety.js';

/** In the order in which they run. Each is noted in the database by its class's name. */
const MIGRATIONS = [
  Core1764000000001,
  Apart1764000000002,
  Movements1764000000003,
  Jobs1764000000004,
  Sessions1764000000005,
  OptOuts1764000000006,
  JobFailures1764000000007,
];
/** What the database of this version has noted: all of these, and no other. */
export const MIGRATION_NAMES: readonly string[] = MIGRATIONS.map(({ name }) => name);
/** An arbitrary constant of this project: whoever migrates holds this advisory lock. */
const MIGRATION_LOCK = 727_365_001;
const CONNECT_MS = 10_000;
/**
 * What a migration locks, other servers record into and read from. They take their locks in another order, so that Postgres may
 * end it as a deadlock, and all who come later wait as long as it waits. So it waits briefly, and is tried again.
 */
const NOT_NOW = /^(40P01|55P03)$/;
const MIGRATION_LOCKS_MS = 3_000;
const MIGRATION_ATTEMPTS = 10;
/** After so long a silence the other side is asked whether it is still there: one that is gone gives no error. */
const QUIET_MS = 30_000;
const NAMES = {
  migrations: MIGRATIONS,
  migrationsTableName: 'migration',
  applicationName: 'campaign-analytics',
};

export interface Database {
  readonly source: DataSource;
  /** TypeORM's own pool, for statements written by hand. */
  readonly pool: Pool;
  /** Waits for connections in use, then closes all. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  readonly poolSize: number;
  readonly entities: NonNullable<DataSourceOptions['entities']>;
  /** The tables of accounts that no entity describes. */
  readonly tables: readonly string[];
  readonly log: Log;
}

/**
 * A connection that is lost says so to its query and once more as an event. In use it is not the pool's to hear that, and
 * an event that nobody hears ends the process.
 */
class PooledClient extends Client {
  constructor(config?: ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}

async function connect(client: Client): Promise<void> {
  try {
    await client.connect();
  } catch (error) {
    // Of a name with several addresses each attempt has a fault of its own, and the whole has no message.
    const [first = error] = error instanceof AggregateError ? error.errors : [];
    throw new Error(
      `expected a connection to PostgreSQL at ${client.host}:${client.port}, got: ${(first as Error).message}. ` +
        'Start it, or correct DATABASE_URL',
      { cause: error },
    );
  }
}

const poolOf = (source: DataSource): Pool => (source.driver as unknown as { master: Pool }).master;

async function runMigrations(source: DataSource): Promise<{ name: string }[]> {
  for (let tries = 1; ; tries++)
    try {
      return await source.runMigrations({ transaction: 'each' });
    } catch (error) {
      if (tries === MIGRATION_ATTEMPTS || !NOT_NOW.test((error as { code?: string }).code ?? '')) throw error;
    }
}

/** Migrates as the user of the address, who owns the tables. */
async function migrate(url: string, log: Log): Promise<void> {
  const source = new DataSource({
    type: 'postgres',
    url,
    ...NAMES,
    poolSize: 1,
    connectTimeoutMS: CONNECT_MS,
    extra: { lock_timeout: MIGRATION_LOCKS_MS },
  });
  await source.initialize();
  try {
    const ran = await runMigrations(source);
    if (ran.length > 0) log.info({ migrations: ran.map((each) => each.name) }, 'migrated the database');
  } finally {
    await source.destroy();
  }
}

/**
 * The address with which sessions compile no statement, unless it says otherwise itself: on tables that nobody has analysed yet
 * PostgreSQL, as it comes, takes a batch for so dear that compiling it would pay, and that takes longer than everything else.
 */
function uncompiled(url: string): string {
  const quick = new URL(url);
  const given = quick.searchParams.get('options');
  quick.searchParams.set('options', `-c jit=off${given ? ` ${given}` : ''}`);
  return quick.href;
}

/** @param url - whose connections are bound by row-level security. */
const sourceOf = ({ url, entities, poolSize, log }: DatabaseOptions): DataSource =>
  new DataSource({
    type: 'postgres',
    url,
    entities,
    ...NAMES,
    poolSize,
    connectTimeoutMS: CONNECT_MS,
    logging: false,
    poolErrorHandler: (error: Error) => log.warn({ reason: error.message }, 'lost an idle connection'),
    extra: {
      Client: PooledClient,
      pipeline: true,
      statement_timeout: 30_000,
      lock_timeout: 15_000,
      idle_in_transaction_session_timeout: 30_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: QUIET_MS,
    },
  });

/**
 * Opens the database: refuses one that could lose what it committed, migrates under an advisory lock (several processes
 * may start at once), steps down to where row-level security binds, and returns when it can be used.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const guard = new Client({ connectionString: options.url, connectionTimeoutMillis: CONNECT_MS });
  // Its queries report the loss as well; without a listener the loss would end the process.
  guard.on('error', () => undefined);
  await connect(guard);
  let source: DataSource | undefined;
  try {
    await refuseUnsafe(guard);
    await guard.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await migrate(options.url, options.log);
    source = sourceOf({ ...options, url: await bindToRole(guard, uncompiled(options.url)) });
    await source.initialize();
    const tables = [...source.entityMetadatas.map((each) => each.tableName), ...options.tables];
    await refuseUnbound(poolOf(source), tables);
  } catch (error) {
    if (source?.isInitialized) await source.destroy();
    throw error;
  } finally {
    await guard.end();
  }
  const opened = source;
  return {
    source: opened,
    pool: poolOf(opened),
    close: async () => {
      if (opened.isInitialized) await opened.destroy();
    },
  };
}
