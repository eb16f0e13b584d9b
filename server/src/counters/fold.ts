// Movements in, the numbers around the boxes out: sums by five minutes, sender, status and month. A movement is folded
// once, in the transaction that deletes it, so these numbers trail the boxes but never miss or repeat anything.
import type { Transaction } from '../db/transaction.js';

const MOST_MOVEMENTS = 500;
/** The oldest of an account's movements taken away, as many as come to $2 bytes, and always one. */
const TAKEN = `
  oldest as (
    select id, sum(coalesce(pg_column_size(messages), 0) + coalesce(pg_column_size(conversations), 0))
                 over (order by id rows between unbounded preceding and 1 preceding) as bytes_before
      from (select id, messages, conversations from movement where account_id = $1 order by id limit ${MOST_MOVEMENTS}) m
  ),
  taken as (
    delete from movement where account_id = $1 and id in (select id from oldest where coalesce(bytes_before, 0) < $2)
    returning messages, conversations
  )`;
/** All of them, where they are. */
export const WAITING = 'taken as (select messages, conversations from movement where account_id = $1)';

const sumWhere = (condition: string, what = 'sign'): string =>
  `coalesce(sum(${what}) filter (where ${condition}), 0)::int`;
const COUNTS_IN_USAGE = `status not in ('UNDELIVERED', 'FAILED')`;

/**
 * What the CTE `taken` adds to each table. A message movement without a campaign is one of a campaign that was deleted,
 * which counts for the account's usage only.
 */
export const DELTAS = `
  message_moved as (select m.* from taken, unnest(taken.messages) m),
  conversation_moved as (select c.* from taken, unnest(taken.conversations) c),
  activity_delta as (
    select campaign_id, date_bin('5 minutes', at, 'epoch')::timestamp(3) with time zone as starts_at,
           ${sumWhere(`what = 'initial'`)} as initials_sent, ${sumWhere(`what = 'reply'`)} as replies,
           ${sumWhere(`what = 'AUTO'`)} as auto_opt_outs, ${sumWhere(`what = 'MANUAL'`)} as manual_opt_outs
      from conversation_moved, lateral (values ('initial', initial_at), ('reply', first_reply_at),
                                               (opted_out_source::text, opted_out_at)) v(what, at)
     where at is not null
     group by 1, 2
  ),
  sender_delta as (
    select campaign_id, sender_id, sum(assigned)::int as assigned, sum(messages_sent)::int as messages_sent,
           sum(replies)::int as replies, sum(opt_outs)::int as opt_outs
      from (
        select campaign_id, coalesce(sender_id, '') as sender_id, sign as assigned, 0 as messages_sent,
               case when first_reply_at is not null then sign else 0 end as replies,
               case when opted_out_at is not null then sign else 0 end as opt_outs
          from conversation_moved
        union all
        select campaign_id, coalesce(sender_id, ''), 0, sign, 0, 0
          from message_moved where direction = 'OUTBOUND' and status <> 'FAILED' and campaign_id <> '') s
     group by 1, 2
  ),
  delivery_delta as (
    select campaign_id, status, error_code, sum(sign)::int as messages
      from message_moved where direction = 'OUTBOUND' and campaign_id <> '' group by 1, 2, 3
  ),
  message_used as (
    select date_trunc('month', at at time zone 'UTC')::date as month, contact, sign, sign * segments as sum_of_segments,
           media_count = 0 as is_sms, direction = 'OUTBOUND' as is_sent
      from message_moved where ${COUNTS_IN_USAGE}
  ),
  usage_contact_delta as (
    -- In the order of the key, so that new rows go into the index side by side.
    select month, contact, sum(sign)::int as messages from message_used where is_sent group by 1, 2 having sum(sign) <> 0
     order by 1, 2
  ),
  usage_message_delta as (
    select month, ${sumWhere('is_sms')} as sms_messages, ${sumWhere('is_sms', 'sum_of_segments')} as sms_segments,
           ${sumWhere('not is_sms')} as mms_messages, ${sumWhere('is_sms and is_sent')} as sent_sms_messages,
           ${sumWhere('is_sms and is_sent', 'sum_of_segments')} as sent_sms_segments,
           ${sumWhere('not is_sms and is_sent')} as sent_mms_messages
      from message_used group by 1
  )`;

