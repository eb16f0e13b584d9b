// The role that a superuser's connections work in. Row-level security binds every user but superusers and those with
// BYPASSRLS; theirs step down to a role without rights beyond these tables. An ordinary user is bound as it is (FORCE).
import { Client, type Pool } from 'pg';

const ROLE = 'campaign_analytics_app';

const EXISTS = /^(42710|23505)$/;
const NOT_ALLOWED = '42501';

async function makeRole(client: Client): Promise<void> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [ROLE]);
  if (rowCount === 0)
    // Roles belong to all databases of the server: another one may be making it at this moment.
    await client.query(`create role ${ROLE} nologin nobypassrls`).catch((error: { code?: string }) => {
      if (!EXISTS.test(error.code ?? '')) throw error;
    });
  const { rows } = await client.query(
    `select quote_ident(current_database()) as database, pg_has_role($1, 'member') as is_member, (
       select string_agg(quote_ident(relname), ', ') from pg_class
        where relnamespace = 'public'::regnamespace and (relrowsecurity or relname = 'migration')
          and not has_table_privilege($1, oid, 'insert')) as locked`,
    [ROLE],
  );
  const [{ database, is_member: isMember, locked }] = rows;
  if (!isMember) await client.query(`grant ${ROLE} to current_user`);
  if (locked)
    await client.query(`
      grant temporary on database ${database} to ${ROLE};
      grant usage on schema public to ${ROLE};
      grant select, insert, update, delete on ${locked} to ${ROLE}`);
}

/**
 * The address with which connections are bound by row-level security: the same, or with the role to step down to, which is
 * made where it is missing. The client is connected as the address says, and the tables are there.
 *
 * @throws Error that names the next action, where the user is not bound and may not make the role either.
 */
export async function bindToRole(client: Client, url: string): Promise<string> {
  const { rows } = await client.query(
    'select rolsuper or rolbypassrls as is_free, quote_ident(rolname) as name from pg_roles where rolname = current_user',
  );
  const [{ is_free: isFree, name }] = rows;
  if (!isFree) return url;
  try {
    await makeRole(client);
  } catch (error) {
    if ((error as { code?: string }).code !== NOT_ALLOWED) throw error;
    throw new Error(
      `row-level security does not bind the database's user ${name}, and it may not make a role that it does bind: ` +
        `alter role ${name} nobypassrls; or, as a superuser, create role ${ROLE} nologin; grant ${ROLE} to ${name}; ` +
        'then start again',
      { cause: error },
    );
  }
  const bound = new URL(url);
  const given = bound.searchParams.get('options');
  // What a connection begins with is also what RESET ROLE goes back to.
  bound.searchParams.set('options', `${given ? `${given} ` : ''}-c role=${ROLE}`);
  return bound.href;
}

/** The last look before anything is served: row-level security fails open, so it is not taken for granted. */
export async function refuseUnbound(pool: Pool, tables: readonly string[]): Promise<void> {
  const { rows } = await pool.query(
    'select name from unnest($1::text[]) as t(name) where not row_security_active(name) order by 1',
    [tables],
  );
  if (rows.length > 0)
    throw new Error(
      `expected row-level security to hold in every table, got none in ${rows.map((row) => row.name).join(', ')}: ` +
        'restore the database from a dump that has its policies',
    );
}
