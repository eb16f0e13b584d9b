// A page that React renders on the server, with the numbers of that moment in its HTML; the browser hydrates it, and they
// go on from there.
import { ApolloClient, type ApolloLink, InMemoryCache } from '@apollo/client';
import { ApolloProvider } from '@apollo/client/react';
import { CampaignAnalytics, type Snapshot } from '@campaign-analytics/widget';

interface PageProps {
  /** In the browser a GraphQLWsLink with the page's token; on the server nothing is subscribed to. */
  readonly link: ApolloLink;
  readonly snapshot: Snapshot;
}

/** The same on both sides. */
export const Page = ({ link, snapshot }: PageProps) => (
  <ApolloProvider client={new ApolloClient({ link, cache: new InMemoryCache() })}>
    <CampaignAnalytics campaignId={snapshot.campaignId} initialSnapshot={snapshot} locale="en" />
  </ApolloProvider>
);

/** On the server, with your API key. */
export async function readSnapshot(campaignId: string): Promise<Snapshot> {
  const response = await fetch('http://localhost:4000/graphql', {
    method: 'POST',
    headers: { authorization: 'Bearer API_KEY', 'content-type': 'application/json' },
    body: JSON.stringify({ query: QUERY, variables: { campaignId } }),
  });
  const { data } = await response.json();
  return data.campaignAnalytics;
}

const QUERY = `query ($campaignId: ID!) {
  campaignAnalytics(campaignId: $campaignId) {
    campaignId status initialsSent conversations segments replies replyRate replyPercent senders contactsPerSender
    autoOptOuts manualOptOuts totalOptOuts revision updatedAt
  }
}`;
