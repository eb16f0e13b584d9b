// One campaign's snapshots over the host's own Apollo Client, whatever its links are.
import type { ApolloClient, ErrorLike } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { WatchCampaignAnalyticsDocument } from '@campaign-analytics/schema/graphql';
import type { Source } from '../feed/feed.js';

/** Subscribes through `client` once; its own cache is left alone. */
export const apolloSource =
  (client: ApolloClient, campaignId: string): Source =>
  (sink) => {
    const subscription = client
      .subscribe({
        query: WatchCampaignAnalyticsDocument,
        variables: { campaignId },
        // A snapshot is one instant and is replaced whole; merged into a cache it could be torn.
        fetchPolicy: 'no-cache',
      })
      .subscribe({
        next({ data, error }) {
          if (data) sink.next(data.campaignAnalytics);
          else sink.end(reasonOf(error));
        },
        complete: () => sink.end(),
      });
    return () => subscription.unsubscribe();
  };

/** GraphQLWsLink turns a close event into a sentence; its code and reason decide what to do, so they are read back. */
function reasonOf(error: ErrorLike | undefined): unknown {
  if (CombinedGraphQLErrors.is(error)) return error.errors;
  const [, code, reason = ''] = error?.message.match(/^Socket closed with event (\d+) ?(.*)/) ?? [];
  return code && { code: Number(code), reason };
}
