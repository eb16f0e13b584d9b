// One-time links that sign in to the console, made on the command line. A link's code works once, for some minutes; what is
// stored is its hash.
import { randomBytes, randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { ofAccount, workWithin } from '../db/scope.js';
import { noteAudit } from './audit.js';
import { hashKey } from './keys.js';

/** How long a link waits to be used, in minutes. */
export const LINK_MINUTES = 10;

/** Makes a link's code, which cannot be had again. */
export async function createLink(pool: Pool, accountId: string): Promise<string> {
  const [id, code] = [randomUUID(), `cal_${randomBytes(32).toString('base64url')}`];
  await workWithin(pool, ofAccount(accountId), async (client) => {
    await client.query('delete from sign_in_link where account_id = $1 and expires_at < clock_timestamp()', [
      accountId,
    ]);
    await client.query(
      `insert into sign_in_link (account_id, id, hash, expires_at)
       values ($1, $2, $3, clock_timestamp() + make_interval(mins => $4))`,
      [accountId, id, hashKey(code), LINK_MINUTES],
    );
    await client.query(noteAudit(accountId, null, 'SIGN_IN_LINK_CREATED', id));
  });
  return code;
}

/**
 * Uses a link up, in a transaction on the duty of looking keys up, which goes on in the scope of its account. Of several at
 * once with the same code one has it.
 *
 * @returns the account; undefined where there is no such link, or no more.
 */
export async function redeemLink(client: PoolClient, code: string): Promise<string | undefined> {
  const found = await client.query<{ account_id: string }>(
    'select account_id from sign_in_link where hash = $1',
    [hashKey(code)],
  );
  const accountId = found.rows[0]?.account_id;
  if (accountId === undefined) return undefined;
  await client.query(ofAccount(accountId));
  const used = await client.query<{ id: string; is_good: boolean }>(
    `delete from sign_in_link where account_id = $1 and hash = $2
     returning id, expires_at > clock_timestamp() as is_good`,
    [accountId, hashKey(code)],
  );
  const link = used.rows[0];
  if (!link?.is_good) return undefined;
  await client.query(noteAudit(accountId, null, 'SIGN_IN_LINK_USED', link.id));
  return accountId;
}
