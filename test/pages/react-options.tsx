// A React host with tastes of its own: Spanish texts but for one, German numbers, and its own answer to a question.
import { ApolloClient, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { ApolloProvider } from '@apollo/client/react';
import { CampaignAnalytics, type Snapshot } from '@campaign-analytics/widget';
import { es } from '@campaign-analytics/widget/locales/es';
import { createClient } from 'graphql-ws';
import { createRoot } from 'react-dom/client';

const url = document.documentElement.dataset.endpoint ?? '';
const client = new ApolloClient({
  link: new GraphQLWsLink(createClient({ url })),
  cache: new InMemoryCache(),
});
const asked: [string, Snapshot | undefined][] = [];
Object.assign(window, { asked });

createRoot(document.getElementById('root') as HTMLElement).render(
  <ApolloProvider client={client}>
    <CampaignAnalytics
      campaignId="burst"
      locale="de"
      messages={{ ...es, replies: 'Contestaciones' }}
      theme="dark"
      onBoxClick={(box, snapshot) => {
        asked.push([box, snapshot]);
        return box !== 'segments';
      }}
    />
  </ApolloProvider>,
);
