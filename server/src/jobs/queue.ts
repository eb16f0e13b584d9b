// An account's jobs: asked for, looked at, canceled. Rows are read as `Job`; only who works on one reads its payload.
import type { Pool, PoolClient } from 'pg';
import { askWithin, ofAccount, onDuty, workWithin } from '../db/scope.js';
import { AppError } from '../errors.js';
import type { Job, JobKey } from './job.js';

export const JOB_COLUMNS = `
  account_id as "accountId", id, kind, input, state, done, total, result, error_code as "errorCode",
  error_message as "errorMessage", created_at as "createdAt", started_at as "startedAt", moved_at as "movedAt",
  finished_at as "finishedAt", expires_at as "expiresAt", attempt, failures, lease_owner as "leaseOwner",
  lease_until as "leaseUntil", revision`;

/** One whose time is over is as good as gone; its row goes soon. */
export const IS_KEPT = '(expires_at is null or expires_at > clock_timestamp())';

const FIND = `select ${JOB_COLUMNS} from job where account_id = $1 and id = $2`;
const FIND_KEPT = `${FIND} and kind = $3 and ${IS_KEPT}`;
// Those who ask at the same time wait for each other here, so that together they do not get more than one of them may.
const HOLD_ACCOUNT = 'select from account where id = $1 for no key update';
const COUNT = 'select count(*)::int as count from job where account_id = $1 and finished_at is null';
const SAME = `${FIND} and kind = $3 and input = $4::jsonb and (finished_at is not null or payload is not distinct from $5)`;
// Its id is free again. Whoever takes it counts its attempts on: so what they leave has names of its own, and the first of
// them removes what this one left.
const REMOVE_EXPIRED = `
  delete from job where account_id = $1 and id = $2 and kind = $3 and expires_at <= clock_timestamp() returning attempt`;
const INSERT = `
  insert into job (account_id, id, kind, input, payload, state, done, created_at, moved_at, attempt, revision)
  values ($1, $2, $3, $4, $5, 'QUEUED', 0, clock_timestamp(), clock_timestamp(), $6, 0)
  returning ${JOB_COLUMNS}`;
const CANCEL = `
  update job set state = 'CANCELED', finished_at = clock_timestamp(), moved_at = clock_timestamp(), payload = null,
         expires_at = clock_timestamp() + $4 * interval '1 millisecond', revision = revision + 1
   where account_id = $1 and id = $2 and kind = $3 and finished_at is null`;
const READ_WATCHED = `
  select ${JOB_COLUMNS} from job where (account_id, id) in (select * from unnest($1::text[], $2::text[])) and ${IS_KEPT}`;
const FIND_ALL = 'select account_id as "accountId", id from job';
const WATCHED_WITHIN_MS = 2_000;

export interface NewJob {
  readonly id: string;
  readonly kind: string;
  readonly input: object;
  readonly payload?: string;
}

/** @param field - that named it. */
export const jobNotFound = (field: string): AppError =>
  new AppError('NOT_FOUND', `${field}: expected the id of one in reach`);

async function insertJob(client: PoolClient, accountId: string, job: NewJob, most: number): Promise<Job> {
  const { id, kind, input, payload = null } = job;
  await client.query(HOLD_ACCOUNT, [accountId]);
  const values = [accountId, id, kind, JSON.stringify(input), payload];
  const { rows: expired } = await client.query<{ attempt: number }>(REMOVE_EXPIRED, [accountId, id, kind]);
  if ((await client.query(FIND, [accountId, id])).rowCount) {
    const { rows } = await client.query<Job>(SAME, values);
    if (rows[0]) return rows[0];
    throw new AppError('CONFLICT', 'id: expected one that was not used with other content');
  }
  const { rows: counts } = await client.query<{ count: number }>(COUNT, [accountId]);
  if ((counts[0]?.count ?? 0) >= most)
    throw new AppError(
      'TOO_MANY_JOBS',
      `Expected at most ${most} jobs that are not over in this account: try again when one has ended`,
    );
  return (await client.query<Job>(INSERT, [...values, expired[0]?.attempt ?? 0])).rows[0] as Job;
}

/**
 * Puts a job in the queue. The same again gives the same job.
 *
 * @param most - jobs of the account that are not over.
 * @throws AppError CONFLICT, TOO_MANY_JOBS
 */
export const createJob = (pool: Pool, accountId: string, job: NewJob, most: number): Promise<Job> =>
  workWithin(pool, ofAccount(accountId), (client) => insertJob(client, accountId, job, most));

/** The account's job of this kind and id, or undefined. */
export async function findJob(
  pool: Pool,
  accountId: string,
  kind: string,
  id: string,
): Promise<Job | undefined> {
  const statement = { text: FIND_KEPT, values: [accountId, id, kind] };
  return (await askWithin<Job & Record<string, unknown>>(pool, ofAccount(accountId), statement)).rows[0];
}

/**
 * Ends a job; one that is over stays as it is. Whoever works on it finds out soon.
 *
 * @param keptMs - the job itself is kept so long.
 * @throws AppError NOT_FOUND
 */
export const cancelJob = (
  pool: Pool,
  accountId: string,
  kind: string,
  id: string,
  keptMs: number,
): Promise<Job> =>
  workWithin(pool, ofAccount(accountId), async (client) => {
    await client.query(CANCEL, [accountId, id, kind, keptMs]);
    const { rows } = await client.query<Job>(FIND_KEPT, [accountId, id, kind]);
    if (!rows[0]) throw jobNotFound('id');
    return rows[0];
  });

/** These jobs, of any accounts, in one statement; one that does not exist is left out. */
export async function readJobs(
  pool: Pool,
  keys: readonly { accountId: string; id: string }[],
): Promise<Job[]> {
  const config = {
    name: 'read watched jobs',
    text: READ_WATCHED,
    values: [keys.map((key) => key.accountId), keys.map((key) => key.id)],
    query_timeout: WATCHED_WITHIN_MS,
  };
  return (await askWithin<Job & Record<string, unknown>>(pool, onDuty('jobs'), config)).rows;
}

/** All that have a row, of all accounts and kinds. */
export const findAllJobs = async (pool: Pool): Promise<JobKey[]> =>
  (await askWithin<JobKey & Record<string, unknown>>(pool, onDuty('jobs'), { text: FIND_ALL })).rows;
