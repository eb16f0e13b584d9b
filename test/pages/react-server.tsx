// A host's server, which renders the example's page; run where there is no document.
import { ApolloClient, ApolloLink, InMemoryCache } from '@apollo/client';
import { ApolloProvider } from '@apollo/client/react';
import { CampaignAnalytics, type Snapshot } from '@campaign-analytics/widget';
import { renderToString } from 'react-dom/server.browser';
import { Page, readSnapshot } from './example/react-server.js';

const link = ApolloLink.empty();
const client = new ApolloClient({ link, cache: new InMemoryCache() });

Object.assign(globalThis, {
  host: {
    readSnapshot,
    page: (snapshot: Snapshot) => renderToString(<Page link={link} snapshot={snapshot} />),
    skeleton: () =>
      renderToString(
        <ApolloProvider client={client}>
          <CampaignAnalytics campaignId="any" />
        </ApolloProvider>,
      ),
  },
});
