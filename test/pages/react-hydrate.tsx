// The browser's half of the example's page.
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createClient } from 'graphql-ws';
import { StrictMode } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { Page } from './example/react-server.js';

const { url, token, snapshot } = JSON.parse(document.getElementById('data')?.textContent ?? '');
const connectionParams = { authorization: `Bearer ${token}` };
const link = new GraphQLWsLink(createClient({ url, connectionParams, retryAttempts: 0 }));

hydrateRoot(
  document.getElementById('root') as HTMLElement,
  <StrictMode>
    <Page link={link} snapshot={snapshot} />
  </StrictMode>,
);
