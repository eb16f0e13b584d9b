// The numbers around the boxes against the base tables, account by account: folded rows and waiting movements together, at the
// instant of the reading; and told anew from the base tables where they differ.
import type { PoolClient } from 'pg';
import { DELTAS, HOLD_FOLD, WAITING } from './fold.js';
import { isOfCampaign, TALLIES, TALLY_TABLES, type TallyTable, whereThere } from './movements.js';

/** Rows of one table, of one campaign or of the account, that say other than the base tables do. */
export interface WrongTallies {
  readonly table: TallyTable;
  /** '' for those of the account. */
  readonly campaignId: string;
  readonly rows: number;
}

const IN_USAGE = `m.status in ('SENT', 'DELIVERED')`;
const SMS = 'm.media_count = 0';
const SENT = `m.direction = 'OUTBOUND'`;

/** Each table told from the base tables, of which `told` is the CTE of conversations (recount). */
const COUNTED: Readonly<Record<TallyTable, string>> = {
  activity: `
    select campaign_id, date_bin('5 minutes', at, 'epoch') as starts_at,
           count(*) filter (where what = 'initial')::int as initials_sent,
           count(*) filter (where what = 'reply')::int as replies,
           count(*) filter (where what = 'AUTO')::int as auto_opt_outs,
           count(*) filter (where what = 'MANUAL')::int as manual_opt_outs
      from (select campaign_id, 'initial' as what, initial_at as at from told union all
            select campaign_id, 'reply', first_reply_at from told union all
            select campaign_id, opted_out_source::text, opted_out_at from told) t
     where at is not null group by 1, 2`,
  sender_tally: `
    select campaign_id, sender_id, sum(assigned)::int as assigned, sum(sent)::int as messages_sent,
           sum(replied)::int as replies, sum(out)::int as opt_outs
      from (select campaign_id, coalesce(sender_id, initial_sender_id, '') as sender_id, 1 as assigned, 0 as sent,
                   (received_count > 0)::int as replied, (opted_out_source is not null)::int as out from told union all
            select m.campaign_id, coalesce(m.sender_id, ''), 0, 1, 0, 0 from message m
             where m.account_id = $1 and ${SENT} and m.status <> 'FAILED') t
     group by 1, 2`,
  delivery_tally: `
    select m.campaign_id, m.status, m.error_code, count(*)::int as messages
      from message m where m.account_id = $1 and ${SENT} group by 1, 2, 3`,
  usage_contact: `
    select date_trunc('month', m.at at time zone 'UTC')::date as month, m.contact, count(*)::int as messages
      from message m where m.account_id = $1 and ${SENT} and ${IN_USAGE} group by 1, 2`,
  usage_month: `
    select date_trunc('month', m.at at time zone 'UTC')::date as month,
           count(*) filter (where ${SMS})::int as sms_messages,
           coalesce(sum(m.segments) filter (where ${SMS}), 0)::int as sms_segments,
           count(*) filter (where not ${SMS})::int as mms_messages,
           count(*) filter (where ${SMS} and ${SENT})::int as sent_sms_messages,
           coalesce(sum(m.segments) filter (where ${SMS} and ${SENT}), 0)::int as sent_sms_segments,
           count(*) filter (where not ${SMS} and ${SENT})::int as sent_mms_messages
      from message m where m.account_id = $1 and ${IN_USAGE} group by 1`,
};

/** How many contacts a month has follows from its contacts, and waits for no movement. */
const WRONG_MESSAGED = `
  select month from usage_month u where account_id = $1 and messaged_contacts <> (
    select count(*) from usage_contact c where c.account_id = $1 and c.month = u.month and c.messages > 0)`;

const counted = (table: TallyTable): string => `select * from (${COUNTED[table]}) c ${whereThere(table)}`;

const compare = (conversations: string, table: TallyTable): string => {
  const { keys, sums } = TALLIES[table];
  const columns = [...keys, ...sums].join(', ');
  const key = keys.join(', ');
  const summed = sums.map((sum) => `sum(${sum})::int as ${sum}`).join(', ');
  const values = (of: string): string => sums.map((sum) => `coalesce(${of}.${sum}, 0)`).join(', ');
  return `
    with ${conversations}, ${WAITING}, ${DELTAS},
    kept as (
      select ${key}, ${summed} from (
        select ${columns} from ${table} where account_id = $1
        union all select ${columns} from ${table}_delta) k group by ${key}
    ),
    counted as (${counted(table)})
    select ${isOfCampaign(table) ? 'campaign_id' : `''`} as campaign_id, count(*)::int as rows
      from kept k full join counted c using (${key}) where (${values('k')}) <> (${values('c')})
     group by 1 order by 1`;
};

/** @param conversations - the CTEs that end in `told`, each conversation of the account $1 as the base tables tell it. */
export async function compareTallies(
  client: PoolClient,
  accountId: string,
  conversations: string,
): Promise<WrongTallies[]> {
  const wrong: WrongTallies[] = [];
  for (const table of TALLY_TABLES) {
    const text = compare(conversations, table);
    const { rows } = await client.query({ name: `compare ${table}`, text, values: [accountId] });
    for (const row of rows) wrong.push({ table, campaignId: row.campaign_id, rows: row.rows });
  }
  const messaged = await client.query(WRONG_MESSAGED, [accountId]);
  if (messaged.rowCount) wrong.push({ table: 'usage_month', campaignId: '', rows: messaged.rowCount });
  return wrong;
}

const COUNT_MESSAGED = `
  update usage_month u set messaged_contacts = (
    select count(*) from usage_contact c where c.account_id = $1 and c.month = u.month) where account_id = $1`;

function tell(conversations: string, table: TallyTable): string {
  const { keys, sums } = TALLIES[table];
  const columns = [...keys, ...sums].join(', ');
  const later =
    table === 'usage_month' ? { column: ', messaged_contacts', value: ', 0' } : { column: '', value: '' };
  return `
    with ${conversations}
    insert into ${table} (account_id, ${columns}${later.column}) select $1, ${columns}${later.value} from (${counted(table)}) c`;
}

/**
 * Tells the account's numbers around the boxes anew. Nobody records meanwhile, and its conversations are right.
 *
 * @param conversations - as for `compareTallies`.
 */
export async function retellTallies(
  client: PoolClient,
  accountId: string,
  conversations: string,
): Promise<void> {
  await client.query(HOLD_FOLD, [accountId]);
  for (const table of ['movement', ...TALLY_TABLES])
    await client.query(`delete from ${table} where account_id = $1`, [accountId]);
  for (const table of TALLY_TABLES) await client.query(tell(conversations, table), [accountId]);
  await client.query(COUNT_MESSAGED, [accountId]);
}
