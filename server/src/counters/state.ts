// How events move conversations, and conversations move boxes: the SQL that all kinds of events share.
// $1 is the account throughout. Every statement runs while its transaction holds the campaigns' rows (`holdCampaigns`), so
// that what it saw before it began is what it changes.
import { type Transaction } from '../db/transaction.js';
import { FACTS, factsOf, NOTE_CONVERSATIONS, NOTE_MOVEMENTS } from './movements.js';

/**
 * Takes the campaigns' rows of campaign_analytics until the commit, always in the same order, so that no two transactions
 * wait for each other. One campaign's writers therefore go one after the other; batching makes that cheap.
 *
 * @returns the ids that exist.
 */
export async function holdCampaigns(tx: Transaction, campaignIds: Iterable<string>): Promise<Set<string>> {
  const rows = await tx.query<{ campaign_id: string }>(
    'hold campaigns',
    `select campaign_id from campaign_analytics
      where account_id = $1 and campaign_id = any($2::text[])
      order by campaign_id for no key update`,
    [tx.accountId, [...new Set(campaignIds)]],
  );
  for (const row of rows) tx.campaigns.add(row.campaign_id);
  return new Set(rows.map((row) => row.campaign_id));
}

/**
 * The opt-out that counts for a conversation `of` (campaign_id, contact), or no row: the earliest of its campaign that is
 * not before the contact's last opt-in; MANUAL first at equal times (contract: OptOutSource). The tables go by their own
 * names here, so that no alias `of` a caller is taken for one of them.
 */
export const countingOptOut = (of: string): string => `
  select opt_out.at, opt_out.source from opt_out
   where opt_out.account_id = $1 and opt_out.contact = ${of}.contact
     and opt_out.campaign_id = ${of}.campaign_id and opt_out.campaign_id <> ''
     and opt_out.at >= coalesce(
       (select max(opt_in.at) from opt_in where opt_in.account_id = $1 and opt_in.contact = ${of}.contact), '-infinity')
   order by opt_out.at, opt_out.source limit 1`;

/**
 * The tail of a statement that has a CTE `box` (campaign_id and what to add to each stored box): moves the rows of
 * campaign_analytics. `revision` grows exactly where a box does change; `updated_at` never falls.
 */
export const MOVE_BOXES = `
  moved as (
    update campaign_analytics a set
      conversations = a.conversations + b.conversations,
      initials_sent = a.initials_sent + b.initials_sent,
      segments = a.segments + b.segments,
      replies = a.replies + b.replies,
      auto_opt_outs = a.auto_opt_outs + b.auto_opt_outs,
      manual_opt_outs = a.manual_opt_outs + b.manual_opt_outs,
      revision = a.revision + 1,
      updated_at = greatest(a.updated_at, clock_timestamp())
    from box b
    where a.account_id = $1 and a.campaign_id = b.campaign_id
      and (b.conversations, b.initials_sent, b.segments, b.replies, b.auto_opt_outs, b.manual_opt_outs)
          <> (0, 0, 0, 0, 0, 0)
    returning a.campaign_id
  )`;

/** Whether the initial message `one` comes before `other` (design: the earliest by (`at`, id)). */
const isEarlier = (one: string, other: string): string =>
  `(${one}.initial_at, ${one}.initial_id collate "C") < (${other}.initial_at, ${other}.initial_id collate "C")`;

const EARLIER_INITIAL = ['initial_at', 'initial_id', 'initial_sender_id']
  .map(
    (column) => `${column} = case when c.initial_at is null or ${isEarlier('excluded', 'c')}
        then excluded.${column} else c.${column} end`,
  )
  .join(',\n      ');

/**
 * The middle of a statement that has the CTEs `change` (campaign_id, contact, id, sender_id, messages, sent, received,
 * segments, at; one row a message that came or changed) and `message_change` (as movements). Opens conversations that are
 * new, counts on those that are there, and sees which of them crossed between none and some: these crossings, not the
 * messages, are what the boxes count. Where an initial message fails, `applyStatuses` looks for the next.
 */
