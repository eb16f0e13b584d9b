// Jobs that are over for long enough: what they left goes first, then their rows.
import type { Pool } from 'pg';
import { askWithin, onDuty, workWithin } from '../db/scope.js';
import type { Job } from './job.js';
import { JOB_COLUMNS } from './queue.js';

const MOST_AT_ONCE = 100;
const FIND = `
  select ${JOB_COLUMNS} from job
   where expires_at <= clock_timestamp() and kind = any($1::text[]) order by expires_at limit ${MOST_AT_ONCE}`;
const REMOVE = 'delete from job where account_id = $1 and id = $2 and expires_at <= clock_timestamp()';

/**
 * Removes jobs whose time is over. Settles when all that were due are gone; one whose leavings could not be removed stays
 * for the next time.
 *
 * @param removeLeavings - of a job, outside of the database; it may have removed them before.
 * @returns those that were removed.
 */
export async function removeExpired(
  pool: Pool,
  kinds: readonly string[],
  removeLeavings: (job: Job) => Promise<void>,
): Promise<readonly Job[]> {
  const removed: Job[] = [];
  for (let isMore = true; isMore; ) {
    const statement = { text: FIND, values: [kinds] };
    const { rows } = await askWithin<Job & Record<string, unknown>>(pool, onDuty('jobs'), statement);
    for (const job of rows) {
      await removeLeavings(job);
      await workWithin(pool, onDuty('jobs'), (client) => client.query(REMOVE, [job.accountId, job.id]));
      removed.push(job);
    }
    isMore = rows.length === MOST_AT_ONCE;
  }
  return removed;
}
