// A campaign's senders: made active and inactive. How many are active is one of the numbers.
import type { Outcome } from '../counters/event.js';
import { holdCampaigns } from '../counters/state.js';
import type { Transaction } from '../db/transaction.js';
import { campaignNotFound } from '../errors.js';

export interface SenderEntry {
  readonly id: string;
  readonly name: string;
}

const READ = `
  select s.id, s.name, c.is_active
    from sender s
    left join campaign_sender c on c.account_id = $1 and c.campaign_id = $2 and c.sender_id = s.id
   where s.account_id = $1 and s.id = any($3::text[])`;

const NAME = `
  insert into sender (account_id, id, name)
  select $1, i.* from unnest($2::text[], $3::text[]) as i(id, name) order by 2
  on conflict (account_id, id) do update set name = excluded.name where sender.name <> excluded.name`;

const SET_ACTIVE = `
  insert into campaign_sender (account_id, campaign_id, sender_id, is_active)
  select $1, $2, i.id, $4 from unnest($3::text[]) as i(id)
  on conflict (account_id, campaign_id, sender_id) do update set is_active = excluded.is_active`;

const COUNT = `
  update campaign_analytics set
    senders = senders + $3, revision = revision + 1, updated_at = greatest(updated_at, clock_timestamp())
  where account_id = $1 and campaign_id = $2 and $3 <> 0`;

interface Known {
  readonly id: string;
  readonly name: string;
  /** null for a sender of the account who never was in this campaign. */
  readonly is_active: boolean | null;
}

async function holdAndRead(
  tx: Transaction,
  campaignId: string,
  ids: readonly string[],
): Promise<Map<string, Known>> {
  if ((await holdCampaigns(tx, [campaignId])).size === 0) throw campaignNotFound('campaignId');
  const rows = await tx.query<Known>('read senders', READ, [tx.accountId, campaignId, [...new Set(ids)]]);
  return new Map(rows.map((row) => [row.id, row]));
}

async function setActive(
  tx: Transaction,
  campaignId: string,
  ids: readonly string[],
  isActive: boolean,
): Promise<void> {
  await tx.query('set senders active', SET_ACTIVE, [tx.accountId, campaignId, ids, isActive]);
  await tx.query('count senders', COUNT, [tx.accountId, campaignId, isActive ? ids.length : -ids.length]);
}

/** Adds active senders, renaming those that are there. Of equal ids the last one holds. @throws AppError NOT_FOUND */
export async function addSenders(
  tx: Transaction,
  campaignId: string,
  senders: readonly SenderEntry[],
): Promise<Outcome[]> {
  const known = await holdAndRead(
    tx,
    campaignId,
    senders.map((each) => each.id),
  );
  const now = new Map(
    [...known].map(([id, { name, is_active }]) => [id, { name, isActive: is_active === true }]),
  );
  const outcomes = senders.map(({ id, name }): Outcome => {
    const before = now.get(id);
    now.set(id, { name, isActive: true });
    return before?.isActive && before.name === name ? 'duplicate' : 'recorded';
  });
  const ids = [...now.keys()];
  await tx.query('name senders', NAME, [tx.accountId, ids, ids.map((id) => now.get(id)?.name)]);
  await setActive(
    tx,
    campaignId,
    ids.filter((id) => !known.get(id)?.is_active),
    true,
  );
  return outcomes;
}

/** Makes senders inactive; their messages stay counted. One who is not active is a duplicate. @throws AppError NOT_FOUND for the campaign */
export async function removeSenders(
  tx: Transaction,
  campaignId: string,
  ids: readonly string[],
): Promise<Outcome[]> {
  const known = await holdAndRead(tx, campaignId, ids);
  const leaving = new Set(ids.filter((id) => known.get(id)?.is_active));
  await setActive(tx, campaignId, [...leaving], false);
  return ids.map((id) => (leaving.delete(id) ? 'recorded' : 'duplicate'));
}
