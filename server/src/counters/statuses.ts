// Statuses in, kept once each; the greatest (`at`, status) is the message's, and a message that failed leaves the boxes.
import type { Pool } from 'pg';
import { askWithin, ofAccount } from '../db/scope.js';
import { asUnavailable, type Sharing, type Transaction } from '../db/transaction.js';
import { isOutboundOnly, type MessageDirection, type Outcome, type StatusEvent } from './event.js';
import { FACTS, factsOf, NOTE_CONVERSATIONS } from './movements.js';
import { FOLD_MESSAGES, holdCampaigns } from './state.js';

const INBOUND_CANNOT = {
  code: 'BAD_USER_INPUT',
  message: 'status: expected SENT or DELIVERED for an INBOUND message',
} as const;

interface KnownMessage {
  readonly id: string;
  readonly campaign_id: string;
  readonly direction: MessageDirection;
}

const FIND = `select id, campaign_id, direction from message where account_id = $1 and id = any($2::text[])`;

const KEEP = `
  insert into status_report (account_id, message_id, at, status, error_code)
  select $1, r.* from unnest($2::text[], $3::timestamptz[], $4::message_status[], $5::text[])
    as r(message_id, at, status, error_code)
   order by 2, 3, 4, 5
  on conflict do nothing
  returning message_id, at, status, error_code`;

// `old` reads the rows as they were before this statement; their campaigns are held, so nobody moves them meanwhile.
const APPLY = `
  with report as (
    select distinct on (message_id) *
      from unnest($2::text[], $3::timestamptz[], $4::message_status[], $5::text[])
        as r(message_id, at, status, error_code)
     order by message_id, at desc, status desc, error_code desc
  ),
  changed as (
    update message m set status = r.status, status_at = r.at, error_code = r.error_code
      from report r join message old on old.account_id = $1 and old.id = r.message_id
     where m.account_id = $1 and m.id = r.message_id
       and (r.at, r.status, r.error_code) > (m.status_at, m.status, m.error_code)
    returning m.*, old.status as old_status, old.error_code as old_error_code,
              (m.status <> 'FAILED')::int - (old.status <> 'FAILED')::int as sent
  ),
  -- Of an inbound message no number tells one status from another.
  outbound as (select * from changed where direction = 'OUTBOUND'),
  message_change as (
    select campaign_id, contact, direction, sender_id, media_count, segments, at, status, error_code, 1 as sign from outbound
    union all
    select campaign_id, contact, direction, sender_id, media_count, segments, at, old_status, old_error_code, -1 from outbound
  ),
  change as (
    select campaign_id, contact, id, sender_id, at, 0 as messages, sent, 0 as received,
           case when media_count = 0 then sent * segments else 0 end as segments
      from outbound where sent <> 0
  ),
  ${FOLD_MESSAGES}
  select o.campaign_id, o.contact from outbound o join conversation_now n using (campaign_id, contact)
   where o.sent < 0 and n.initial_id = o.id`;

// A statement of its own, because it has to see what the one before did to the messages.
const SETTLE_INITIALS = `
  with initial as (
    select t.campaign_id, t.contact, i.at, i.id, i.sent_by
      from (select distinct campaign_id, contact from unnest($2::text[], $3::text[]) as t(campaign_id, contact)) t
      left join lateral (
        select m.at, m.id, m.sender_id as sent_by from message m
         where m.account_id = $1 and m.campaign_id = t.campaign_id and m.contact = t.contact
           and m.direction = 'OUTBOUND' and m.status <> 'FAILED'
         order by m.at, m.id collate "C" limit 1) i on true
  ),
  conversation_before as (
    select c.campaign_id, c.contact, ${FACTS}
      from initial i join conversation c on c.account_id = $1 and c.campaign_id = i.campaign_id and c.contact = i.contact
  ),
  conversation_now as (
    update conversation c set initial_at = i.at, initial_id = i.id, initial_sender_id = i.sent_by
      from initial i where c.account_id = $1 and c.campaign_id = i.campaign_id and c.contact = i.contact
    returning c.campaign_id, c.contact, ${FACTS}
  ),
  conversation_change as (
    ${factsOf('n', 1)} from conversation_now n
    union all
    ${factsOf('b', -1)} from conversation_before b
  ),
  ${NOTE_CONVERSATIONS}
  select 1 from conversation_now limit 0`;

const columns = (accountId: string, events: readonly StatusEvent[]): unknown[] => [
  accountId,
  events.map((each) => each.messageId),
  events.map((each) => each.at.toISOString()),
  events.map((each) => each.status),
  events.map((each) => each.errorCode),
];

/** Lets statuses of stored messages take effect. The caller holds the messages' campaigns. */
export async function applyStatuses(tx: Transaction, events: readonly StatusEvent[]): Promise<void> {
  const failed = await tx.query<{ campaign_id: string; contact: string }>(
    'apply statuses',
    APPLY,
    columns(tx.accountId, events),
  );
  if (failed.length > 0)
    await tx.query('settle initials', SETTLE_INITIALS, [
      tx.accountId,
      failed.map((row) => row.campaign_id),
      failed.map((row) => row.contact),
    ]);
}

/**
 * Whether statuses of these messages may run beside other transactions: only if all messages are there. One that is not may
 * be on its way in a transaction that cannot see this one, and neither would apply the status.
 */
export async function sharingOfStatuses(
  pool: Pool,
  accountId: string,
  events: readonly StatusEvent[],
): Promise<Sharing> {
  const ids = [...new Set(events.map((each) => each.messageId))];
  const statement = { name: 'find messages', text: FIND, values: [accountId, ids] };
  const found = await askWithin(pool, ofAccount(accountId), statement).catch((error: unknown) => {
    throw asUnavailable(error);
  });
  return found.rows.length === ids.length ? 'beside' : 'alone';
}

const keyOf = (messageId: string, at: Date, status: string, errorCode: string): string =>
  JSON.stringify([messageId, at.getTime(), status, errorCode]);

/**
 * Records statuses; the transaction shares as `sharingOfStatuses` says. A status of an unknown message waits for it.
 *
 * @returns an outcome for each status, in their order.
 */
export async function recordStatuses(tx: Transaction, events: readonly StatusEvent[]): Promise<Outcome[]> {
  const ids = [...new Set(events.map((each) => each.messageId))];
  const found = await tx.query<KnownMessage>('find messages', FIND, [tx.accountId, ids]);
  const campaigns = await holdCampaigns(
    tx,
    found.map((row) => row.campaign_id),
  );
  // Those of a campaign that is being deleted are as good as gone.
  const known = new Map(found.filter((row) => campaigns.has(row.campaign_id)).map((row) => [row.id, row]));
  const isPossible = (event: StatusEvent): boolean =>
    !(known.get(event.messageId)?.direction === 'INBOUND' && isOutboundOnly(event.status));

  const possible = events.filter(isPossible);
  const kept = await tx.query<{ message_id: string; at: Date; status: string; error_code: string }>(
    'keep statuses',
    KEEP,
    columns(tx.accountId, possible),
  );
  const fresh = new Set(kept.map((row) => keyOf(row.message_id, row.at, row.status, row.error_code)));
  await applyStatuses(
    tx,
    possible.filter((each) => known.has(each.messageId)),
  );
  return events.map((event) => {
    if (!isPossible(event)) return INBOUND_CANNOT;
    const isFirst = fresh.delete(keyOf(event.messageId, event.at, event.status, event.errorCode));
    return isFirst ? 'recorded' : 'duplicate';
  });
}
