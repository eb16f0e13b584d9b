// Credentials of live sockets in, a call for each that was revoked out: one look for all of them, again and again.
import type { Pool } from 'pg';
import { askWithin, onDuty } from '../db/scope.js';
import type { Log } from '../log.js';
import type { Viewer } from './viewer.js';

export interface Revocations {
  /** Calls back once if this viewer's credential is revoked, at most `everyMs` and a query later. @returns a stop. */
  watch(viewer: Viewer, onRevoked: () => void): () => void;
  close(): void;
}

/** Of these credentials those whose time of revocation, which may lie ahead for a key, is as said. */
const find = (isSo: string): string => `
  select v.kind, v.account_id, v.id
    from unnest($1::text[], $2::text[], $3::text[]) as v(kind, account_id, id)
   where exists (select from api_key c
                  where v.kind = 'key' and c.account_id = v.account_id and c.id = v.id and ${isSo})
      or exists (select from embed_token c
                  where v.kind = 'token' and c.account_id = v.account_id and c.id = v.id and ${isSo})
      or exists (select from (
           select least(s.ended_at, k.revoked_at) as revoked_at
             from console_session s left join api_key k on k.account_id = s.account_id and k.id = s.key_id
            where v.kind = 'session' and s.account_id = v.account_id and s.id = v.id) c
          where ${isSo})`;
/** One that is not there is neither: expired tokens are removed, and their sockets end by the clock. */
const QUERIES = {
  revoked: { name: 'find revoked', text: find('c.revoked_at <= clock_timestamp()') },
  good: { name: 'find good', text: find('(c.revoked_at is null or c.revoked_at > clock_timestamp())') },
} as const;

const nameOf = (kind: string, accountId: string, id: string): string => `${kind} ${accountId} ${id}`;
const kindOf = (viewer: Viewer): string =>
  viewer.kind === 'key' && viewer.session ? 'session' : viewer.kind;
const idOf = (viewer: Viewer): string =>
  viewer.kind === 'token' ? viewer.tokenId : (viewer.session?.id ?? viewer.keyId ?? '');

/** Names a viewer's credential within this process. */
export const credentialOf = (viewer: Viewer): string =>
  nameOf(kindOf(viewer), viewer.accountId, idOf(viewer));

/** The credentials among these viewers' that are as said, by one query. */
export async function findCredentials(
  pool: Pool,
  which: keyof typeof QUERIES,
  viewers: readonly Viewer[],
): Promise<ReadonlySet<string>> {
  const { rows } = await askWithin<{ kind: string; account_id: string; id: string }>(
    pool,
    onDuty('revocations'),
    {
      ...QUERIES[which],
      values: [viewers.map(kindOf), viewers.map((each) => each.accountId), viewers.map(idOf)],
    },
  );
  return new Set(rows.map((row) => nameOf(row.kind, row.account_id, row.id)));
}

export function openRevocations(pool: Pool, everyMs: number, log: Log): Revocations {
  const watched = new Map<string, { viewer: Viewer; callbacks: Set<() => void> }>();
  let isLooking = false;

  async function look(): Promise<void> {
    if (isLooking || watched.size === 0) return;
    isLooking = true;
    try {
      const viewers = [...watched.values()].map((each) => each.viewer);
      for (const credential of await findCredentials(pool, 'revoked', viewers))
        for (const call of watched.get(credential)?.callbacks ?? []) call();
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'could not look for revoked credentials');
    } finally {
      isLooking = false;
    }
  }

  const timer = setInterval(look, everyMs);
  timer.unref();

  return {
    watch(viewer, onRevoked) {
      const name = credentialOf(viewer);
      const entry = watched.get(name) ?? { viewer, callbacks: new Set() };
      watched.set(name, entry);
      entry.callbacks.add(onRevoked);
      return () => {
        entry.callbacks.delete(onRevoked);
        if (entry.callbacks.size === 0 && watched.get(name) === entry) watched.delete(name);
      };
    },
    close: () => clearInterval(timer),
  };
}
