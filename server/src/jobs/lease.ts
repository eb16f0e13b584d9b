// Who works on a job: claimed with a lease, which its owner renews while it works. A lease that ran out is anybody's, and
// whoever had it can change nothing of the job any more: each statement names owner and attempt.
import type { Pool } from 'pg';
import { onDuty, workWithin } from '../db/scope.js';
import type { Job, JobKey } from './job.js';
import { JOB_COLUMNS } from './queue.js';

/** Whoever has not renewed it for so long is taken for dead. */
export const LEASE_MS = 10_000;
/** A job that ends its process each time is not tried for ever. */
const MOST_FAILURES = 5;

const NOW = 'clock_timestamp()';
const LEASED = `${NOW} + interval '${LEASE_MS} milliseconds'`;
const IS_FREE = `finished_at is null and (state = 'QUEUED' or lease_until < ${NOW})`;
// Whoever let the lease of a free job run out has failed as well.
const FAILURES = `failures + (state = 'RUNNING')::int`;

// Of accounts that wait, the one with the fewest jobs under way first: nobody's many jobs hold up somebody's only one.
const CLAIM = `
  with next as (
    select account_id as next_account_id, id as next_id from job
     where ${IS_FREE} and kind = any($2::text[]) and ${FAILURES} < ${MOST_FAILURES}
     order by (select count(*) from job other
                where other.account_id = job.account_id and other.finished_at is null and other.state = 'RUNNING'
                  and other.lease_until >= ${NOW}), created_at, id
     limit 1 for update skip locked
  )
  update job set state = 'RUNNING', attempt = attempt + 1, failures = ${FAILURES}, started_at = ${NOW}, moved_at = ${NOW},
         done = 0, total = null, lease_owner = $1, lease_until = ${LEASED}, revision = revision + 1
    from next where account_id = next_account_id and id = next_id
  returning ${JOB_COLUMNS}, payload`;
const GIVE_UP = `
  update job set state = 'FAILED', error_code = 'INTERNAL', error_message = 'It was tried ${MOST_FAILURES} times', payload = null,
         finished_at = ${NOW}, moved_at = ${NOW}, expires_at = ${NOW} + $1 * interval '1 millisecond', revision = revision + 1
   where ${IS_FREE} and kind = any($2::text[]) and ${FAILURES} >= ${MOST_FAILURES}
  returning account_id as "accountId", id`;

const IS_MINE = `account_id = $1 and id = $2 and lease_owner = $3 and attempt = $4 and state = 'RUNNING'`;
const RENEW = `
  update job set lease_until = ${LEASED}, done = $5, total = $6,
         moved_at = case when (done, total) is distinct from ($5::float8, $6::float8) then ${NOW} else moved_at end,
         revision = revision + ((done, total) is distinct from ($5::float8, $6::float8))::int
   where ${IS_MINE}`;
const FINISH = `
  update job set state = $5, result = $6, error_code = $7, error_message = $8, done = $9, total = $10, payload = null,
         lease_owner = null, lease_until = null, finished_at = ${NOW}, moved_at = ${NOW},
         expires_at = ${NOW} + $11 * interval '1 millisecond', revision = revision + 1
   where ${IS_MINE}`;
const GIVE_BACK = `
  update job set state = 'QUEUED', failures = failures + $5, done = 0, total = null, moved_at = ${NOW},
         lease_owner = null, lease_until = null, revision = revision + 1
   where ${IS_MINE}`;

/** A job that this process works on. */
export interface Claimed extends Job {
  readonly payload: string | null;
}

export interface Progress {
  readonly done: number;
  readonly total: number | null;
}

export type Ending =
  | { readonly state: 'DONE'; readonly result: object }
  | { readonly state: 'FAILED'; readonly code: string; readonly message: string };

export interface Leases {
  /** Ends jobs of these kinds that failed too often, and tells which. */
  giveUp(kinds: readonly string[]): Promise<readonly JobKey[]>;
  /** The next job of these kinds that nobody works on. */
  claim(kinds: readonly string[]): Promise<Claimed | undefined>;
  /** Tells how far it is. @returns false where it is not ours any more: canceled, or its lease ran out. */
  renew(job: Claimed, progress: Progress): Promise<boolean>;
  /** @returns false where it was not ours any more; then nothing of what was made counts. */
  finish(job: Claimed, progress: Progress, ending: Ending): Promise<boolean>;
  /** Puts it back in the queue. @param isCounted - the attempt failed, and was not just interrupted. */
  giveBack(job: Claimed, isCounted: boolean): Promise<void>;
}

/** @param owner - of this process alone. @param keptMs - a job that is over is kept so long. */
export function openLeases(pool: Pool, owner: string, keptMs: number): Leases {
  const change = (text: string, values: unknown[]): Promise<number> =>
    workWithin(pool, onDuty('jobs'), async (client) => (await client.query(text, values)).rowCount ?? 0);
  const mine = ({ accountId, id, attempt }: Claimed): unknown[] => [accountId, id, owner, attempt];

  return {
    giveUp: (kinds) =>
      workWithin(
        pool,
        onDuty('jobs'),
        async (client) => (await client.query<JobKey>(GIVE_UP, [keptMs, kinds])).rows,
      ),
    claim: (kinds) =>
      workWithin(
        pool,
        onDuty('jobs'),
        async (client) => (await client.query<Claimed>(CLAIM, [owner, kinds])).rows[0],
      ),
    renew: async (job, { done, total }) => (await change(RENEW, [...mine(job), done, total])) === 1,
    async finish(job, { done, total }, ending) {
      const [result, code, message] =
        ending.state === 'DONE'
          ? [JSON.stringify(ending.result), null, null]
          : [null, ending.code, ending.message];
      const values = [...mine(job), ending.state, result, code, message, done, total, keptMs];
      return (await change(FINISH, values)) === 1;
    },
    async giveBack(job, isCounted) {
      await change(GIVE_BACK, [...mine(job), isCounted ? 1 : 0]);
    },
  };
}
