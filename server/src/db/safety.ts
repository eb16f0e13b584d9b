// What the server asks of PostgreSQL before it trusts it with anything: a release that is new enough, and that what it has
// committed survives a crash.
import type { Client } from 'pg';

const OLDEST_MAJOR = 15;

interface Setting {
  readonly setting: string;
  /** What set it. */
  readonly source: string;
  readonly database: string;
}

async function readSetting(client: Client, name: string): Promise<Setting> {
  const { rows } = await client.query(
    'select setting, source, quote_ident(current_database()) as database from pg_settings where name = $1',
    [name],
  );
  return rows[0];
}

/** How to turn a setting on, depending on what turned it off: the narrower place wins over the wider. */
function turnOn(name: string, { source, database }: Setting): string {
  if (source === 'database') return `alter database ${database} reset ${name}`;
  if (source === 'user') return `alter role current_user reset ${name}`;
  if (source === 'database user') return `alter role current_user in database ${database} reset ${name}`;
  if (source === 'client') return `take it out of DATABASE_URL`;
  if (source === 'command line') return `take it from PostgreSQL's command line`;
  return `alter system set ${name} = on; select pg_reload_conf()`;
}

/** An acknowledgement promises that what it counts survives a crash, which these settings would make untrue. */
export async function refuseUnsafe(client: Client): Promise<void> {
  const major = Math.floor(Number((await readSetting(client, 'server_version_num')).setting) / 10_000);
  if (major < OLDEST_MAJOR) throw new Error(`Expected PostgreSQL ${OLDEST_MAJOR} or newer, got ${major}`);
  for (const name of ['fsync', 'synchronous_commit']) {
    const found = await readSetting(client, name);
    if (found.setting === 'off')
      throw new Error(
        `PostgreSQL runs with ${name} = off, where an acknowledged message can be lost in a crash: ` +
          `turn it on (${turnOn(name, found)}) and start again`,
      );
  }
}
