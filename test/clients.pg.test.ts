// The two clients that hosts use, graphql-ws's own and Apollo Client, as they come: what they ask, watch, lose and find again.
import {
  ApolloClient,
  ApolloLink,
  CombinedGraphQLErrors,
  gql,
  HttpLink,
  InMemoryCache,
} from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { IssueEmbedTokenDocument, RevokeEmbedTokenDocument } from '@campaign-analytics/schema/graphql';
import type { Server } from '@campaign-analytics/server/server.js';
import { OperationTypeNode, print } from 'graphql';
import { createClient, type Client as WsClient } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Api, openApi } from './harness/api.ts';
import { createCampaign, message, phone, record } from './harness/campaign.ts';
import { deferred, eventually } from './harness/deadline.ts';
import { startTestServer, type TestAccount, useServer } from './harness/server.ts';

/** A server that may be gone and come back at the same address, beside one that has accounts to give. */
const home = useServer();
let server: Server;
let account: TestAccount;
let api: Api;
let campaignId = '';

const start = async (port: string): Promise<Server> => startTestServer(home.database.url, { PORT: port });
async function restart(meanwhile: () => Promise<unknown>): Promise<void> {
  const { port } = new URL(server.url);
  await server.stop();
  await meanwhile();
  server = await start(port);
}
beforeAll(async () => {
  server = await start('0');
  account = await home.account();
  api = openApi(home.url, account.key);
});
afterAll(() => server?.stop());

let contacts = 0;
/** A change of the campaign's numbers, told to another server. */
const change = () => record(api, message(campaignId, { contact: phone(contacts++) }));

type Data = Record<string, unknown>;
interface Sink {
  readonly next: (data: Data) => void;
  readonly end: (error: unknown) => void;
}
/** What both clients can do, in one set of words. */
interface Client {
  /** A query's or mutation's data. @throws what the client throws */
  ask(document: string, variables?: Data): Promise<Data>;
  watch(document: string, sink: Sink): () => void;
  close(): void;
}

