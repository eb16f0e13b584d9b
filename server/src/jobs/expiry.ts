// Jobs that are over for long enough: what they left goes first, then their rows.
import type { Pool, QueryConfig } from 'pg';
import { askWithin, onDuty, workWithin } from '../db/scope.js';
import type { Log } from '../log.js';
import type { Job } from './job.js';
import { JOB_COLUMNS } from './queue.js';

const MOST_AT_ONCE = 100;
const FIND = `
  select ${JOB_COLUMNS} from job
   where expires_at <= clock_timestamp() and kind = any($1::text[])
     and (expires_at, account_id, id) > ($2::timestamptz, $3, $4)
   order by expires_at, account_id, id limit ${MOST_AT_ONCE}`;
const REMOVE = 'delete from job where account_id = $1 and id = $2 and expires_at <= clock_timestamp()';

/**
 * Removes jobs whose time is over. Settles when each that was due was tried once; one whose leavings could not be removed
 * stays for the next time, and holds up no other.
 *
 * @param removeLeavings - of a job, outside of the database; it may have removed them before.
 * @returns those that were removed.
 */
export async function removeExpired(
  pool: Pool,
  kinds: readonly string[],
  removeLeavings: (job: Job) => Promise<void>,
  log: Log,
): Promise<readonly Job[]> {
  const removed: Job[] = [];
  let last: unknown[] | undefined = ['-infinity', '', ''];
  while (last) {
    const statement: QueryConfig = { text: FIND, values: [kinds, ...last] };
    const found = await askWithin<Job & Record<string, unknown>>(pool, onDuty('jobs'), statement);
    const due: readonly Job[] = found.rows;
    for (const job of due) {
      const { accountId, id } = job;
      try {
        await removeLeavings(job);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        log.warn({ accountId, jobId: id, code }, 'could not remove what a job left');
        continue;
      }
      await workWithin(pool, onDuty('jobs'), (client) => client.query(REMOVE, [accountId, id]));
      removed.push(job);
    }
    const end = due.length === MOST_AT_ONCE ? due.at(-1) : undefined;
    last = end && [end.expiresAt, end.accountId, end.id];
  }
  return removed;
}