export const FOLD_MESSAGES = `
  delta as (
    select campaign_id, contact, sum(messages)::int as messages, sum(sent)::int as sent,
           sum(received)::int as received, sum(segments)::int as segments,
           min(at) as first_at, max(at) as last_at, min(at) filter (where received > 0) as first_reply_at
      from change group by campaign_id, contact
  ),
  initial as (
    select distinct on (campaign_id, contact) campaign_id, contact, at, id, sender_id
      from change where sent > 0 order by campaign_id, contact, at, id collate "C"
  ),
  told as (
    select d.*, i.at as initial_at, i.id as initial_id, i.sender_id as initial_sender_id
      from delta d left join initial i using (campaign_id, contact)
  ),
  conversation_now as (
    insert into conversation as c
      (account_id, campaign_id, contact, message_count, sent_count, received_count, segment_count,
       first_message_at, last_message_at, opted_out_at, opted_out_source,
       initial_at, initial_id, initial_sender_id, first_reply_at)
    select $1, d.campaign_id, d.contact, d.messages, d.sent, d.received, d.segments, d.first_at, d.last_at, o.at, o.source,
           d.initial_at, d.initial_id, d.initial_sender_id, d.first_reply_at
      from told d left join lateral (${countingOptOut('d')}) o on true
    on conflict (account_id, campaign_id, contact) do update set
      message_count = c.message_count + excluded.message_count,
      sent_count = c.sent_count + excluded.sent_count,
      received_count = c.received_count + excluded.received_count,
      segment_count = c.segment_count + excluded.segment_count,
      first_message_at = least(c.first_message_at, excluded.first_message_at),
      last_message_at = greatest(c.last_message_at, excluded.last_message_at),
      ${EARLIER_INITIAL},
      first_reply_at = least(c.first_reply_at, excluded.first_reply_at)
    -- An inserted row has no xmax; one that was there carries the lock that the conflict took.
    returning c.campaign_id, c.contact, c.sent_count, c.received_count, ${FACTS}, initial_id, c.xmax = 0 as is_new
  ),
  -- Facts may have moved where it was opened, or got an earlier initial message or reply.
  conversation_moved as (
    select n.*, d.sent, d.segments, d.received,
           n.is_new or n.initial_id = d.initial_id or n.first_reply_at = d.first_reply_at as is_turned
      from conversation_now n join told d using (campaign_id, contact)
  ),
  box as (
    select campaign_id,
           count(*) filter (where is_new) as conversations,
           count(*) filter (where sent_count > 0 and sent_count = sent)
             - count(*) filter (where sent_count = 0 and sent < 0) as initials_sent,
           sum(segments) as segments,
           count(*) filter (where received_count > 0 and received_count = received) as replies,
           count(*) filter (where is_new and opted_out_source = 'AUTO') as auto_opt_outs,
           count(*) filter (where is_new and opted_out_source = 'MANUAL') as manual_opt_outs
      from conversation_moved group by campaign_id
  ),
  turned as (select * from conversation_moved where is_turned),
  conversation_change as (
    ${factsOf('t', 1)} from turned t
    union all
    ${factsOf('b', -1)} from turned t join conversation b
      on b.account_id = $1 and b.campaign_id = t.campaign_id and b.contact = t.contact where not t.is_new
  ),
  ${NOTE_MOVEMENTS},
  ${MOVE_BOXES}`;

/**
 * The middle of a statement that has a CTE `touched` (campaign_id, contact; once each): opens the conversations that are
 * new and sets for all of them which opt-out counts now.
 */
export const SETTLE_OPT_OUTS = `
  conversation_before as (
    select c.campaign_id, c.contact, ${FACTS}
      from touched t join conversation c on c.account_id = $1 and c.campaign_id = t.campaign_id and c.contact = t.contact
  ),
  conversation_now as (
    insert into conversation as c (account_id, campaign_id, contact, opted_out_at, opted_out_source)
    select $1, t.campaign_id, t.contact, o.at, o.source
      from touched t left join lateral (${countingOptOut('t')}) o on true
    on conflict (account_id, campaign_id, contact) do update set
      opted_out_at = excluded.opted_out_at, opted_out_source = excluded.opted_out_source
      where (c.opted_out_at, c.opted_out_source) is distinct from (excluded.opted_out_at, excluded.opted_out_source)
    returning c.campaign_id, c.contact, ${FACTS}, c.xmax = 0 as is_new
  ),
  box as (
    select n.campaign_id, count(*) filter (where n.is_new) as conversations,
           0 as initials_sent, 0 as segments, 0 as replies,
           count(*) filter (where n.opted_out_source = 'AUTO')
             - count(*) filter (where b.opted_out_source = 'AUTO') as auto_opt_outs,
           count(*) filter (where n.opted_out_source = 'MANUAL')
             - count(*) filter (where b.opted_out_source = 'MANUAL') as manual_opt_outs
      from conversation_now n left join conversation_before b using (campaign_id, contact)
     group by n.campaign_id
  ),
  conversation_change as (
    ${factsOf('n', 1)} from conversation_now n
    union all
    ${factsOf('b', -1)} from conversation_now n join conversation_before b using (campaign_id, contact)
  ),
  ${NOTE_CONVERSATIONS},
  ${MOVE_BOXES}`;