/** The sockets that a client has opened, so that a test can lose one. */
let sockets: WebSocket[] = [];
class Seen extends WebSocket {
  constructor(url: string, protocols: string) {
    super(url, protocols);
    sockets.push(this);
  }
}
const openWsClient = (credential: () => string): WsClient =>
  createClient({
    url: `${server.url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: Seen,
    connectionParams: () => ({ authorization: `Bearer ${credential()}` }),
    retryAttempts: 1_000,
    // The client's own wait has seconds of chance in it.
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 20)),
    shouldRetry: () => true,
  });

function openPlain(credential: () => string): Client {
  const client = openWsClient(credential);
  return {
    async ask(query, variables) {
      for await (const { data, errors } of client.iterate<Data>({ query, ...(variables && { variables }) })) {
        if (errors) throw errors;
        return data ?? {};
      }
      throw new Error('Expected an answer, got none');
    },
    watch: (query, sink) =>
      client.subscribe<Data>(
        { query },
        {
          next: ({ data, errors }) => (errors ? sink.end(errors) : sink.next(data ?? {})),
          error: sink.end,
          complete: () => sink.end(undefined),
        },
      ),
    close: () => void client.dispose(),
  };
}

function openApollo(credential: () => string): Client {
  const wsClient = openWsClient(credential);
  const http = new HttpLink({
    uri: `${server.url}/graphql`,
    fetch: (uri, init) =>
      fetch(uri, { ...init, headers: { ...init?.headers, authorization: `Bearer ${credential()}` } }),
  });
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(wsClient),
      http,
    ),
  });
  const reasonOf = (error: unknown): unknown => (CombinedGraphQLErrors.is(error) ? error.errors : error);
  return {
    async ask(text, variables = {}) {
      const document = gql(text);
      const isMutation = print(document).startsWith('mutation');
      try {
        const { data } = isMutation
          ? await client.mutate<Data>({ mutation: document, variables })
          : await client.query<Data>({ query: document, variables, fetchPolicy: 'network-only' });
        return data ?? {};
      } catch (error) {
        throw reasonOf(error);
      }
    },
    watch(text, sink) {
      const seen = client.subscribe<Data>({ query: gql(text) }).subscribe({
        next: ({ data, error }) => (error ? sink.end(reasonOf(error)) : sink.next(data ?? {})),
        error: (error) => sink.end(reasonOf(error)),
        complete: () => sink.end(undefined),
      });
      return () => seen.unsubscribe();
    },
    close() {
      client.stop();
      void wsClient.dispose();
    },
  };
}

describe.each([
  ["graphql-ws's client", openPlain],
  ['Apollo Client', openApollo],
])('%s', (_, open) => {
  const clients: Client[] = [];
  afterEach(() => {
    for (const each of clients.splice(0)) each.close();
    sockets = [];
  });
  beforeAll(async () => {
    campaignId = await createCampaign(api);
  });
  const connect = (credential: () => string = () => account.key): Client => {
    const client = open(credential);
    clients.push(client);
    return client;
  };

  const numbers = (id = campaignId) =>
    `subscription { campaignAnalytics(campaignId: "${id}") { campaignId revision } }`;
  /** Watches a document, and remembers the revisions and the end. */
  function watch(client: Client, document = numbers()) {
    const revisions: number[] = [];
    const end = deferred<unknown>();
    const leave = client.watch(document, {
      next: (data) => revisions.push((data.campaignAnalytics as { revision: number }).revision),
      end: (reason) => end.resolve(reason),
    });
    const reaches = (revision: number) =>
      eventually(
        async () => revisions.at(-1) ?? -1,
        (last) => last >= revision,
      );
    return { revisions, end: end.promise, leave, reaches };
  }
  const revisionNow = async (): Promise<number> => {
    const { campaignAnalytics } = await api.ask<{ campaignAnalytics: { revision: number } }, object>(
      `{ campaignAnalytics(campaignId: "${campaignId}") { revision } }`,
    );
    return campaignAnalytics.revision;
  };

  test('asks', async () => {
    expect(await connect().ask('{ campaignAnalytics(campaignId: "nowhere") { revision } }')).toEqual({
      campaignAnalytics: null,
    });
  });

  test('asks with variables', async () => {
    const data = await connect().ask('query ($id: ID!) { campaign(id: $id) { id } }', { id: campaignId });
    expect(data).toMatchObject({ campaign: { id: campaignId } });
  });

  test('changes', async () => {
    const data = await connect().ask(
      'mutation ($input: CreateCampaignInput!) { createCampaign(input: $input) { name } }',
      { input: { name: 'Told by a client' } },
    );
    expect(data).toMatchObject({ createCampaign: { name: 'Told by a client' } });
  });

  test('watches: the numbers at once, and again when they changed', async () => {
    const seen = watch(connect());
    const first = await seen.reaches(0);
    await change();
    await seen.reaches(first + 1);
    expect(seen.revisions).toEqual([first, first + 1]);
  });

  test('watches several on one socket, of which each may be left', async () => {
    const client = connect();
    const [left, stays] = [watch(client), watch(client)];
    await Promise.all([left.reaches(0), stays.reaches(0)]);
    left.leave();
    await change();
    await stays.reaches(await revisionNow());
    expect(left.revisions).toHaveLength(1);
    expect(sockets).toHaveLength(1);
  });

  test('tells of a document that is not valid, by its code', async () => {
    await expect(connect().ask('{ nothing }')).rejects.toMatchObject([
      { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ]);
  });

  test('tells of what the server does not take, by its code', async () => {
    await expect(connect().ask('{ campaigns(first: -1) { totalCount } }')).rejects.toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });

  test('tells of a campaign that is not there, and others on its socket go on', async () => {
    const client = connect();
    const seen = watch(client);
    await seen.reaches(0);
    expect(await watch(client, numbers('nowhere')).end).toMatchObject([
      { extensions: { code: 'NOT_FOUND' } },
    ]);
    await change();
    await seen.reaches(await revisionNow());
  });

  test('comes back after a restart, and has what changed meanwhile', async () => {
    const seen = watch(connect());
    await seen.reaches(0);
    await restart(change);
    await seen.reaches(await revisionNow());
    await change();
    await seen.reaches(await revisionNow());
    expect(seen.revisions).toEqual([...seen.revisions].sort((one, other) => one - other));
    expect(sockets.length).toBeGreaterThan(1);
  });

  test('comes back after its connection was lost, with all that it watched', async () => {
    const client = connect();
    const all = [watch(client), watch(client), watch(client)];
    await Promise.all(all.map((seen) => seen.reaches(0)));
    sockets[0]?.terminate();
    await change();
    const newest = await revisionNow();
    await Promise.all(all.map((seen) => seen.reaches(newest)));
    expect(sockets).toHaveLength(2);
  });

  test('comes back again and again', async () => {
    const seen = watch(connect());
    await seen.reaches(0);
    for (let times = 1; times <= 5; times++) {
      sockets.at(-1)?.terminate();
      await eventually(
        async () => sockets.at(-1)?.readyState,
        (state) => sockets.length > times && state === WebSocket.OPEN,
      );
      await change();
      await seen.reaches(await revisionNow());
    }
  });

  test('comes back with a new token after its own has ended', async () => {
    const issue = async () =>
      (await api.ask(IssueEmbedTokenDocument, { input: { campaignIds: [campaignId] } })).createEmbedToken;
    const [first, second] = [await issue(), await issue()];
    let current = first;
    const seen = watch(connect(() => current.token));
    await seen.reaches(0);
    current = second;
    await api.ask(RevokeEmbedTokenDocument, { id: first.id });
    await eventually(
      async () => sockets.length,
      (count) => count === 2,
    );
    await change();
    await seen.reaches(await revisionNow());
  });

  test('stays away with a key that nobody gave', async () => {
    const { code, reason, message } = (await watch(connect(() => 'x'.repeat(40))).end) as Data;
    expect(message ?? `${code} ${reason}`).toMatch(/4401 UNAUTHENTICATED$/);
    expect(sockets).toHaveLength(1);
  });
});
