// A React app with one campaign's numbers: all eight boxes, and then a header of two boxes of its own choice.
import { ApolloClient, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { ApolloProvider } from '@apollo/client/react';
import {
  AnalyticsBox,
  AnalyticsStatus,
  CampaignAnalytics,
  CampaignAnalyticsProvider,
} from '@campaign-analytics/widget';
import { createClient } from 'graphql-ws';

const client = new ApolloClient({
  link: new GraphQLWsLink(
    createClient({
      url: 'ws://localhost:4000/graphql',
      connectionParams: { authorization: 'Bearer TOKEN' },
      // The boxes come back by themselves, and say "Reconnecting" until then; a client that tries again would hide it.
      retryAttempts: 0,
    }),
  ),
  cache: new InMemoryCache(),
});

export const App = () => (
  <ApolloProvider client={client}>
    <CampaignAnalytics campaignId="my-campaign" className="analytics" />
    <CampaignAnalyticsProvider campaignId="my-campaign">
      <header>
        <AnalyticsBox name="initialsSent" />
        <AnalyticsBox name="replyPercent" />
        <AnalyticsStatus />
      </header>
    </CampaignAnalyticsProvider>
  </ApolloProvider>
);
