// Movements in, the numbers around the boxes out: sums by quarter of an hour, sender, status and month. A movement is folded
// once, in the transaction that deletes it, so these numbers trail the boxes but never miss or repeat anything.
import type { Transaction } from '../db/transaction.js';

/** Some of an account's movements, oldest first, taken away. */
const TAKEN = `
  taken as (
    delete from movement where account_id = $1 and id in (
      select id from movement where account_id = $1 order by id limit $2)
    returning messages, conversations
  )`;
/** All of them, where they are. */
export const WAITING = 'taken as (select messages, conversations from movement where account_id = $1)';

const ofSign = (condition: string): string => `coalesce(sum(sign) filter (where ${condition}), 0)::int`;
const COUNTS_IN_USAGE = `status not in ('UNDELIVERED', 'FAILED')`;
const usage = (condition: string, what = 'sign'): string =>
  `coalesce(sum(${what}) filter (where ${condition}), 0)::int`;

/**
 * What the CTE `taken` adds to each table. A message movement without a campaign is one of a campaign that was deleted,
 * which counts for the account's usage only.
 */
export const DELTAS = `
  message_moved as (select m.* from taken, unnest(taken.messages) m),
  conversation_moved as (select c.* from taken, unnest(taken.conversations) c),
  activity_delta as (
    select campaign_id, date_bin('5 minutes', at, 'epoch')::timestamp(3) with time zone as starts_at,
           ${ofSign(`what = 'initial'`)} as initials_sent, ${ofSign(`what = 'reply'`)} as replies,
           ${ofSign(`what = 'AUTO'`)} as auto_opt_outs, ${ofSign(`what = 'MANUAL'`)} as manual_opt_outs
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
    select month, ${usage('is_sms')} as sms_messages, ${usage('is_sms', 'sum_of_segments')} as sms_segments,
           ${usage('not is_sms')} as mms_messages, ${usage('is_sms and is_sent')} as sent_sms_messages,
           ${usage('is_sms and is_sent', 'sum_of_segments')} as sent_sms_segments,
           ${usage('not is_sms and is_sent')} as sent_mms_messages
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
  select count(*)::int as taken from taken`;

/** So many statements' movements at once: seconds of recording at full speed. */
const MOVEMENTS_AT_ONCE = 500;
// So that no two who fold wait for each other's rows in a circle.
const HOLD = `select pg_advisory_xact_lock(hashtextextended('fold:' || $1, 0))`;

/** Until the end of the transaction nobody else folds the account. */
export const holdFold = (tx: Transaction): Promise<unknown> => tx.query('hold fold', HOLD, [tx.accountId]);

/**
 * Folds some of the account's movements. The transaction runs beside others.
 *
 * @returns whether there may be more.
 */
export async function foldSome(tx: Transaction): Promise<boolean> {
  await holdFold(tx);
  const [row] = await tx.query<{ taken: number }>('fold', FOLD, [tx.accountId, MOVEMENTS_AT_ONCE]);
  return row?.taken === MOVEMENTS_AT_ONCE;
}

/** Folds all movements that are committed: in a transaction that runs alone, afterwards there is none. */
export async function foldAll(tx: Transaction): Promise<void> {
  while (await foldSome(tx));
}
