// Commands on campaigns, ordered by their commits: create, change, set the status.
import { randomUUID } from 'node:crypto';
import type { CampaignStatus } from '../counters/event.js';
import { holdCampaigns } from '../counters/state.js';
import type { Transaction, Write } from '../db/transaction.js';
import { AppError, campaignNotFound } from '../errors.js';
import { clearSome } from './deletion.js';

/** What an account says of a campaign, checked; the status stands apart. */
export interface CampaignContent {
  readonly name: string;
  readonly description: string | null;
  readonly initialMessage: string | null;
  readonly sendingStartsAt: Date | null;
  readonly sendingEndsAt: Date | null;
  readonly timeZone: string | null;
  readonly opensAt: string | null;
  readonly closesAt: string | null;
  readonly phoneNumbers: readonly string[];
}

const COLUMNS: Record<keyof CampaignContent, string> = {
  name: 'name',
  description: 'description',
  initialMessage: 'initial_message',
  sendingStartsAt: 'sending_starts_at',
  sendingEndsAt: 'sending_ends_at',
  timeZone: 'time_zone',
  opensAt: 'opens_at',
  closesAt: 'closes_at',
  phoneNumbers: 'phone_numbers',
};
const FIELDS = Object.keys(COLUMNS) as (keyof CampaignContent)[];

const READ = `select ${FIELDS.map((field) => `c.${COLUMNS[field]} as "${field}"`).join(', ')}, a.status
  from campaign c join campaign_analytics a on a.account_id = c.account_id and a.campaign_id = c.id
 where c.account_id = $1 and c.id = $2`;

const INSERT = `
  with created as (
    insert into campaign (account_id, id, created_at, ${FIELDS.map((field) => COLUMNS[field]).join(', ')})
    values ($1, $2, clock_timestamp(), ${FIELDS.map((_, index) => `$${index + 4}`).join(', ')})
    on conflict (account_id, id) do nothing
    returning account_id, id, created_at
  )
  insert into campaign_analytics (account_id, campaign_id, status, initials_sent, conversations, segments, replies, senders,
                                  auto_opt_outs, manual_opt_outs, revision, updated_at)
  select account_id, id, $3, 0, 0, 0, 0, 0, 0, 0, 0, created_at from created
  returning campaign_id`;

const startsBeforeItEnds = (content: CampaignContent): void => {
  const { sendingStartsAt, sendingEndsAt } = content;
  if (sendingStartsAt && sendingEndsAt && sendingEndsAt < sendingStartsAt)
    throw new AppError('BAD_USER_INPUT', 'sendingEndsAt: expected an instant not before sendingStartsAt');
};

async function readCampaign(
  tx: Transaction,
  id: string,
): Promise<(CampaignContent & { status: CampaignStatus }) | undefined> {
  const [row] = await tx.query<CampaignContent & { status: CampaignStatus }>('read campaign', READ, [
    tx.accountId,
    id,
  ]);
  return row;
}

/** Creates a campaign, or finds one of the same id and content. @returns its id. @throws AppError CONFLICT */
export const createCampaign = (
  write: Write,
  accountId: string,
  given: string | undefined,
  content: CampaignContent,
  status: CampaignStatus,
): Promise<string> => {
  const id = given ?? randomUUID();
  startsBeforeItEnds(content);
  return write(accountId, 'beside', async (tx) => {
    const created = await tx.query('create campaign', INSERT, [
      accountId,
      id,
      status,
      ...FIELDS.map((field) => content[field]),
    ]);
    if (created.length > 0) {
      // Of an earlier campaign of this id, whose deletion was cut short or is still under way.
      while (await clearSome(tx, id));
      return id;
    }
    const existing = await readCampaign(tx, id);
    const isSame = [...FIELDS, 'status' as const].every(
      (field) => JSON.stringify(existing?.[field]) === JSON.stringify({ ...content, status }[field]),
    );
    if (isSame) return id;
    throw new AppError(
      'CONFLICT',
      'id: expected the content of the campaign that has this id, or another id',
    );
  });
};

/** Changes the fields that are given. @throws AppError NOT_FOUND */
export const updateCampaign = (
  write: Write,
  accountId: string,
  id: string,
  changes: Partial<CampaignContent>,
): Promise<void> =>
  write(accountId, 'beside', async (tx) => {
    if ((await holdCampaigns(tx, [id])).size === 0) throw campaignNotFound('id');
    const before = await readCampaign(tx, id);
    const after = { ...before, ...changes } as CampaignContent;
    startsBeforeItEnds(after);
    await tx.query(
      'update campaign',
      `update campaign set ${FIELDS.map((field, index) => `${COLUMNS[field]} = $${index + 3}`).join(', ')}
        where account_id = $1 and id = $2`,
      [accountId, id, ...FIELDS.map((field) => after[field])],
    );
  });

/** Sets the status, which is one of the numbers. @throws AppError NOT_FOUND, CONFLICT for an ARCHIVED campaign */
export const setCampaignStatus = (
  write: Write,
  accountId: string,
  id: string,
  status: CampaignStatus,
): Promise<void> =>
  write(accountId, 'beside', async (tx) => {
    if ((await holdCampaigns(tx, [id])).size === 0) throw campaignNotFound('id');
    const before = await readCampaign(tx, id);
    if (before?.status === 'ARCHIVED' && status !== 'ARCHIVED')
      throw new AppError('CONFLICT', 'status: expected ARCHIVED, which is final');
    await tx.query(
      'set campaign status',
      `update campaign_analytics
          set status = $3, revision = revision + 1, updated_at = greatest(updated_at, clock_timestamp())
        where account_id = $1 and campaign_id = $2 and status <> $3`,
      [accountId, id, status],
    );
  });
