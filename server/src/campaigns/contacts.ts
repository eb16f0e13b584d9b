// A campaign's contacts: each gets one conversation, which can be taken away while nothing was said in it.
import type { Outcome } from '../counters/event.js';
import { FACTS, factsOf, NOTE_CONVERSATIONS } from '../counters/movements.js';
import { countingOptOut, holdCampaigns, MOVE_BOXES } from '../counters/state.js';
import type { Transaction } from '../db/transaction.js';
import { campaignNotFound } from '../errors.js';

export interface ContactEntry {
  /** E.164. */
  readonly phone: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  /** The sender the conversation is assigned to. */
  readonly senderId: string | null;
}

// Both statements end in what they did to `conversation`, as rows (campaign_id, contact, facts), times a sign.
const countRows = (rows: string, sign: 1 | -1): string => `
  box as (
    select campaign_id, ${sign} * count(*) as conversations, 0 as initials_sent, 0 as segments, 0 as replies,
           ${sign} * count(*) filter (where opted_out_source = 'AUTO') as auto_opt_outs,
           ${sign} * count(*) filter (where opted_out_source = 'MANUAL') as manual_opt_outs
      from ${rows} group by campaign_id
  ),
  conversation_change as (${factsOf('r', sign)} from ${rows} r),
  ${NOTE_CONVERSATIONS},
  ${MOVE_BOXES}
  select contact from ${rows}`;

// A contact who opted out of this campaign, and was removed since, comes back opted out.
const OPEN = `
  with input as (
    select $2::text as campaign_id, i.*
      from unnest($3::text[], $4::text[], $5::text[], $6::text[]) as i(contact, first_name, last_name, sender_id)
  ),
  opened as (
    insert into conversation
      (account_id, campaign_id, contact, first_name, last_name, sender_id, opted_out_at, opted_out_source)
    select $1, i.campaign_id, i.contact, i.first_name, i.last_name, i.sender_id, o.at, o.source
      from input i left join lateral (${countingOptOut('i')}) o on true
    on conflict (account_id, campaign_id, contact) do nothing
    returning campaign_id, contact, ${FACTS}
  ),
  ${countRows('opened', 1)}`;

const CLOSE = `
  with closed as (
    delete from conversation
     where account_id = $1 and campaign_id = $2 and contact = any($3::text[]) and message_count = 0
    returning campaign_id, contact, ${FACTS}
  ),
  ${countRows('closed', -1)}`;

const THERE = `
  select contact from conversation where account_id = $1 and campaign_id = $2 and contact = any($3::text[])`;

/** Opens a conversation for each contact not yet in the campaign. @throws AppError NOT_FOUND */
export async function addContacts(
  tx: Transaction,
  campaignId: string,
  contacts: readonly ContactEntry[],
): Promise<Outcome[]> {
  if ((await holdCampaigns(tx, [campaignId])).size === 0) throw campaignNotFound('campaignId');
  const firsts = [...new Map([...contacts].reverse().map((each) => [each.phone, each])).values()];
  const rows = await tx.query<{ contact: string }>('open conversations', OPEN, [
    tx.accountId,
    campaignId,
    firsts.map((each) => each.phone),
    firsts.map((each) => each.firstName),
    firsts.map((each) => each.lastName),
    firsts.map((each) => each.senderId),
  ]);
  const opened = new Set(rows.map((row) => row.contact));
  return contacts.map((each) => (opened.delete(each.phone) ? 'recorded' : 'duplicate'));
}

/** Removes conversations in which no message was recorded yet. @throws AppError NOT_FOUND */
export async function removeContacts(
  tx: Transaction,
  campaignId: string,
  phones: readonly string[],
): Promise<Outcome[]> {
  if ((await holdCampaigns(tx, [campaignId])).size === 0) throw campaignNotFound('campaignId');
  const contactsOf = async (name: string, text: string): Promise<Set<string>> => {
    const rows = await tx.query<{ contact: string }>(name, text, [
      tx.accountId,
      campaignId,
      [...new Set(phones)],
    ]);
    return new Set(rows.map((row) => row.contact));
  };
  const closed = await contactsOf('close conversations', CLOSE);
  const inUse = await contactsOf('conversations there', THERE);
  return phones.map((phone): Outcome => {
    if (inUse.has(phone))
      return { code: 'IN_USE', message: 'contacts: expected a conversation without messages' };
    return closed.delete(phone) ? 'recorded' : 'duplicate';
  });
}
