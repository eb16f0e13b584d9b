// A transaction of the test's own that holds what the servers want.
import { Client } from 'pg';
import { eventually } from '../harness/deadline.ts';

export interface Holder {
  /** Takes a campaign's numbers, after whoever has them. */
  hold(campaignId: string): Promise<void>;
  /** Whatever else it is to do, or to wait for. */
  ask(statement: string): Promise<void>;
  /** Settles when so many connections wait for it, or for others that do. */
  waiters(count: number): Promise<void>;
  /** Lets go of everything, to hold again or not. */
  release(): Promise<void>;
  close(): Promise<void>;
}

const WAITERS = `
  with recursive waiting as (
    select pid, pg_blocking_pids(pid) as blockers from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock'
  ),
  held_up as (
    select pid from waiting where $1 = any(blockers)
    union select w.pid from waiting w join held_up h on h.pid = any(w.blockers)
  )
  select from held_up`;

/** Opens a transaction that never is the one which Postgres ends to resolve a deadlock. */
export async function openHolder(databaseUrl: string): Promise<Holder> {
  const client = new Client({ connectionString: databaseUrl });
  const onlooker = new Client({ connectionString: databaseUrl });
  await Promise.all([client.connect(), onlooker.connect()]);
  const { rows } = await client.query(
    `select set_config('deadlock_timeout', '1h', false), pg_backend_pid() as pid`,
  );
  await client.query('begin');
  return {
    async hold(campaignId) {
      await client.query('select from campaign_analytics where campaign_id = $1 for update', [campaignId]);
    },
    async ask(statement) {
      await client.query(statement);
    },
    async waiters(count) {
      await eventually(
        async () => (await onlooker.query(WAITERS, [rows[0].pid])).rowCount ?? 0,
        (found) => found >= count,
      );
    },
    async release() {
      await client.query('commit');
      await client.query('begin');
    },
    async close() {
      await Promise.all([client.end(), onlooker.end()]);
    },
  };
}
