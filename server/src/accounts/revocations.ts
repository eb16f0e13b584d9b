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

const FIND_REVOKED = `
  select v.kind, v.account_id, v.id
    from unnest($1::text[], $2::text[], $3::text[]) as v(kind, account_id, id)
   where exists (select from api_key k
                  where v.kind = 'key' and k.account_id = v.account_id and k.id = v.id and k.revoked_at <= clock_timestamp())
      or exists (select from embed_token t
                  where v.kind = 'token' and t.account_id = v.account_id and t.id = v.id and t.revoked_at is not null)`;

const nameOf = (kind: string, accountId: string, id: string): string => `${kind} ${accountId} ${id}`;
const idOf = (viewer: Viewer): string => (viewer.kind === 'key' ? viewer.keyId : viewer.tokenId);

export function openRevocations(pool: Pool, everyMs: number, log: Log): Revocations {
  const watched = new Map<string, { viewer: Viewer; callbacks: Set<() => void> }>();
  let isLooking = false;

  async function look(): Promise<void> {
    if (isLooking || watched.size === 0) return;
    isLooking = true;
    try {
      const viewers = [...watched.values()].map((each) => each.viewer);
      const { rows } = await askWithin(pool, onDuty('revocations'), {
        name: 'find revoked',
        text: FIND_REVOKED,
        values: [viewers.map((each) => each.kind), viewers.map((each) => each.accountId), viewers.map(idOf)],
      });
      for (const row of rows)
        for (const call of watched.get(nameOf(row.kind, row.account_id, row.id))?.callbacks ?? []) call();
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
      const name = nameOf(viewer.kind, viewer.accountId, idOf(viewer));
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