/** The tables that the deltas add to: their keys beside the account, and their sums. */
export const TALLIES = {
  activity: {
    keys: ['campaign_id', 'starts_at'],
    sums: ['initials_sent', 'replies', 'auto_opt_outs', 'manual_opt_outs'],
  },
  sender_tally: {
    keys: ['campaign_id', 'sender_id'],
    sums: ['assigned', 'messages_sent', 'replies', 'opt_outs'],
  },
  delivery_tally: { keys: ['campaign_id', 'status', 'error_code'], sums: ['messages'] },
  usage_contact: { keys: ['month', 'contact'], sums: ['messages'] },
  usage_month: {
    keys: ['month'],
    sums: [
      'messaged_contacts',
      'sms_messages',
      'sms_segments',
      'mms_messages',
      'sent_sms_messages',
      'sent_sms_segments',
      'sent_mms_messages',
    ],
  },
} as const;
export type TallyTable = keyof typeof TALLIES;

// What was of a campaign that is gone is nobody's.
const OF_CAMPAIGN = 'where campaign_id in (select campaign_id from campaign_analytics where account_id = $1)';

const add = (table: TallyTable, delta: string): string => {
  const { keys, sums } = TALLIES[table];
  return `
    insert into ${table} as t (account_id, ${[...keys, ...sums].join(', ')})
    select $1, ${[...keys, ...sums].join(', ')} from ${delta}
    ${keys.some((key) => key === 'campaign_id') ? OF_CAMPAIGN : 'where true'}
    on conflict (account_id, ${keys.join(', ')}) do update set
      ${sums.map((sum) => `${sum} = t.${sum} + excluded.${sum}`).join(', ')}`;
};

const FOLD = `
  with ${TAKEN}, ${DELTAS},
  activity_now as (${add('activity', 'activity_delta')}),
  sender_now as (${add('sender_tally', 'sender_delta')}),
  delivery_now as (${add('delivery_tally', 'delivery_delta')}),
  usage_contact_now as (${add('usage_contact', 'usage_contact_delta')}
    returning month, contact, messages, xmax = 0 as is_new),
  -- A contact comes to a month with its first message and goes with its last.
  messaged_delta as (
    select month, sum(came)::int as messaged_contacts
      from (
        select month, (messages > 0)::int as came from usage_contact_now where is_new
        union all
        select month, (n.messages > 0)::int - (n.messages - d.messages > 0)::int
          from usage_contact_now n join usage_contact_delta d using (month, contact) where not n.is_new) c
     group by month
  ),
  usage_delta as (
    select month, coalesce(messaged_contacts, 0) as messaged_contacts, sms_messages, sms_segments, mms_messages,
           sent_sms_messages, sent_sms_segments, sent_mms_messages
      from usage_message_delta left join messaged_delta using (month)
  ),
  usage_now as (${add('usage_month', 'usage_delta')})
  select (select count(*) from taken)::int as taken,
         (select array_agg(month::text) from usage_contact_now where messages = 0) as months,
         (select array_agg(contact) from usage_contact_now where messages = 0) as contacts`;

// A contact to whom nothing went is none of the month's, and its number is not kept.
const FORGET = `
  delete from usage_contact u using unnest($2::date[], $3::text[]) as gone(month, contact)
   where u.account_id = $1 and u.month = gone.month and u.contact = gone.contact and u.messages = 0`;

/** Some 50,000 messages at once: a second of recording at full speed, far below what a statement may take. */
const BYTES_AT_ONCE = 10_000_000;
// So that no two who fold wait for each other's rows in a circle.
const HOLD = `select pg_advisory_xact_lock(hashtextextended('fold:' || $1, 0))`;

interface Folded {
  readonly taken: number;
  /** Of contacts to whom nothing goes any more; null where there is none. */
  readonly months: string[] | null;
  readonly contacts: string[] | null;
}

/** Until the end of the transaction nobody else folds the account. */
export const holdFold = (tx: Transaction): Promise<unknown> => tx.query('hold fold', HOLD, [tx.accountId]);

/**
 * Folds some of the account's movements. The transaction runs beside others.
 *
 * @returns whether there may be more.
 */
export async function foldSome(tx: Transaction): Promise<boolean> {
  await holdFold(tx);
  const [row] = await tx.query<Folded>('fold', FOLD, [tx.accountId, BYTES_AT_ONCE]);
  if (row?.months) await tx.query('forget contacts', FORGET, [tx.accountId, row.months, row.contacts]);
  return row !== undefined && row.taken > 0;
}

/** Folds all movements that are committed: in a transaction that runs alone, afterwards there is none. */
export async function foldAll(tx: Transaction): Promise<void> {
  while (await foldSome(tx));
}
