// The console's Apollo Client: queries over HTTP, subscriptions over one socket, both in the session of the page's cookie.
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
import { type Connection, openConnection } from './connection.js';
import { OF_CONSOLE } from './session.js';

/** Close codes of a session that is none, or no more. */
const ENDED = [4401, 4403];
const LONGEST_WAIT_MS = 3_000;
const waitMs = (attempt: number): number => Math.min(LONGEST_WAIT_MS, backoffMs(attempt, Math.random()));

export interface OpenClient {
  readonly client: ApolloClient;
  readonly connection: Connection;
  close(): void;
}

/** @param onUnauthenticated the session has ended */
export function openClient(onUnauthenticated: () => void): OpenClient {
  const connection = openConnection({
    ask: async () => (await fetch('/healthz')).ok,
    waitMs,
    onReturn: () => void client.refetchQueries({ include: 'active' }),
  });
  const socket = createClient({
    url: socketUrl('/graphql', location.href) ?? '',
    retryAttempts: Number.POSITIVE_INFINITY,
    retryWait: (attempt) => new Promise((resolve) => setTimeout(resolve, waitMs(attempt))),
    shouldRetry: (reason) => !refusalIn(reason),
    on: {
      connected: connection.find,
      closed: (event) => {
        const { code, wasClean } = event as CloseEvent;
        if (ENDED.includes(code)) onUnauthenticated();
        else if (!wasClean) connection.lose();
      },
    },
  });
  const client = new ApolloClient({
    cache: new InMemoryCache({ typePolicies: { CampaignAnalytics: { keyFields: ['campaignId'] } } }),
    refetchEventManager: new RefetchEventManager({ sources: { windowFocus: windowFocusSource } }),
    link: ApolloLink.from([
      new ErrorLink(({ error }) => {
        if (isUnauthenticated(error)) onUnauthenticated();
        else if (isUnanswered(error)) connection.lose();
      }),
      ApolloLink.split(
        ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
        new GraphQLWsLink(socket),
        new HttpLink({ uri: '/graphql', headers: OF_CONSOLE }),
      ),
    ]),
  });
  return {
    client,
    connection,
    close() {
      connection.close();
      client.stop();
      void socket.dispose();
    },
  };
}

/** No server, or a proxy in its place. */
const isUnanswered = (error: unknown): boolean =>
  ServerError.is(error) ? error.statusCode >= 502 && error.statusCode <= 504 : error instanceof TypeError;

function isUnauthenticated(error: unknown): boolean {
  if (ServerError.is(error)) return error.statusCode === 401;
  return (
    CombinedGraphQLErrors.is(error) &&
    error.errors.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED')
  );
}
