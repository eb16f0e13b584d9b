// Messages in, stored once and counted with their conversations in one transaction. Promise: an id's first content stays,
// and a batch leaves the same state in any order and any number of times.
import { type Transaction } from '../db/transaction.js';
import { settleOptOuts, storeOptOuts } from './consent.js';
import { isOptOutTerm, type MessageEvent, type Outcome, type Rejection } from './event.js';
import { FOLD_MESSAGES, holdCampaigns } from './state.js';
import { applyStatuses } from './statuses.js';

const UNKNOWN_CAMPAIGN: Rejection = {
  code: 'NOT_FOUND',
  message: 'campaignId: expected the id of a campaign in reach',
};
const OTHER_CONTENT: Rejection = {
  code: 'CONFLICT',
  message: 'id: expected the content it was first recorded with, or another id',
};

// One statement for the whole batch. Inserting in the order of ids keeps two batches that share ids in other campaigns from
// waiting for each other. Statuses that came before their message are found by its id and apply at once.
// The index of messages by conversation is the dearest part beside the rows, 3 to 4 µs of CPU a message: it finds another
// initial message where the first one fails.
const STORE = `
  with input as (
    select * from unnest($2::text[], $3::text[], $4::text[], $5::message_direction[], $6::text[], $7::text[], $8::int[],
      $9::int[], $10::timestamptz[], $11::message_status[], $12::text[])
      as i(id, campaign_id, contact, direction, sender_id, body, media_count, segments, at, status, content_hash)
  ),
  stored as (
    insert into message (account_id, id, campaign_id, contact, direction, sender_id, body, media_count, segments, at,
                         content_hash, status, status_at, error_code)
    select $1, i.id, i.campaign_id, i.contact, i.direction, i.sender_id, i.body, i.media_count, i.segments, i.at,
           decode(i.content_hash, 'hex'), coalesce(r.status, i.status), coalesce(r.at, i.at), coalesce(r.error_code, '')
      from input i left join lateral (
        select r.status, r.at, r.error_code from status_report r
         where r.account_id = $1 and r.message_id = i.id
           and (i.direction = 'OUTBOUND' or r.status < 'UNDELIVERED')
           and (r.at, r.status, r.error_code) > (i.at, i.status, '')
         order by r.at desc, r.status desc, r.error_code desc limit 1) r on true
     order by i.id
    on conflict (account_id, id) do nothing
    returning id, campaign_id, contact, direction, sender_id, status, error_code, media_count, segments, at
  ),
  -- A status that no inbound message can have was kept while its message was unknown; arriving later it is rejected, so
  -- arriving earlier it leaves nothing either.
  impossible as (
    delete from status_report
     where account_id = $1 and message_id = any(array(select id from stored where direction = 'INBOUND'))
       and status >= 'UNDELIVERED'
  ),
  message_change as (select *, 1 as sign from stored),
  change as (
    select campaign_id, contact, id, sender_id, at, 1 as messages,
           (direction = 'OUTBOUND' and status <> 'FAILED')::int as sent,
           (direction = 'INBOUND')::int as received,
           case when direction = 'OUTBOUND' and status <> 'FAILED' and media_count = 0 then segments else 0 end as segments
      from stored
  ),
  ${FOLD_MESSAGES}
  select id from stored`;

const SAME_IDS = `select id, encode(content_hash, 'hex') as content_hash from message where account_id = $1 and id = any($2::text[])`;

/** Stores the first of each id that is not stored yet, and counts them. @returns the stored ones. */
async function storeNew(tx: Transaction, events: readonly MessageEvent[]): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>('store messages', STORE, [
    tx.accountId,
    events.map((each) => each.id),
    events.map((each) => each.campaignId),
    events.map((each) => each.contact),
    events.map((each) => each.direction),
    events.map((each) => each.senderId),
    events.map((each) => each.body),
    events.map((each) => each.mediaCount),
    events.map((each) => each.segments),
    events.map((each) => each.at.toISOString()),
    events.map((each) => each.status),
    events.map((each) => each.contentHash),
  ]);
  return new Set(rows.map((row) => row.id));
}

/** Keeps an opt-out of its own for each new inbound opt-out term, where the account's switch is on. */
async function optOutByTerm(tx: Transaction, stored: readonly MessageEvent[]): Promise<void> {
  const terms = stored.filter((each) => each.direction === 'INBOUND' && isOptOutTerm(each.body));
  if (terms.length === 0) return;
  const [account] = await tx.query<{ has_auto_opt_out: boolean }>(
    'auto opt-out switch',
    'select has_auto_opt_out from account where id = $1',
    [tx.accountId],
  );
  if (!account?.has_auto_opt_out) return;
  const optOuts = terms.map(({ campaignId, contact, at }) => ({
    campaignId,
    contact,
    at,
    source: 'AUTO' as const,
    senderId: '',
  }));
  await storeOptOuts(tx, optOuts);
  await settleOptOuts(tx, optOuts);
}

/**
 * Records messages of any campaigns of the account, in any order. The transaction runs beside others.
 *
 * @param terms - whether an opt-out term opts its contact out; `ignored` for messages whose opt-outs are told apart.
 * @returns an outcome for each message, in their order.
 */
export async function recordMessages(
  tx: Transaction,
  events: readonly MessageEvent[],
  terms: 'heeded' | 'ignored' = 'heeded',
): Promise<Outcome[]> {
  const campaigns = await holdCampaigns(
    tx,
    events.map((each) => each.campaignId),
  );
  const firsts = new Map<string, MessageEvent>();
  for (const event of events)
    if (campaigns.has(event.campaignId) && !firsts.has(event.id)) firsts.set(event.id, event);

  const stored = await storeNew(tx, [...firsts.values()]);
  if (terms === 'heeded')
    await optOutByTerm(
      tx,
      [...firsts.values()].filter((each) => stored.has(each.id)),
    );

  const storedHash = new Map([...stored].map((id) => [id, firsts.get(id)?.contentHash]));
  const old = [...firsts.keys()].filter((id) => !stored.has(id));
  if (old.length > 0) {
    const rows = await tx.query<{ id: string; content_hash: string }>('same ids', SAME_IDS, [
      tx.accountId,
      old,
    ]);
    for (const row of rows) storedHash.set(row.id, row.content_hash);
  }

  const repeated: MessageEvent[] = [];
  const outcomes = events.map((event): Outcome => {
    if (!campaigns.has(event.campaignId)) return UNKNOWN_CAMPAIGN;
    if (stored.has(event.id) && firsts.get(event.id) === event) return 'recorded';
    if (storedHash.get(event.id) !== event.contentHash) return OTHER_CONTENT;
    repeated.push(event);
    return 'duplicate';
  });
  // The status in a repetition counts like that in the first, which is stored with the message and as no report.
  if (repeated.length > 0)
    await applyStatuses(
      tx,
      repeated.map(({ id, status, at }) => ({ messageId: id, status, at, errorCode: '' })),
    );
  return outcomes;
}
