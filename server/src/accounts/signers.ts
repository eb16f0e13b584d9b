// The keys that sign embed tokens, kept in the database, so that every process takes what another gave. The newest signs;
// those before it verify for as long as a token of theirs can live, so that changing them cuts off no reader.
import { randomBytes, randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { askWithin, onDuty, workWithin } from '../db/scope.js';

export interface Signer {
  readonly id: string;
  readonly secret: Uint8Array;
}

export interface Signers {
  newest(): Promise<Signer>;
  /** The key of this id, where its tokens are still taken. */
  find(id: string): Promise<Signer | undefined>;
}

const SIGNING_KEY_LOCK = 727_365_003;
/** Another process's change is known after this; a token that names an unknown key is looked up sooner. */
const REMEMBERED_MS = 3_000;
/** Whatever is sent, the database is asked for unknown keys no more often. */
const PAUSE_MS = 100;

// Tokens live for a day at most; an hour for processes to learn of the newer key, and for clocks that differ.
const IS_OVER = `exists (
  select from signing_key newer
   where newer.created_at > signing_key.created_at and newer.created_at < clock_timestamp() - interval '25 hours')`;

const insert = (client: PoolClient): Promise<unknown> =>
  client.query('insert into signing_key (id, secret, created_at) values ($1, $2, clock_timestamp())', [
    randomUUID(),
    randomBytes(32),
  ]);

/**
 * Makes a new signing key. Tokens signed before stay good to their end; with `isAtOnce` none does: all are revoked, and
 * the sockets that live on them end within seconds.
 */
export const rotateSigningKey = (pool: Pool, isAtOnce: boolean): Promise<void> =>
  workWithin(pool, onDuty('signing-keys'), async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [SIGNING_KEY_LOCK]);
    await client.query(`delete from signing_key where ${isAtOnce ? 'true' : IS_OVER}`);
    if (isAtOnce)
      await client.query('update embed_token set revoked_at = clock_timestamp() where revoked_at is null');
    await insert(client);
  });

async function readSigners(pool: Pool): Promise<Signer[]> {
  const { rows } = await askWithin<{ id: string; secret: Buffer }>(pool, onDuty('signing-keys'), {
    text: `select id, secret from signing_key where not ${IS_OVER} order by created_at desc`,
  });
  return rows.map(({ id, secret }) => ({ id, secret: new Uint8Array(secret) }));
}

/** Opens the signing keys, making the first one at the very first start. */
export async function openSigners(pool: Pool): Promise<Signers> {
  await workWithin(pool, onDuty('signing-keys'), async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [SIGNING_KEY_LOCK]);
    const { rowCount } = await client.query('select from signing_key limit 1');
    if (rowCount === 0) await insert(client);
  });
  let known = await readSigners(pool);
  let readAt = performance.now();
  let reading: Promise<void> | undefined;

  /** Settles when they have been read after this call. One read at a time. */
  async function refresh(): Promise<void> {
    // One that is under way may have begun before the key was made that is asked for.
    if (reading) await reading;
    reading ??= (async () => {
      const pauseMs = readAt + PAUSE_MS - performance.now();
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      readAt = performance.now();
      known = await readSigners(pool);
    })().finally(() => {
      reading = undefined;
    });
    await reading;
  }

  const isStale = (): boolean => performance.now() - readAt > REMEMBERED_MS;

  return {
    async newest() {
      if (isStale()) await refresh();
      return known[0] as Signer;
    },
    async find(id) {
      const isKnown = (): Signer | undefined => known.find((each) => each.id === id);
      if (isStale() || !isKnown()) await refresh();
      return isKnown();
    },
  };
}
