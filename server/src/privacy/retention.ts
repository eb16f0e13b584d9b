// Bodies of messages that are older than their account keeps them are removed, a few at a time, by one process at a time.
// Boxes do not move, and an id still knows its content, of which a hash stays.
import type { Pool } from 'pg';
import { type Actor, noteAudit } from '../accounts/audit.js';
import { askWithin, ofAccount, onDuty, workWithin } from '../db/scope.js';
import { malformed } from '../fields.js';
import type { Log } from '../log.js';

const LONGEST_DAYS = 36_500;
const ROWS_AT_ONCE = 2_000;
const RETENTION_LOCK = 727_365_004;
/** A server that was just started looks soon, however seldom it looks later. */
const FIRST_WITHIN_MS = 60_000;

const SET = 'update account set body_days = $2 where id = $1 and body_days is distinct from $2';

// Along the primary key, so that each message is looked at once a pass. What somebody else holds is left to the next pass,
// so that nobody ever waits in a circle.
const CLEAR = `
  with old as (
    select id from message
     where account_id = $1 and id > $2 and body is not null
       and at < clock_timestamp() - make_interval(days => (select body_days from account where id = $1))
     order by id limit ${ROWS_AT_ONCE} for update skip locked
  ),
  cleared as (update message m set body = null from old where m.account_id = $1 and m.id = old.id)
  select max(id) as last, count(*)::int as count from old`;

/** @param days - null for ever. @throws AppError BAD_USER_INPUT */
export function checkBodyDays(days: number | null): number | null {
  if (days === null || (Number.isInteger(days) && days >= 1 && days <= LONGEST_DAYS)) return days;
  throw malformed('days', `1 to ${LONGEST_DAYS}`);
}

/** Sets for how many days after a message its body is kept; null for ever. What is removed does not come back. */
export const setBodyRetention = (
  pool: Pool,
  accountId: string,
  actor: Actor,
  days: number | null,
): Promise<void> =>
  workWithin(pool, ofAccount(accountId), async (client) => {
    const { rowCount } = await client.query(SET, [accountId, days]);
    const subject = days === null ? null : String(days);
    if (rowCount) await client.query(noteAudit(accountId, actor, 'BODY_RETENTION_SET', subject));
  });

async function clearAccount(pool: Pool, accountId: string, mayGoOn: () => boolean): Promise<number> {
  let cleared = 0;
  for (let last: string | null = ''; last !== null && mayGoOn(); ) {
    const after: string = last;
    const [row] = await workWithin(pool, ofAccount(accountId), async (client) => {
      await client.query('set local statement_timeout = 0');
      return (await client.query<{ last: string | null; count: number }>(CLEAR, [accountId, after])).rows;
    });
    cleared += row?.count ?? 0;
    last = row?.count === ROWS_AT_ONCE ? row.last : null;
  }
  return cleared;
}

/** Removes all bodies that are due, unless another process is at it. */
async function clearBodies(pool: Pool, mayGoOn: () => boolean, log: Log): Promise<void> {
  const holder = await pool.connect();
  try {
    const { rows } = await holder.query('select pg_try_advisory_lock($1) as is_mine', [RETENTION_LOCK]);
    if (!rows[0].is_mine) return;
    const accounts = await askWithin<{ id: string }>(pool, onDuty('accounts'), {
      text: 'select id from account where body_days is not null order by id',
    });
    for (const { id: accountId } of accounts.rows) {
      const bodies = await clearAccount(pool, accountId, mayGoOn);
      if (bodies > 0) log.info({ accountId, bodies }, 'removed bodies that were kept long enough');
    }
  } finally {
    // Ended, it gives up the lock as well.
    holder.release(true);
  }
}

export interface Retention {
  /** Settles when the batch under way is committed. */
  stop(): Promise<void>;
}

/** Looks for bodies that are due, again and again. A pass that fails is logged, and the next one makes up for it. */
export function startRetention(pool: Pool, everyMs: number, log: Log): Retention {
  let isStopped = false;
  let passing: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout;

  function wait(ms: number): void {
    timer = setTimeout(() => {
      passing = clearBodies(pool, () => !isStopped, log)
        .catch((error: unknown) => log.warn({ reason: (error as Error).message }, 'could not remove bodies'))
        .finally(() => isStopped || wait(everyMs));
    }, ms);
    timer.unref();
  }

  wait(Math.min(everyMs, FIRST_WITHIN_MS));
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await passing;
    },
  };
}
