// Campaigns read with their numbers: one, or a page of the account's, newest first.
import type { Pool } from 'pg';
import type { DataSource, EntityManager, SelectQueryBuilder } from 'typeorm';
import { CampaignAnalytics } from '../counters/analytics.js';
import type { CampaignStatus } from '../counters/event.js';
import { askWithin, ofAccount, onDuty, readWithin } from '../db/scope.js';
import { AppError } from '../errors.js';
import { isId, readInstant } from '../scalars.js';
import { Campaign } from './campaign.js';

export interface Page {
  readonly first: number;
  readonly after: string | null;
  readonly status: readonly CampaignStatus[] | null;
  readonly search: string | null;
}

export interface CampaignPage {
  readonly edges: { cursor: string; node: Campaign }[];
  readonly pageInfo: { hasNextPage: boolean; endCursor: string | null };
  readonly totalCount: number;
}

const MOST_AT_ONCE = 1_000;

const writeCursor = ({ createdAt, id }: Campaign): string =>
  Buffer.from(JSON.stringify([createdAt.toISOString(), id])).toString('base64url');

function readCursor(cursor: string): [createdAt: string, id: string] {
  try {
    const [createdAt, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()).map(String);
    if (isId(id) && readInstant(createdAt)?.toISOString() === createdAt) return [createdAt, id];
  } catch {
    // What cannot be read is no cursor of ours either.
  }
  throw new AppError('BAD_USER_INPUT', 'after: expected an endCursor or cursor of an earlier page');
}

const campaignsOf = (db: EntityManager, accountId: string): SelectQueryBuilder<Campaign> =>
  db
    .getRepository(Campaign)
    .createQueryBuilder('campaign')
    .innerJoinAndMapOne(
      'campaign.analytics',
      CampaignAnalytics,
      'analytics',
      'analytics.accountId = campaign.accountId and analytics.campaignId = campaign.id',
    )
    .where('campaign.accountId = :accountId', { accountId });

/** The campaign of this account, or null where it has none of this id. */
export const findCampaign = (source: DataSource, accountId: string, id: string): Promise<Campaign | null> =>
  readWithin(source, ofAccount(accountId), (db) =>
    campaignsOf(db, accountId).andWhere('campaign.id = :id', { id }).getOne(),
  );

/** The numbers of the account's campaign, or null: one row by its primary key. */
export const findAnalytics = (
  source: DataSource,
  accountId: string,
  campaignId: string,
): Promise<CampaignAnalytics | null> =>
  readWithin(source, ofAccount(accountId), (db) =>
    db.getRepository(CampaignAnalytics).findOneBy({ accountId, campaignId }),
  );

const READ_WATCHED = `
  select account_id as "accountId", campaign_id as "campaignId", status, initials_sent as "initialsSent", conversations,
         segments, replies, senders, auto_opt_outs as "autoOptOuts", manual_opt_outs as "manualOptOuts", revision,
         updated_at as "updatedAt"
    from campaign_analytics
   where (account_id, campaign_id) in (select * from unnest($1::text[], $2::text[]))`;
/** A half-open connection must not hold up the readers: the next look takes another one. */
const WATCHED_WITHIN_MS = 2_000;

/** The numbers of these campaigns, of any accounts, in one statement; one that does not exist is left out. */
export async function readAnalytics(
  pool: Pool,
  keys: readonly { accountId: string; campaignId: string }[],
): Promise<CampaignAnalytics[]> {
  const config = {
    name: 'read watched',
    text: READ_WATCHED,
    values: [keys.map((key) => key.accountId), keys.map((key) => key.campaignId)],
    query_timeout: WATCHED_WITHIN_MS,
  };
  const { rows } = await askWithin(pool, onDuty('watched-boxes'), config);
  return rows.map((row) => Object.assign(new CampaignAnalytics(), row));
}

/** A page of the account's campaigns. @throws AppError BAD_USER_INPUT naming `first` or `after` */
export async function listCampaigns(
  source: DataSource,
  accountId: string,
  page: Page,
): Promise<CampaignPage> {
  if (page.first < 0 || page.first > MOST_AT_ONCE)
    throw new AppError('BAD_USER_INPUT', `first: expected 0 to ${MOST_AT_ONCE}`);
  const after = page.after === null ? undefined : readCursor(page.after);
  const [totalCount, found] = await readWithin(source, ofAccount(accountId), async (db) => {
    const matching = campaignsOf(db, accountId);
    if (page.status) matching.andWhere('analytics.status = any(:status)', { status: page.status });
    if (page.search)
      matching.andWhere('position(lower(:search) in lower(campaign.name)) > 0', { search: page.search });
    const count = await matching.getCount();
    if (after) {
      const [createdAt, id] = after;
      matching.andWhere('(campaign.createdAt, campaign.id) < (:createdAt, :id)', { createdAt, id });
    }
    const rows = await matching
      .orderBy('campaign.createdAt', 'DESC')
      .addOrderBy('campaign.id', 'DESC')
      .limit(page.first + 1)
      .getMany();
    return [count, rows] as const;
  });
  const edges = found.slice(0, page.first).map((node) => ({ cursor: writeCursor(node), node }));
  return {
    edges,
    pageInfo: { hasNextPage: found.length > page.first, endCursor: edges.at(-1)?.cursor ?? null },
    totalCount,
  };
}
