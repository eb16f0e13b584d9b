// Many readers of one campaign on real sockets: what is executed once for all of them, what a reader that takes nothing
// holds, and what a socket may ask for.
import { ApolloClient, gql, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import {
  IssueEmbedTokenDocument,
  SetCampaignStatusDocument,
  WatchAnalyticsUpdatesDocument,
  WatchCampaignAnalyticsDocument,
} from '@campaign-analytics/schema/graphql';
import type { Server } from '@campaign-analytics/server/server.js';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openApi } from './harness/api.ts';
import { boxes, createCampaign, message, phone, record, reply } from './harness/campaign.ts';
import { deferred, eventually, within } from './harness/deadline.ts';
import { startTestServer, type TestAccount, useServer } from './harness/server.ts';
import { connectBareSocket, openSocket, type Socket } from './harness/socket.ts';

/** No poll within a test; a stalled socket is given up soon. */
const SETTINGS = {
  POLL_MS: '60000',
  STALLED_MS: '1500',
  DOCUMENT_ALIASES: '1000',
  DOCUMENT_TOKENS: '10000',
};
const home = useServer(SETTINGS);

let server: Server;
let account: TestAccount;
let campaignId: string;
const sockets: Socket[] = [];
beforeAll(async () => {
  server = await startTestServer(home.database.url, SETTINGS);
});
beforeAll(async () => {
  const { accountId, key } = await home.account();
  account = { accountId, key, ...openApi(server.url, key) };
  campaignId = await createCampaign(account);
});
afterAll(async () => {
  await Promise.all(sockets.map((each) => each.close()));
  await server.stop();
});

function connect(credential = account.key): Socket {
  const socket = openSocket(server.url, credential);
  sockets.push(socket);
  return socket;
}
const newCampaign = async (): Promise<string> => createCampaign(account);
const issueToken = async (): Promise<string> =>
  (await account.ask(IssueEmbedTokenDocument, { input: { campaignIds: [campaignId] } })).createEmbedToken
    .token;
const change = (id: string) => record(account, message(id, { contact: phone(0) }));
/** What the server did for its readers while `act` ran. */
async function doneDuring(act: () => Promise<void>) {
  const before = server.counts();
  await act();
  const { executions, deliveries } = server.counts();
  return { executions: executions - before.executions, deliveries: deliveries - before.deliveries };
}

test('one change is one execution for all readers of an operation, whatever tokens they hold', async () => {
  const READERS = 40;
  const tokens = await Promise.all(Array.from({ length: READERS }, issueToken));
  const readers = tokens.map((token) => connect(token).watch(WatchCampaignAnalyticsDocument, { campaignId }));
  const byKey = connect().watch(WatchCampaignAnalyticsDocument, { campaignId });
  const all = [...readers, byKey];
  const reach = (revision: number) =>
    Promise.all(all.map((each) => each.until((data) => data.campaignAnalytics.revision === revision)));
  const { revision } = await boxes(account, campaignId);
  await reach(revision);
  const done = await doneDuring(async () => {
    await change(campaignId);
    await reach(revision + 1);
  });
  expect(done).toEqual({ executions: 1, deliveries: READERS + 1 });
});

test('another selection, another variable and another account are executions of their own', async () => {
  const id = await newCampaign();
  const other = await home.account();
  const foreign = await createCampaign(openApi(server.url, other.key), id);
  const watches = [
    connect().watch<{ campaignAnalytics: { status: string } }, object>(
      `subscription { campaignAnalytics(campaignId: "${id}") { status } }`,
    ),
    connect().watch<{ campaignAnalytics: { status: string } }, object>(
      `subscription Named { campaignAnalytics(campaignId: "${id}") { status } }`,
    ),
    connect().watch(WatchCampaignAnalyticsDocument, { campaignId: id }),
  ];
  const elsewhere = connect(other.key).watch(WatchCampaignAnalyticsDocument, { campaignId: foreign });
  for (const each of [...watches, elsewhere]) await each.until(() => true);
  const done = await doneDuring(async () => {
    await account.ask(SetCampaignStatusDocument, { id, status: 'PAUSED' });
    await Promise.all(
      watches.map((each) => each.until((data) => data.campaignAnalytics.status === 'PAUSED')),
    );
  });
  expect(done).toEqual({ executions: 3, deliveries: 3 });
  expect(elsewhere.seen.map(({ campaignAnalytics }) => campaignAnalytics.status)).toEqual(['ACTIVE']);
});

test('nothing is sent when nothing that was selected changed', async () => {
  const id = await newCampaign();
  const seen = connect().watch<{ campaignAnalytics: { replies: number } }, object>(
    `subscription { campaignAnalytics(campaignId: "${id}") { replies } }`,
  );
  await seen.until(({ campaignAnalytics }) => campaignAnalytics.replies === 0);
  const done = await doneDuring(async () => {
    await record(account, message(id, { contact: phone(0) }));
    // Seen by a reader of all boxes, so that it was certainly looked at.
    await connect()
      .watch(WatchCampaignAnalyticsDocument, { campaignId: id })
      .until((data) => data.campaignAnalytics.initialsSent === 1);
    await record(account, reply(id, { contact: phone(0) }));
    await seen.until(({ campaignAnalytics }) => campaignAnalytics.replies === 1);
  });
  expect(seen.seen).toEqual([{ campaignAnalytics: { replies: 0 } }, { campaignAnalytics: { replies: 1 } }]);
  expect(done.executions).toBeGreaterThanOrEqual(3);
});

