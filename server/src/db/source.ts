// The one pool of connections, TypeORM's entities on it, and its migrations, run before anything else may use it.
import { Client, type Pool } from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { Log } from '../log.js';
import { Core1764000000001 } from './migrations/0001-core.js';

const MIGRATIONS = [Core1764000000001];
/** An arbitrary constant of this project: whoever migrates holds this advisory lock. */
const MIGRATION_LOCK = 727_365_001;
const OLDEST_MAJOR = 15;

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
  readonly log: Log;
}

async function setting(client: Client, name: string): Promise<string> {
  const { rows } = await client.query('select current_setting($1) as value', [name]);
  return rows[0].value;
}

/** An acknowledgement promises that what it counts survives a crash, which these settings would make untrue. */
async function refuseUnsafe(client: Client): Promise<void> {
  const major = Math.floor(Number(await setting(client, 'server_version_num')) / 10_000);
  if (major < OLDEST_MAJOR) throw new Error(`Expected PostgreSQL ${OLDEST_MAJOR} or newer, got ${major}`);
  for (const name of ['fsync', 'synchronous_commit'])
    if ((await setting(client, name)) === 'off')
      throw new Error(
        `PostgreSQL runs with ${name} = off, where an acknowledged message can be lost in a crash: ` +
          `turn it on (alter system set ${name} = on; select pg_reload_conf()) and start again`,
      );
}

/**
 * Opens the database: refuses one that could lose what it committed, migrates under an advisory lock (several processes
 * may start at once), and returns when it can be used.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const guard = new Client({ connectionString: options.url, connectionTimeoutMillis: 10_000 });
  // Its queries report the loss as well; without a listener the loss would end the process.
  guard.on('error', () => undefined);
  await guard.connect();
  const source = new DataSource({
    type: 'postgres',
    url: options.url,
    entities: options.entities,
    migrations: MIGRATIONS,
    migrationsTableName: 'migration',
    applicationName: 'campaign-analytics',
    poolSize: options.poolSize,
    connectTimeoutMS: 10_000,
    logging: false,
    poolErrorHandler: (error: Error) => options.log.warn({ reason: error.message }, 'lost an idle connection'),
    extra: {
      statement_timeout: 30_000,
      lock_timeout: 15_000,
      idle_in_transaction_session_timeout: 30_000,
      keepAlive: true,
    },
  });
  try {
    await refuseUnsafe(guard);
    await guard.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await source.initialize();
    const ran = await source.runMigrations({ transaction: 'each' });
    if (ran.length > 0) options.log.info({ migrations: ran.map((each) => each.name) }, 'migrated the database');
  } catch (error) {
    if (source.isInitialized) await source.destroy();
    throw error;
  } finally {
    await guard.end();
  }
  return {
    source,
    pool: (source.driver as unknown as { master: Pool }).master,
    close: async () => {
      if (source.isInitialized) await source.destroy();
    },
  };
}
