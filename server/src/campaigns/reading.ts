// Campaigns read with their numbers: one, and what watches many.
import type { Pool } from 'pg';
import type { DataSource, EntityManager, SelectQueryBuilder } from 'typeorm';
import { CampaignAnalytics } from '../counters/analytics.js';
import { askWithin, ofAccount, onDuty, readWithin } from '../db/scope.js';
import { Campaign } from './campaign.js';

/** The account's campaigns, each with its numbers. */
export const campaignsOf = (db: EntityManager, accountId: string): SelectQueryBuilder<Campaign> =>
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
