// The API's two subscriptions: who may have them, and what a reader sees at least. Broadcasts carry them out.
import { Arg, ID, Resolver, Root, Subscription } from 'type-graphql';
import { mayRead, type Viewer } from '../accounts/viewer.js';
import { CampaignAnalytics } from '../counters/analytics.js';
import { AppError, campaignNotFound } from '../errors.js';
import { isId } from '../scalars.js';
import type { Arrivals } from './arrivals.js';
import type { Hub } from './hub.js';
import { Sight } from './sight.js';

const MOST_CAMPAIGNS = 100;

interface Reading {
  readonly args: { campaignId?: string; campaignIds?: string[] };
  readonly context: { readonly viewer: Viewer; readonly live: LiveReaders };
}

/** Lets viewers in. @throws AppError NOT_FOUND where one of the campaigns is out of reach */
export class LiveReaders {
  constructor(
    private readonly hub: Hub<CampaignAnalytics>,
    private readonly arrivals: Arrivals<CampaignAnalytics>,
  ) {}

  async open(
    viewer: Viewer,
    field: string,
    campaignIds: readonly string[],
  ): Promise<Sight<CampaignAnalytics>> {
    const { accountId } = viewer;
    const keys = [...new Set(campaignIds)].map((campaignId) => ({ accountId, campaignId }));
    const isInReach = keys.every(({ campaignId }) => isId(campaignId) && mayRead(viewer, campaignId));
    const known = isInReach ? await this.arrivals(keys) : [];
    if (!isInReach || known.length < keys.length) throw campaignNotFound(field);
    return new Sight(accountId, known, this.hub);
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
