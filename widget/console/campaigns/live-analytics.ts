// The newest numbers of the campaigns on the page: what the query read, overtaken by what the subscription brings.
import { skipToken, useSubscription } from '@apollo/client/react';
import { type EightBoxesFragment, WatchAnalyticsUpdatesDocument } from '@campaign-analytics/schema/graphql';
import { useState } from 'react';

type ByCampaign = ReadonlyMap<string, EightBoxesFragment>;

/**
 * In the order given; a query's answer that was overtaken on its way never takes a number back.
 * @param read at most 100, the most that one subscription carries
 */
export function useLiveAnalytics<Read extends { readonly analytics: EightBoxesFragment }>(
  read: readonly Read[],
): readonly Read[] {
  const [pushed, setPushed] = useState<ByCampaign>(new Map());
  // Sorted, because a campaign that only moved within the list is no reason to subscribe anew.
  const campaignIds = read.map(({ analytics }) => analytics.campaignId).sort();
  useSubscription(
    WatchAnalyticsUpdatesDocument,
    campaignIds.length === 0
      ? skipToken
      : {
          variables: { campaignIds },
          fetchPolicy: 'no-cache',
          ignoreResults: true,
          onData({ data: { data } }) {
            if (!data) return;
            const { analyticsUpdates: snapshot } = data;
            setPushed((before) => new Map(before).set(snapshot.campaignId, snapshot));
          },
        },
  );
  return read.map((each) => ({
    ...each,
    analytics: newer(each.analytics, pushed.get(each.analytics.campaignId)),
  }));
}

const newer = (read: EightBoxesFragment, pushed: EightBoxesFragment | undefined): EightBoxesFragment =>
  pushed && pushed.revision >= read.revision ? pushed : read;
