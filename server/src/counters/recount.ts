// Every box counted again from the base tables, account by account, compared with what is kept, and set right when told to;
// with it the numbers around the boxes.
import type { Pool, PoolClient } from 'pg';
import { ofAccount, onDuty } from '../db/scope.js';
import type { TallyTable } from './movements.js';
import { compareTallies, retellTallies } from './tallies.js';

const BOXES = [
  'conversations',
  'initials_sent',
  'segments',
  'replies',
  'senders',
  'auto_opt_outs',
  'manual_opt_outs',
] as const;
type Box = (typeof BOXES)[number];

export interface Difference {
  readonly accountId: string;
  /** '' where it is of no campaign but of the account. */
  readonly campaignId: string;
  /** `wrong_conversations` is how many of its conversations' rows say other than messages, opt-outs and opt-ins do; likewise the others. */
  readonly box: Box | 'wrong_conversations' | `wrong_${TallyTable}`;
  readonly kept: number;
  readonly counted: number;
}

export interface Recount {
  readonly campaigns: number;
  readonly differences: readonly Difference[];
}

// What the conversations would be if every message were told again: counted from messages, and the opt-out that counts
// from all opt-outs and opt-ins. Says nothing of how the counters came about, and shares no statement with them.
const CONVERSATIONS = `
  said as (
    select account_id, campaign_id, contact, count(*)::int as message_count,
           count(*) filter (where direction = 'OUTBOUND' and status <> 'FAILED')::int as sent_count,
           count(*) filter (where direction = 'INBOUND')::int as received_count,
           coalesce(sum(segments) filter (where direction = 'OUTBOUND' and status <> 'FAILED' and media_count = 0), 0)::int
             as segment_count,
           min(at) as first_message_at, max(at) as last_message_at,
           min(at) filter (where direction = 'INBOUND') as first_reply_at
      from message where account_id = $1 group by account_id, campaign_id, contact
  ),
  opened as (
    select distinct on (campaign_id, contact) account_id, campaign_id, contact, at as initial_at, id as initial_id,
           sender_id as initial_sender_id
      from message where account_id = $1 and direction = 'OUTBOUND' and status <> 'FAILED'
     order by campaign_id, contact, at, id collate "C"
  ),
  back_in as (
    select account_id, contact, max(at) as at from opt_in where account_id = $1 group by account_id, contact
  ),
  out as (
    select distinct on (o.account_id, o.campaign_id, o.contact) o.account_id, o.campaign_id, o.contact, o.at, o.source
      from opt_out o left join back_in i using (account_id, contact)
     where o.account_id = $1 and o.campaign_id <> '' and (i.at is null or o.at >= i.at)
     order by o.account_id, o.campaign_id, o.contact, o.at, (o.source <> 'MANUAL')
  ),
  told as (
    select c.account_id, c.campaign_id, c.contact,
           coalesce(s.message_count, 0) as message_count, coalesce(s.sent_count, 0) as sent_count,
           coalesce(s.received_count, 0) as received_count, coalesce(s.segment_count, 0) as segment_count,
           s.first_message_at, s.last_message_at, o.at as opted_out_at, o.source as opted_out_source,
           i.initial_at, i.initial_id, i.initial_sender_id, s.first_reply_at, k.sender_id
      from (select account_id, campaign_id, contact from conversation where account_id = $1 union
            select account_id, campaign_id, contact from said) c
      left join conversation k using (account_id, campaign_id, contact)
      left join said s using (account_id, campaign_id, contact)
      left join opened i using (account_id, campaign_id, contact)
      left join out o using (account_id, campaign_id, contact)
  )`;

const COUNTED = `
  counted as (
    select a.account_id, a.campaign_id,
           count(t.contact)::int as conversations,
           (count(*) filter (where t.sent_count > 0))::int as initials_sent,
           coalesce(sum(t.segment_count), 0)::int as segments,
           (count(*) filter (where t.received_count > 0))::int as replies,
           (select count(*) from campaign_sender s
             where s.account_id = a.account_id and s.campaign_id = a.campaign_id and s.is_active)::int as senders,
           (count(*) filter (where t.opted_out_source = 'AUTO'))::int as auto_opt_outs,
           (count(*) filter (where t.opted_out_source = 'MANUAL'))::int as manual_opt_outs
      from campaign_analytics a left join told t using (account_id, campaign_id)
     where a.account_id = $1
     group by a.account_id, a.campaign_id
  )`;

const COMPARE = `
  with ${CONVERSATIONS}, ${COUNTED}
  select account_id, campaign_id, ${BOXES.map((box) => `a.${box} as kept_${box}, c.${box} as counted_${box}`).join(', ')}
    from campaign_analytics a join counted c using (account_id, campaign_id)
   order by account_id, campaign_id`;

