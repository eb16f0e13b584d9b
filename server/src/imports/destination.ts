// The campaign that an export goes into: found by its id or made, and its boxes when all is in.
import type { Pool } from 'pg';
import { createCampaign } from '../campaigns/commands.js';
import { CampaignAnalytics } from '../counters/analytics.js';
import { askWithin, ofAccount } from '../db/scope.js';
import type { Write } from '../db/transaction.js';
import { AppError } from '../errors.js';

export interface Destination {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly isNew: boolean;
}

const FIND = `select id, name, created_at as "createdAt" from campaign where account_id = $1 and id = $2`;

const BOXES = `
  select campaign_id as "campaignId", status, initials_sent as "initialsSent", conversations, segments, replies, senders,
         auto_opt_outs as "autoOptOuts", manual_opt_outs as "manualOptOuts", revision, updated_at as "updatedAt"
    from campaign_analytics where account_id = $1 and campaign_id = $2`;

const NOTHING_ELSE = {
  description: null,
  initialMessage: null,
  sendingStartsAt: null,
  sendingEndsAt: null,
  timeZone: null,
  opensAt: null,
  closesAt: null,
  phoneNumbers: [],
};

const deleted = (): AppError =>
  new AppError('NOT_FOUND', 'campaignId: expected a campaign that is not deleted while it is imported');

/**
 * Finds the campaign of this id, whatever it is called here and whatever its status, or makes it. A new one is ACTIVE:
 * nothing in an export says that its campaign has ended, and ARCHIVED would be final.
 */
export async function openDestination(
  pool: Pool,
  write: Write,
  accountId: string,
  campaign: { readonly id: string; readonly name: string },
): Promise<Destination> {
  const find = async (): Promise<Omit<Destination, 'isNew'> | undefined> =>
    (
      await askWithin<Omit<Destination, 'isNew'>>(pool, ofAccount(accountId), {
        text: FIND,
        values: [accountId, campaign.id],
      })
    ).rows[0];
  const there = await find();
  if (there) return { ...there, isNew: false };
  const content = { name: campaign.name, ...NOTHING_ELSE };
  await createCampaign(write, accountId, campaign.id, content, 'ACTIVE').catch((error: unknown) => {
    // Somebody else made it in between: then it is there.
    if (!(error instanceof AppError && error.code === 'CONFLICT')) throw error;
  });
  const made = await find();
  if (made) return { ...made, isNew: true };
  throw deleted();
}

export async function readBoxes(
  pool: Pool,
  accountId: string,
  campaignId: string,
): Promise<CampaignAnalytics> {
  const statement = { text: BOXES, values: [accountId, campaignId] };
  const [row] = (await askWithin<Partial<CampaignAnalytics>>(pool, ofAccount(accountId), statement)).rows;
  if (row) return Object.assign(new CampaignAnalytics(), { accountId }, row);
  throw deleted();
}
