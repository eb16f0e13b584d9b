// A campaign's end: its numbers go at one commit, its messages in parts, its opt-outs become the account's.
import { foldAll } from '../counters/fold.js';
import { NOTE_MESSAGES } from '../counters/movements.js';
import { holdCampaigns } from '../counters/state.js';
import type { Transaction, Write } from '../db/transaction.js';
import { campaignNotFound } from '../errors.js';

// An opt-out outlives its campaign as one of the account: nobody who asked to be left alone becomes reachable. Only the
// newest a contact can still matter, so deleting campaign after campaign does not let them grow.
const KEEP_OPT_OUTS = `
  with gone as (delete from opt_out where account_id = $1 and campaign_id = $2 returning contact, at),
  newest as (select contact, max(at) as at from gone group by contact),
  older as (
    delete from opt_out o using newest n
     where o.account_id = $1 and o.contact = n.contact and o.campaign_id = '' and o.at < n.at
  )
  insert into opt_out (account_id, contact, campaign_id, at, source, sender_id)
  select $1, n.contact, '', n.at, 'ACCOUNT', '' from newest n
   where not exists (
     select from opt_out o where o.account_id = $1 and o.contact = n.contact and o.campaign_id = '' and o.at >= n.at)
  on conflict do nothing`;

const ROWS_AT_ONCE = 20_000;
const someOf = (table: string): string => `
  delete from ${table} where ctid = any(array(
    select ctid from ${table} where account_id = $1 and campaign_id = $2 limit ${ROWS_AT_ONCE}))`;
const CLEAR_CONVERSATIONS = `
  with gone as (${someOf('conversation')} returning contact)
  select count(*)::int as count from gone`;
// What was used and is deleted counts no longer: the account's usage is that of the messages it has.
const CLEAR_MESSAGES = `
  with gone as (${someOf('message')} returning *),
  reports as (delete from status_report r using gone where r.account_id = $1 and r.message_id = gone.id),
  message_change as (
    select '' as campaign_id, contact, direction, sender_id, media_count, segments, at, status, error_code, -1 as sign from gone
  ),
  ${NOTE_MESSAGES}
  select count(*)::int as count from gone`;

const THERE = 'select id from campaign where account_id = $1 and id = $2';

/** Removes a part of what a deleted campaign left, while nobody records in it. @returns whether there may be more. */
export async function clearSome(tx: Transaction, id: string): Promise<boolean> {
  const values = [tx.accountId, id];
  const [conversations] = await tx.query<{ count: number }>(
    'clear conversations',
    CLEAR_CONVERSATIONS,
    values,
  );
  const [messages] = await tx.query<{ count: number }>('clear messages', CLEAR_MESSAGES, values);
  return Math.max(conversations?.count ?? 0, messages?.count ?? 0) === ROWS_AT_ONCE;
}

/**
 * Deletes a campaign whole. When this settles nothing of it is left but its opt-outs, as opt-outs of the account.
 * The campaign is gone at the first commit; its messages follow in parts, so that no long transaction holds the rest up. One
 * that was interrupted then is finished by the same call again, which finds no campaign and says so.
 *
 * @throws AppError NOT_FOUND
 */
export async function deleteCampaign(write: Write, accountId: string, id: string): Promise<void> {
  const wasThere = await write(accountId, 'alone', async (tx) => {
    if ((await holdCampaigns(tx, [id])).size === 0) return false;
    // Nothing of it may wait for a campaign that takes its id.
    await foldAll(tx);
    await tx.query('delete campaign', 'delete from campaign where account_id = $1 and id = $2', [
      accountId,
      id,
    ]);
    await tx.query('keep its opt-outs', KEEP_OPT_OUTS, [accountId, id]);
    return true;
  });
  // Another campaign may have taken the id since, and has then cleared what was left.
  const clearNext = async (tx: Transaction): Promise<boolean> => {
    const taken = await tx.query('campaign there', THERE, [accountId, id]);
    return taken.length === 0 && clearSome(tx, id);
  };
  while (await write(accountId, 'alone', clearNext, 'repeatable'));
  if (!wasThere) throw campaignNotFound('id');
}