test('Apollo Client and graphql-ws read the same, with aliases, fragments and ids of their own', async () => {
  const id = await newCampaign();
  const client = createClient({
    url: `${server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${account.key}` },
  });
  const apollo = new ApolloClient({ link: new GraphQLWsLink(client), cache: new InMemoryCache() });
  const query = gql`
    subscription ($id: ID!) { numbers: campaignAnalytics(campaignId: $id) { ...Some again: status } }
    fragment Some on CampaignAnalytics { __typename status }
  `;
  const paused = deferred<unknown>();
  const subscription = apollo
    .subscribe({ query, variables: { id }, fetchPolicy: 'no-cache' })
    .subscribe(({ data }) => {
      const { numbers } = data as { numbers: { status: string } };
      if (numbers.status === 'PAUSED') paused.resolve(numbers);
    });
  await connect()
    .watch(WatchCampaignAnalyticsDocument, { campaignId: id })
    .until(() => true);
  await account.ask(SetCampaignStatusDocument, { id, status: 'PAUSED' });
  expect(await within(paused.promise, 'the change')).toEqual({
    __typename: 'CampaignAnalytics',
    status: 'PAUSED',
    again: 'PAUSED',
  });
  subscription.unsubscribe();
  await client.dispose();
});

/** Fills what the kernel takes for a socket that reads nothing: 60 KB an update. */
const wide = (id: string): string => {
  const fields = Array.from({ length: 600 }, (_, index) => `${'x'.repeat(80)}${index}: revision`);
  return `subscription { campaignAnalytics(campaignId: "${id}") { revision ${fields.join(' ')} } }`;
};

test('a reader that takes nothing holds one update, the newest, and is ended after a while; others miss nothing', async () => {
  const id = await newCampaign();
  const stalled = await connectBareSocket(server.url, account.key);
  const closed = deferred<void>();
  stalled.on('close', () => closed.resolve());
  stalled.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: wide(id) } }));
  stalled.pause();
  const other = connect().watch(WatchCampaignAnalyticsDocument, { campaignId: id });
  await other.until(() => true);
  const before = server.counts();
  let changes = 0;
  // Until its socket is full, and then some more: each replaces the one before.
  while (server.counts().conflated < before.conflated + 20 && changes < 2_000) {
    await change(id);
    changes++;
    await other.until((data) => data.campaignAnalytics.revision === changes);
  }
  expect(server.counts().conflated).toBeGreaterThanOrEqual(before.conflated + 20);
  expect(other.seen.map(({ campaignAnalytics }) => campaignAnalytics.revision)).toEqual(
    Array.from({ length: changes + 1 }, (_, revision) => revision),
  );
  await eventually(
    async () => server.counts().stalled,
    (stalls) => stalls === before.stalled + 1,
    20_000,
  );
  stalled.resume();
  await within(closed.promise, 'the socket to end');
}, 60_000);

test('a reader that was behind for a moment is given the newest, and not what it missed', async () => {
  const id = await newCampaign();
  const slow = await connectBareSocket(server.url, account.key);
  const revisions: number[] = [];
  const isUpToDate = deferred<void>();
  let changes = 0;
  slow.on('message', (data) => {
    revisions.push(JSON.parse(String(data)).payload.data.campaignAnalytics.revision);
    if (revisions.at(-1) === changes) isUpToDate.resolve();
  });
  slow.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: wide(id) } }));
  slow.pause();
  const other = connect().watch(WatchCampaignAnalyticsDocument, { campaignId: id });
  await other.until(() => true);
  const before = server.counts().conflated;
  while (server.counts().conflated < before + 10 && changes < 2_000) {
    await change(id);
    changes++;
    await other.until((data) => data.campaignAnalytics.revision === changes);
  }
  slow.resume();
  await within(isUpToDate.promise, 'the newest revision');
  expect(revisions).toEqual([...new Set(revisions)].sort((one, two) => one - two));
  expect(revisions.length).toBeLessThan(changes + 1);
  slow.terminate();
}, 60_000);

test('a socket has 200 operations at most; the next is refused alone, and room is made by completing one', async () => {
  const socket = connect();
  const watches = Array.from({ length: 200 }, () =>
    socket.watch(WatchCampaignAnalyticsDocument, { campaignId }),
  );
  for (const each of watches) await each.until(() => true);
  expect(await socket.watch(WatchCampaignAnalyticsDocument, { campaignId }).end()).toMatchObject([
    { extensions: { code: 'RATE_LIMITED' } },
  ]);
  watches[0]?.leave();
  await socket.watch(WatchCampaignAnalyticsDocument, { campaignId }).until(() => true);
  const { revision } = await boxes(account, campaignId);
  await change(campaignId);
  await watches[1]?.until((data) => data.campaignAnalytics.revision === revision + 1);
});

test('a hundred campaigns come over one operation, each revision executed once for all its readers', async () => {
  const ids = await Promise.all(Array.from({ length: 100 }, newCampaign));
  const readers = [connect(), connect()].map((socket) =>
    socket.watch(WatchAnalyticsUpdatesDocument, { campaignIds: ids }),
  );
  for (const reader of readers)
    for (const id of ids) await reader.until(({ analyticsUpdates }) => analyticsUpdates.campaignId === id);
  const [one = ''] = ids;
  const done = await doneDuring(async () => {
    await account.ask(SetCampaignStatusDocument, { id: one, status: 'PAUSED' });
    for (const reader of readers)
      await reader.until(({ analyticsUpdates }) => analyticsUpdates.status === 'PAUSED');
  });
  expect(done).toEqual({ executions: 1, deliveries: 2 });
});
