// How the database stands to this version, asked of it in one short statement.
import type { Pool } from 'pg';
import { MIGRATION_NAMES } from './source.js';

export interface Standing {
  /** Migrations of this version that the database has not. */
  readonly missing: readonly string[];
  /** Migrations of the database that this version does not know: a newer one has migrated it. */
  readonly unknown: readonly string[];
}

/** @throws whatever the database throws, and where it has not answered within this time. */
export async function readStanding(pool: Pool, withinMs: number): Promise<Standing> {
  const bounded = { text: 'select name from migration', query_timeout: withinMs };
  const { rows } = await pool.query<{ name: string }>(bounded);
  const noted = rows.map(({ name }) => name);
  return {
    missing: MIGRATION_NAMES.filter((name) => !noted.includes(name)),
    unknown: noted.filter((name) => !MIGRATION_NAMES.includes(name)),
  };
}