const CONVERSATION_COLUMNS = [
  'message_count',
  'sent_count',
  'received_count',
  'segment_count',
  'first_message_at',
  'last_message_at',
  'opted_out_at',
  'opted_out_source',
  'initial_at',
  'initial_id',
  'initial_sender_id',
  'first_reply_at',
];
const list = (prefix: string): string => CONVERSATION_COLUMNS.map((each) => `${prefix}${each}`).join(', ');

const COMPARE_CONVERSATIONS = `
  with ${CONVERSATIONS}
  select account_id, campaign_id, count(*)::int as wrong
    from told t join campaign_analytics using (account_id, campaign_id)
    left join conversation c using (account_id, campaign_id, contact)
   where (${list('c.')}) is distinct from (${list('t.')})
   group by account_id, campaign_id order by account_id, campaign_id`;

const REPAIR_CONVERSATIONS = `
  with ${CONVERSATIONS}
  insert into conversation as c (account_id, campaign_id, contact, ${list('')})
  select account_id, campaign_id, contact, ${list('')}
    from told join campaign_analytics using (account_id, campaign_id)
  on conflict (account_id, campaign_id, contact) do update set (${list('')}) = row(${list('excluded.')})
   where (${list('c.')}) is distinct from (${list('excluded.')})`;

const REPAIR_BOXES = `
  with ${CONVERSATIONS}, ${COUNTED}
  update campaign_analytics a set
    ${BOXES.map((box) => `${box} = c.${box}`).join(', ')},
    revision = a.revision + 1, updated_at = greatest(a.updated_at, clock_timestamp())
  from counted c
  where a.account_id = c.account_id and a.campaign_id = c.campaign_id
    and (${BOXES.map((box) => `a.${box}`).join(', ')}) is distinct from (${BOXES.map((box) => `c.${box}`).join(', ')})`;

async function compare(client: PoolClient, accountId: string): Promise<Recount> {
  const { rows } = await client.query({ name: 'compare boxes', text: COMPARE, values: [accountId] });
  const differences = rows.flatMap((row): Difference[] =>
    BOXES.filter((box) => row[`kept_${box}`] !== row[`counted_${box}`]).map((box) => ({
      accountId: row.account_id as string,
      campaignId: row.campaign_id as string,
      box,
      kept: row[`kept_${box}`] as number,
      counted: row[`counted_${box}`] as number,
    })),
  );
  const conversations = await client.query({
    name: 'compare conversations',
    text: COMPARE_CONVERSATIONS,
    values: [accountId],
  });
  for (const { account_id: accountId, campaign_id: campaignId, wrong } of conversations.rows)
    differences.push({ accountId, campaignId, box: 'wrong_conversations', kept: wrong, counted: 0 });
  for (const { table, campaignId, rows: wrong } of await compareTallies(client, accountId, CONVERSATIONS))
    differences.push({ accountId, campaignId, box: `wrong_${table}`, kept: wrong, counted: 0 });
  return { campaigns: rows.length, differences };
}

/**
 * Compares every campaign's kept boxes and conversations with a recount, at one instant. With `isRepairing` both are then
 * set to what was counted; recording waits meanwhile. Running servers show it at their next look.
 *
 * @returns the differences found before any repair.
 */
export async function recount(pool: Pool, isRepairing: boolean): Promise<Recount> {
  const client = await pool.connect();
  try {
    await client.query(
      `begin isolation level ${isRepairing ? 'read committed' : 'repeatable read read only'}; ${onDuty('accounts')}`,
    );
    // Of tables that nobody has analysed, and of what is grouped here, the planner expects a row or two, and would look through
    // all of a campaign for each of its conversations. Joined by hashes of their whole keys, rows are looked at once.
    await client.query(`set local enable_nestloop = off; set local enable_mergejoin = off; set local work_mem = '128MB';
      set local statement_timeout = 0; set local lock_timeout = 0`);
    if (isRepairing) await client.query('lock table campaign_analytics, conversation in exclusive mode');
    const accounts = await client.query<{ id: string }>('select id from account order by id');
    let campaigns = 0;
    const differences: Difference[] = [];
    for (const { id } of accounts.rows) {
      await client.query(ofAccount(id));
      const found = await compare(client, id);
      campaigns += found.campaigns;
      differences.push(...found.differences);
      if (isRepairing && found.differences.length > 0) {
        await client.query(REPAIR_CONVERSATIONS, [id]);
        await client.query(REPAIR_BOXES, [id]);
        await retellTallies(client, id, CONVERSATIONS);
      }
    }
    await client.query('commit');
    return { campaigns, differences };
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}
