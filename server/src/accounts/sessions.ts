// Sessions of the console: begun with an API key or a one-time link, carried on by a random secret of which a hash is kept,
// ended by sign-out, by the clock, and by whatever ends the key.
import { randomBytes, randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { askWithin, ofAccount, onDuty, workWithin } from '../db/scope.js';
import { hashKey } from './keys.js';
import { redeemLink } from './sign-in-links.js';
import { ApiKeyScope, type KeyViewer } from './viewer.js';

/** Most sessions of an account; one more ends the oldest. */
const MOST_SESSIONS = 500;

export const isSessionSecret = (text: string): boolean => /^cas_[\w-]{43}$/.test(text);

export interface Sessions {
  /** Begins a session of this API key. @returns its secret, which cannot be had again. */
  beginWithKey(accountId: string, keyId: string): Promise<string>;
  /** Begins a session by a link, which is used up. @returns undefined where nobody issued the code, or it is over. */
  beginWithLink(code: string): Promise<string | undefined>;
  /** Who is signed in by this secret; undefined where nobody is, or no more. */
  find(secret: string): Promise<KeyViewer | undefined>;
  /** Ends a session, and within seconds its sockets. False where there was none to end. */
  end(accountId: string, id: string): Promise<boolean>;
}

const ALL_SCOPES = Object.keys(ApiKeyScope) as ApiKeyScope[];

// The key's scopes are those of this moment, and a session of a key that has ended is none.
const FIND = `
  select s.account_id, s.id, s.key_id, s.expires_at, k.scopes
    from console_session s
    left join api_key k on k.account_id = s.account_id and k.id = s.key_id
                       and (k.revoked_at is null or k.revoked_at > clock_timestamp())
   where s.hash = $1 and s.ended_at is null and s.expires_at > clock_timestamp()
     and (s.key_id is null or k.id is not null)`;

// Ended ones stay for a while, so that every process finds them ended and closes their sockets.
const SWEEP = `
  delete from console_session
   where account_id = $1 and (expires_at < clock_timestamp() or ended_at < clock_timestamp() - interval '1 minute')`;

const END_OLDEST = `
  update console_session set ended_at = clock_timestamp()
   where account_id = $1 and id in (
     select id from console_session where account_id = $1 and ended_at is null
      order by created_at desc, id desc offset ${MOST_SESSIONS - 1})`;

/** @param lifeMs - of a session, from its beginning. */
export function openSessions(pool: Pool, lifeMs: number): Sessions {
  async function begin(client: PoolClient, accountId: string, keyId: string | null): Promise<string> {
    const secret = `cas_${randomBytes(32).toString('base64url')}`;
    await client.query(SWEEP, [accountId]);
    await client.query(END_OLDEST, [accountId]);
    await client.query(
      `insert into console_session (account_id, id, hash, key_id, created_at, expires_at)
       values ($1, $2, $3, $4, clock_timestamp(), clock_timestamp() + make_interval(secs => $5))`,
      [accountId, randomUUID(), hashKey(secret), keyId, lifeMs / 1_000],
    );
    return secret;
  }

  return {
    beginWithKey: (accountId, keyId) =>
      workWithin(pool, ofAccount(accountId), (client) => begin(client, accountId, keyId)),

    beginWithLink: (code) =>
      workWithin(pool, onDuty('key-lookup'), async (client) => {
        const accountId = await redeemLink(client, code);
        return accountId === undefined ? undefined : begin(client, accountId, null);
      }),

    async find(secret) {
      const statement = { name: 'find session', text: FIND, values: [hashKey(secret)] };
      type Row = {
        account_id: string;
        id: string;
        key_id: string | null;
        expires_at: Date;
        scopes: ApiKeyScope[] | null;
      };
      const [row] = (await askWithin<Row>(pool, onDuty('key-lookup'), statement)).rows;
      return (
        row && {
          kind: 'key',
          accountId: row.account_id,
          keyId: row.key_id,
          scopes: new Set(row.scopes ?? ALL_SCOPES),
          session: { id: row.id, expiresAt: row.expires_at },
        }
      );
    },

    end: (accountId, id) =>
      workWithin(pool, ofAccount(accountId), async (client) => {
        const { rowCount } = await client.query(
          `update console_session set ended_at = clock_timestamp()
            where account_id = $1 and id = $2 and ended_at is null and expires_at > clock_timestamp()`,
          [accountId, id],
        );
        return rowCount === 1;
      }),
  };
}
