// An account's API keys: listed by how they begin, made with scopes, replaced and revoked. Every change is noted.
import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import { ofAccount, readWithin, workWithin } from '../db/scope.js';
import { AppError } from '../errors.js';
import { type Actor, noteAudit } from './audit.js';
import { ApiKey } from './credential.js';
import { generateKey, insertKey } from './keys.js';
import type { ApiKeyScope } from './viewer.js';

/** Most keys of an account that are not revoked. */
const MOST_KEYS = 100;
const MOST_LISTED = 1_000;

export interface MadeKey {
  readonly id: string;
  /** It cannot be had again. */
  readonly key: string;
}

/** The account's keys, newest first, those that were revoked since included. */
export const listKeys = (source: DataSource, accountId: string): Promise<ApiKey[]> =>
  readWithin(source, ofAccount(accountId), (db) =>
    db
      .getRepository(ApiKey)
      .find({ where: { accountId }, order: { createdAt: 'DESC', id: 'DESC' }, take: MOST_LISTED }),
  );

async function make(
  client: PoolClient,
  accountId: string,
  actor: Actor,
  name: string,
  scopes: readonly ApiKeyScope[],
): Promise<MadeKey> {
  const { rows } = await client.query(
    'select count(*)::int as live from api_key where account_id = $1 and revoked_at is null',
    [accountId],
  );
  if (rows[0].live >= MOST_KEYS)
    throw new AppError('CONFLICT', `Expected at most ${MOST_KEYS} API keys: revoke one that is not needed`);
  const made = { id: randomUUID(), key: generateKey() };
  await client.query(insertKey({ accountId, name, scopes, ...made }));
  await client.query(noteAudit(accountId, actor, 'API_KEY_CREATED', made.id));
  return made;
}

/** Makes a key. @throws AppError CONFLICT where the account has too many */
export const createKey = (
  pool: Pool,
  accountId: string,
  actor: Actor,
  name: string,
  scopes: readonly ApiKeyScope[],
): Promise<MadeKey> =>
  workWithin(pool, ofAccount(accountId), (client) => make(client, accountId, actor, name, scopes));

/**
 * Ends a key, and within seconds the sockets that live on it.
 *
 * @returns false where there was none to end.
 */
export const revokeKey = (pool: Pool, accountId: string, actor: Actor, id: string): Promise<boolean> =>
  workWithin(pool, ofAccount(accountId), async (client) => {
    const { rowCount } = await client.query(
      `update api_key set revoked_at = clock_timestamp()
        where account_id = $1 and id = $2 and (revoked_at is null or revoked_at > clock_timestamp())`,
      [accountId, id],
    );
    if (rowCount === 0) return false;
    await client.query(noteAudit(accountId, actor, 'API_KEY_REVOKED', id));
    return true;
  });

/**
 * Makes a key of the same name and scopes; the old one ends when its users have had `hours` to change over.
 *
 * @returns undefined where there is no such key, or it ends already.
 */
export const rotateKey = (
  pool: Pool,
  accountId: string,
  actor: Actor,
  id: string,
  hours: number,
): Promise<MadeKey | undefined> =>
  workWithin(pool, ofAccount(accountId), async (client) => {
    const { rows } = await client.query<{ name: string; scopes: ApiKeyScope[] }>(
      `update api_key set revoked_at = clock_timestamp() + make_interval(hours => $3)
        where account_id = $1 and id = $2 and revoked_at is null returning name, scopes`,
      [accountId, id, hours],
    );
    const [old] = rows;
    if (!old) return undefined;
    await client.query(noteAudit(accountId, actor, 'API_KEY_REVOKED', id));
    return make(client, accountId, actor, old.name, old.scopes);
  });
