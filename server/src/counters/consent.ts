// Opt-outs and opt-ins in, kept once each. Which opt-out counts for a conversation is decided from all that are kept,
// so no late or repeated event undoes a newer one.
import { type Transaction } from '../db/transaction.js';
import { type OptInEvent, type OptOutEvent, type Outcome } from './event.js';
import { holdCampaigns, SETTLE_OPT_OUTS } from './state.js';

const KEEP_OPT_OUTS = `
  insert into opt_out (account_id, contact, campaign_id, at, source, sender_id)
  select $1, o.* from unnest($2::text[], $3::text[], $4::timestamptz[], $5::opt_out_source[], $6::text[])
    as o(contact, campaign_id, at, source, sender_id)
   order by 2, 3, 4, 5, 6
  on conflict do nothing
  returning contact, campaign_id, at, source, sender_id`;

const SETTLE = `
  with touched as (
    select distinct campaign_id, contact from unnest($2::text[], $3::text[]) as t(campaign_id, contact)
  ),
  ${SETTLE_OPT_OUTS}
  select 1 from moved limit 0`;

const KEEP_OPT_INS = `
  insert into opt_in (account_id, contact, at)
  select $1, i.* from unnest($2::text[], $3::timestamptz[]) as i(contact, at) order by 2, 3
  on conflict do nothing
  returning contact, at`;

/** The conversations that an opt-in may change; one that was removed is not opened again. */
const OPTED_OUT_CONVERSATIONS = `
  select distinct c.campaign_id, c.contact
    from opt_out o join conversation c on c.account_id = $1 and c.campaign_id = o.campaign_id and c.contact = o.contact
   where o.account_id = $1 and o.contact = any($2::text[])`;

const optOutKey = (contact: string, campaignId: string, at: Date, source: string, senderId: string): string =>
  JSON.stringify([contact, campaignId, at.getTime(), source, senderId]);

/** Keeps opt-outs without letting them take effect. @returns an outcome for each, in their order. */
export async function storeOptOuts(tx: Transaction, events: readonly OptOutEvent[]): Promise<Outcome[]> {
  const rows = await tx.query<{
    contact: string;
    campaign_id: string;
    at: Date;
    source: string;
    sender_id: string;
  }>('keep opt-outs', KEEP_OPT_OUTS, [
    tx.accountId,
    events.map((each) => each.contact),
    events.map((each) => each.campaignId),
    events.map((each) => each.at.toISOString()),
    events.map((each) => each.source),
    events.map((each) => each.senderId),
  ]);
  const fresh = new Set(
    rows.map((row) => optOutKey(row.contact, row.campaign_id, row.at, row.source, row.sender_id)),
  );
  return events.map(({ contact, campaignId, at, source, senderId }) =>
    fresh.delete(optOutKey(contact, campaignId, at, source, senderId)) ? 'recorded' : 'duplicate',
  );
}

/** Decides again which opt-out counts in these conversations, opening those that are new. Their campaigns are held. */
export async function settleOptOuts(
  tx: Transaction,
  conversations: readonly { campaignId: string; contact: string }[],
): Promise<void> {
  await tx.query('settle opt-outs', SETTLE, [
    tx.accountId,
    conversations.map((each) => each.campaignId),
    conversations.map((each) => each.contact),
  ]);
}

/**
 * Records opt-outs; the transaction runs beside others.
 *
 * @returns an outcome for each, in their order.
 */
export async function recordOptOuts(tx: Transaction, events: readonly OptOutEvent[]): Promise<Outcome[]> {
  const inCampaign = events.filter((each) => each.source !== 'ACCOUNT');
  const campaigns = await holdCampaigns(
    tx,
    inCampaign.map((each) => each.campaignId),
  );
  const isKnown = (event: OptOutEvent): boolean =>
    event.source === 'ACCOUNT' || campaigns.has(event.campaignId);
  const known = events.filter(isKnown);
  const kept = await storeOptOuts(tx, known);
  // A repeated one has had its effect; settled again, it would open a conversation that was removed since.
  const touched = known.filter((each, index) => each.source !== 'ACCOUNT' && kept[index] === 'recorded');
  if (touched.length > 0) await settleOptOuts(tx, touched);
  const outcomes = kept.values();
  return events.map((event) =>
    isKnown(event)
      ? (outcomes.next().value as Outcome)
      : { code: 'NOT_FOUND', message: 'campaignId: expected the id of a campaign in reach' },
  );
}

/**
 * Records opt-ins, which hold in every campaign of the account: the transaction runs alone, or an opt-out on its way
 * elsewhere would not see them nor they it.
 *
 * @returns an outcome for each, in their order.
 */
export async function recordOptIns(tx: Transaction, events: readonly OptInEvent[]): Promise<Outcome[]> {
  const rows = await tx.query<{ contact: string; at: Date }>('keep opt-ins', KEEP_OPT_INS, [
    tx.accountId,
    events.map((each) => each.contact),
    events.map((each) => each.at.toISOString()),
  ]);
  const touched = await tx.query<{ campaign_id: string; contact: string }>(
    'opted-out conversations',
    OPTED_OUT_CONVERSATIONS,
    [tx.accountId, [...new Set(rows.map((row) => row.contact))]],
  );
  if (touched.length > 0) {
    await holdCampaigns(
      tx,
      touched.map((row) => row.campaign_id),
    );
    await settleOptOuts(
      tx,
      touched.map((row) => ({ campaignId: row.campaign_id, contact: row.contact })),
    );
  }
  const fresh = new Set(rows.map((row) => `${row.contact} ${row.at.getTime()}`));
  return events.map((event) =>
    fresh.delete(`${event.contact} ${event.at.getTime()}`) ? 'recorded' : 'duplicate',
  );
}
