// The console's Apollo Client: queries over HTTP, subscriptions over one socket, both with the session's key.
import {
  ApolloClient,
  ApolloLink,
  HttpLink,
  InMemoryCache,
  RefetchEventManager,
  windowFocusSource,
} from '@apollo/client';
import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';
import { ErrorLink } from '@apollo/client/link/error';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws/client';
import { backoffMs } from '../src/feed/backoff.js';
import { socketUrl } from '../src/feed/endpoint.js';
import { refusalIn } from '../src/feed/refusal.js';

export interface OpenClient {
  readonly client: ApolloClient;
  close(): void;
}

/** @param onUnauthenticated the server does not take the key, or no longer */
export function openClient(apiKey: string, onUnauthenticated: () => void): OpenClient {
  const authorization = `Bearer ${apiKey}`;
  const socket = createClient({
    url: socketUrl('/graphql', location.href) ?? '',
    connectionParams: { authorization },
    retryAttempts: Number.POSITIVE_INFINITY,
    retryWait: (attempt) => new Promise((resolve) => setTimeout(resolve, backoffMs(attempt, Math.random()))),
    shouldRetry: (reason) => !refusalIn(reason),
  });
  const client = new ApolloClient({
    cache: new InMemoryCache({ typePolicies: { CampaignAnalytics: { keyFields: ['campaignId'] } } }),
    refetchEventManager: new RefetchEventManager({ sources: { windowFocus: windowFocusSource } }),
    link: ApolloLink.from([
      new ErrorLink(({ error }) => {
        if (isUnauthenticated(error)) onUnauthenticated();
      }),
      ApolloLink.split(
        ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
        new GraphQLWsLink(socket),
        new HttpLink({ uri: '/graphql', headers: { authorization } }),
      ),
    ]),
  });
  return {
    client,
    close() {
      client.stop();
      void socket.dispose();
    },
  };
}

function isUnauthenticated(error: unknown): boolean {
  if (ServerError.is(error)) return error.statusCode === 401;
  return (
    CombinedGraphQLErrors.is(error) &&
    error.errors.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED')
  );
}
