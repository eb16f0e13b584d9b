// The API's two subscriptions: each reader gets a mailbox from the hub.
import { Arg, ID, Resolver, Root, Subscription } from 'type-graphql';
import { mayRead, type Viewer } from '../accounts/viewer.js';
import { CampaignAnalytics } from '../counters/analytics.js';
import { AppError, campaignNotFound } from '../errors.js';
import { isId } from '../scalars.js';
import type { CampaignKey, Hub } from './hub.js';

const MOST_CAMPAIGNS = 100;

/** Those of the campaigns that exist. */
export type ReadAnalytics = (keys: readonly CampaignKey[]) => Promise<readonly CampaignAnalytics[]>;

interface Reading {
  readonly args: { campaignId?: string; campaignIds?: string[] };
  readonly context: { readonly viewer: Viewer; readonly live: LiveReaders };
}

/** Opens mailboxes for viewers. @throws AppError NOT_FOUND where one of the campaigns is out of reach */
export class LiveReaders {
  constructor(
    private readonly hub: Hub<CampaignAnalytics>,
    private readonly read: ReadAnalytics,
  ) {}

  async open(
    viewer: Viewer,
    field: string,
    campaignIds: readonly string[],
  ): Promise<AsyncIterable<CampaignAnalytics>> {
    const { accountId } = viewer;
    const keys = [...new Set(campaignIds)].map((campaignId) => ({ accountId, campaignId }));
    const isInReach = keys.every(({ campaignId }) => isId(campaignId) && mayRead(viewer, campaignId));
    const known = isInReach ? await this.read(keys) : [];
    if (!isInReach || known.length < keys.length) throw campaignNotFound(field);
    return this.hub.watch(
      accountId,
      keys.map((key) => key.campaignId),
      known,
    );
  }
}

@Resolver()
export class AnalyticsSubscriptions {
  @Subscription(() => CampaignAnalytics, {
    subscribe: ({ args, context }: Reading) =>
      context.live.open(context.viewer, 'campaignId', [args.campaignId ?? '']),
    description: `The numbers as they are now, at once, and then again whenever they changed. A campaign out of reach is one NOT_FOUND error.
An archived campaign stays subscribed. Updates are coalesced:
a reader always ends on the newest revision, may skip older ones, and never sees revision fall.`,
  })
  campaignAnalytics(
    @Root() snapshot: CampaignAnalytics,
    @Arg('campaignId', () => ID) _campaignId: string,
  ): CampaignAnalytics {
    return snapshot;
  }

  @Subscription(() => CampaignAnalytics, {
    subscribe: ({ args: { campaignIds = [] }, context }: Reading) => {
      if (campaignIds.length === 0 || campaignIds.length > MOST_CAMPAIGNS)
        throw new AppError('BAD_USER_INPUT', `campaignIds: expected 1 to ${MOST_CAMPAIGNS} ids`);
      return context.live.open(context.viewer, 'campaignIds', campaignIds);
    },
    description:
      'The same for up to 100 campaigns over one operation, one campaign at a time: all of them at once, then each as it changes.',
  })
  analyticsUpdates(
    @Root() snapshot: CampaignAnalytics,
    @Arg('campaignIds', () => [ID]) _campaignIds: string[],
  ): CampaignAnalytics {
    return snapshot;
  }
}
