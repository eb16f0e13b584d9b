// Accounts and their API keys. A key is shown once, when it is made; what is stored is its hash.
import { hash, randomBytes, randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { askWithin, ofAccount, onDuty, workWithin } from '../db/scope.js';
import type { Log } from '../log.js';
import { ApiKeyScope } from './viewer.js';

const ANY_ACCOUNT_LOCK = 727_365_002;

export const hashKey = (key: string): Buffer => hash('sha256', key, 'buffer');

const KEY_PREFIX = 'cak_';

/** A new key: 256 random bits behind a prefix by which secret scanners and people know it. */
export const generateKey = (): string => `${KEY_PREFIX}${randomBytes(32).toString('base64url')}`;

const INSERT_ACCOUNT = `
  insert into account (id, name, default_country, has_auto_opt_out, created_at)
  values ($1, $2, $3, true, clock_timestamp()) on conflict (id) do nothing`;

/** What of a key is kept to be shown: four characters, 24 of its 256 bits, behind what all keys of ours begin with. */
const shownOf = (key: string): string =>
  key.slice(0, 4 + (key.startsWith(KEY_PREFIX) ? KEY_PREFIX.length : 0));
const ALL_SCOPES = Object.keys(ApiKeyScope) as ApiKeyScope[];

/** The statement that stores a key: its hash, and how it begins. Nothing happens where the key is there. */
export const insertKey = (key: {
  readonly accountId: string;
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly scopes: readonly ApiKeyScope[];
}): { text: string; values: unknown[] } => ({
  text: `insert into api_key (account_id, id, name, prefix, scopes, hash, created_at)
         values ($1, $2, $3, $4, $5, $6, clock_timestamp()) on conflict on constraint api_key_hash do nothing`,
  values: [key.accountId, key.id, key.name, shownOf(key.key), key.scopes, hashKey(key.key)],
});

const firstKey = (accountId: string, key: string) =>
  insertKey({ accountId, id: randomUUID(), key, name: 'First key', scopes: ALL_SCOPES });

/**
 * Creates an account with one key.
 *
 * @param defaultCountry - ISO 3166-1 alpha-2, for national numbers that a person types.
 * @returns the account's id and its key, which cannot be had again.
 */
export async function createAccount(
  pool: Pool,
  name: string,
  defaultCountry: string,
): Promise<{ accountId: string; key: string }> {
  const accountId = randomUUID();
  const key = generateKey();
  await addAccount(pool, { accountId, name, defaultCountry, key });
  return { accountId, key };
}

/** All accounts, by name. */
export const listAccounts = async (pool: Pool): Promise<{ id: string; name: string }[]> =>
  (
    await askWithin<{ id: string; name: string }>(pool, onDuty('accounts'), {
      text: 'select id, name from account order by name, id',
    })
  ).rows;

/** Makes sure that an account of this id exists and takes this key. */
export async function addAccount(
  pool: Pool,
  account: { accountId: string; name: string; defaultCountry: string; key: string },
): Promise<void> {
  await workWithin(pool, ofAccount(account.accountId), async (client) => {
    await client.query(INSERT_ACCOUNT, [account.accountId, account.name, account.defaultCountry]);
    await client.query(firstKey(account.accountId, account.key));
  });
}

/**
 * An unattended first start: on a database without accounts (the demo's aside) `key` becomes the key of a first account
 * named Default. Later it changes nothing, and a key that no account knows is warned of.
 */
export async function bootstrapAccount(
  pool: Pool,
  key: string,
  demoAccountId: string,
  log: Log,
): Promise<void> {
  await workWithin(pool, onDuty('accounts'), async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [ANY_ACCOUNT_LOCK]);
    const accounts = await client.query('select from account where id <> $1 limit 1', [demoAccountId]);
    if (accounts.rowCount === 0) {
      const accountId = randomUUID();
      await client.query(ofAccount(accountId));
      await client.query(INSERT_ACCOUNT, [accountId, 'Default', 'US']);
      await client.query(firstKey(accountId, key));
      log.info({ accountId }, 'created the account Default with the key of BOOTSTRAP_API_KEY');
    } else {
      await client.query(onDuty('key-lookup'));
      const known = await client.query('select from api_key where hash = $1 and revoked_at is null', [
        hashKey(key),
      ]);
      if (known.rowCount === 0) log.warn('BOOTSTRAP_API_KEY is the key of no account: it was left aside');
    }
  });
}
