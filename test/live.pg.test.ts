// Live numbers over real sockets: what a reader sees of every change, whoever makes it and whatever happens in between.
import { randomUUID } from 'node:crypto';
import {
  CampaignAnalyticsDocument,
  DeleteCampaignDocument,
  RecordMessagesDocument,
  SetCampaignStatusDocument,
  WatchAnalyticsUpdatesDocument,
  WatchCampaignAnalyticsDocument,
} from '@campaign-analytics/schema/graphql';
import { afterAll, expect, test } from 'vitest';
import type { Api } from './harness/api.ts';
import { boxes, createCampaign, message, phone, record, reply } from './harness/campaign.ts';
import { eventually } from './harness/deadline.ts';
import { type TestAccount, useServer } from './harness/server.ts';
import { connectBareSocket, exchange, openSocket, type Socket, type Watch } from './harness/socket.ts';

/** No poll within a test: what arrives, a notice brought. */
const server = useServer({ POLL_MS: '60000' });

const sockets: Socket[] = [];
afterAll(() => Promise.all(sockets.map((each) => each.close())));
const connect = (account: TestAccount): Socket => {
  const socket = openSocket(server.url, account.key);
  sockets.push(socket);
  return socket;
};
const watch = (socket: Socket, campaignId: string) =>
  socket.watch(WatchCampaignAnalyticsDocument, { campaignId });
type Boxes = { readonly revision: number };
type Seen = Watch<{ readonly campaignAnalytics: Boxes }>;
const revisions = (seen: Seen): number[] => seen.seen.map((each) => each.campaignAnalytics.revision);
const reaches = (seen: Seen, revision: number) =>
  seen.until((each) => each.campaignAnalytics.revision === revision);
const change = async (api: Api, campaignId: string, status: 'ACTIVE' | 'PAUSED' | 'ARCHIVED' = 'PAUSED') =>
  api.ask(SetCampaignStatusDocument, { id: campaignId, status });

test('a reader has the numbers as they are at once, and every change of them after it', async () => {
  const account = await server.account();
  const campaignId = await createCampaign(account);
  await record(account, message(campaignId, { contact: phone(0) }));
  const seen = watch(connect(account), campaignId);
  await reaches(seen, 1);
  await record(account, reply(campaignId, { contact: phone(0) }));
  await reaches(seen, 2);
  expect(revisions(seen)).toEqual([1, 2]);
  expect(seen.seen.at(-1)?.campaignAnalytics).toEqual(await boxes(account, campaignId));
});

test('all of many readers end on the newest revision, and none sees it fall', async () => {
  const account = await server.account();
  const campaignId = await createCampaign(account);
  const readers = Array.from({ length: 20 }, () => connect(account)).flatMap((socket) =>
    Array.from({ length: 5 }, () => watch(socket, campaignId)),
  );
  await Promise.all(readers.map((seen) => reaches(seen, 0)));
  const changes = Array.from({ length: 200 }, (_, index) => message(campaignId, { contact: phone(index) }));
  await Promise.all(changes.map((each) => record(account, each)));
  const { revision, initialsSent } = await boxes(account, campaignId);
  expect(initialsSent).toBe(200);
  await Promise.all(readers.map((seen) => reaches(seen, revision)));
  for (const seen of readers)
    expect(revisions(seen)).toEqual([...new Set(revisions(seen))].sort((a, b) => a - b));
});

test('nothing is sent when nothing changed', async () => {
  const account = await server.account();
  const campaignId = await createCampaign(account);
  const seen = watch(connect(account), campaignId);
  await reaches(seen, 0);
  const first = message(campaignId, { contact: phone(0) });
  await record(account, first);
  await reaches(seen, 1);
  await record(account, first, first);
  await record(account, message(campaignId, { contact: phone(0), mediaCount: 1 }));
  await change(account, campaignId, 'ACTIVE');
  await record(account, message(campaignId, { contact: phone(1) }));
  await reaches(seen, 2);
  expect(revisions(seen)).toEqual([0, 1, 2]);
});

test('one operation carries several campaigns: all at once, then each as it changes, each once', async () => {
  const account = await server.account();
  const ids = await Promise.all([0, 1, 2].map(() => createCampaign(account)));
  const seen = connect(account).watch(WatchAnalyticsUpdatesDocument, { campaignIds: [...ids, ...ids] });
  const last = ids[2] as string;
  await seen.until((each) => each.analyticsUpdates.campaignId === last);
  await change(account, last);
  await seen.until((each) => each.analyticsUpdates.revision === 1);
  const pairs = seen.seen.map(({ analyticsUpdates: { campaignId, revision } }) => [campaignId, revision]);
  expect(pairs).toEqual([...ids.map((id) => [id, 0]), [last, 1]]);
});

test('a campaign out of reach is one NOT_FOUND error, alone and among others; so are too few and too many', async () => {
  const [account, other] = await Promise.all([server.account(), server.account()]);
  const [mine, foreign] = await Promise.all([createCampaign(account), createCampaign(other)]);
  const socket = connect(account);
  const many = Array.from({ length: 101 }, () => mine);
  const errorsOf = (text: string, code: string, path: string) => [
    {
      message: expect.stringContaining(text),
      path: [path],
      extensions: { code },
      locations: expect.anything(),
    },
  ];
  for (const unknown of [foreign, randomUUID(), '', 'no id', '\0'])
    expect(await watch(socket, unknown).end()).toEqual(
      errorsOf('campaignId', 'NOT_FOUND', 'campaignAnalytics'),
    );
  const lists: [string[], string][] = [
    [[mine, foreign], 'NOT_FOUND'],
    [[mine, randomUUID(), foreign], 'NOT_FOUND'],
    [[], 'BAD_USER_INPUT'],
    [many, 'BAD_USER_INPUT'],
  ];
  for (const [campaignIds, code] of lists) {
    const seen = socket.watch(WatchAnalyticsUpdatesDocument, { campaignIds });
    expect(await seen.end()).toEqual(errorsOf('campaignIds', code, 'analyticsUpdates'));
    expect(seen.seen).toEqual([]);
  }
});

test('a deleted campaign ends with NOT_FOUND; among others it falls silent, and the last one ends', async () => {
  const account = await server.account();
  const [one, two] = await Promise.all([createCampaign(account), createCampaign(account)]);
  const socket = connect(account);
  const alone = watch(socket, one);
  const both = socket.watch(WatchAnalyticsUpdatesDocument, { campaignIds: [one, two] });
  await Promise.all([reaches(alone, 0), both.until((each) => each.analyticsUpdates.campaignId === two)]);
  await account.ask(DeleteCampaignDocument, { id: one });
  expect(await alone.end()).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  await change(account, two);
  await both.until((each) => each.analyticsUpdates.revision === 1);
  await account.ask(DeleteCampaignDocument, { id: two });
  expect(await both.end()).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
});

test('a campaign of a deleted one’s id is a new one to whoever comes, in an operation that others still have', async () => {
  const account = await server.account();
  const campaignIds = [await createCampaign(account), await createCampaign(account)] as const;
  const [first] = campaignIds;
  await record(account, message(first, { contact: phone(0) }));
  const before = connect(account).watch(WatchAnalyticsUpdatesDocument, { campaignIds: [...campaignIds] });
  await before.until(({ analyticsUpdates }) => analyticsUpdates.initialsSent === 1);
  await account.ask(DeleteCampaignDocument, { id: first });
  await eventually(
    async () => (await account.ask(CampaignAnalyticsDocument, { campaignId: first })).campaignAnalytics,
    (analytics) => analytics === null,
  );
  await connect(account)
    .watch(WatchAnalyticsUpdatesDocument, { campaignIds: [...campaignIds] })
    .end();
  await createCampaign(account, first);
  const after = connect(account).watch(WatchAnalyticsUpdatesDocument, { campaignIds: [...campaignIds] });
  await after.until(({ analyticsUpdates }) => analyticsUpdates.campaignId === first);
  await change(account, first);
  await after.until(
    ({ analyticsUpdates }) => analyticsUpdates.campaignId === first && analyticsUpdates.status === 'PAUSED',
  );
  expect(after.seen.every(({ analyticsUpdates }) => analyticsUpdates.initialsSent === 0)).toBe(true);
});

test('an archived campaign stays subscribed', async () => {
  const account = await server.account();
  const campaignId = await createCampaign(account);
  const seen = watch(connect(account), campaignId);
  await change(account, campaignId, 'ARCHIVED');
  await seen.until((each) => each.campaignAnalytics.status === 'ARCHIVED');
  await record(account, reply(campaignId, { contact: phone(0) }));
  await seen.until((each) => each.campaignAnalytics.replies === 1);
});

test('subscriptions take aliases, fragments and directives', async () => {
  const account = await server.account();
  const campaignId = await createCampaign(account);
  const seen = connect(account).watch<{ boxes: object }, object>(
    `subscription Any($id: ID!, $no: Boolean!) { boxes: campaignAnalytics(campaignId: $id) { all: conversations ...rest } }
     fragment rest on CampaignAnalytics { ... { sent: initialsSent } segments @skip(if: $no) kind: __typename }`,
    { id: campaignId, no: true },
  );
  expect(await seen.until(() => true)).toEqual({ boxes: { all: 0, sent: 0, kind: 'CampaignAnalytics' } });
  await record(account, message(campaignId, { contact: phone(0) }));
  expect(await seen.until(() => seen.seen.length === 2)).toBeDefined();
  expect(seen.seen[1]).toEqual({ boxes: { all: 1, sent: 1, kind: 'CampaignAnalytics' } });
});

test('a fault in one operation is an error of that operation, and the others of its socket go on', async () => {
  const account = await server.account();
  const campaignId = await createCampaign(account);
  const socket = connect(account);
  const seen = watch(socket, campaignId);
  await reaches(seen, 0);
  for (const [text, code] of [
    ['subscription {', 'GRAPHQL_PARSE_FAILED'],
    ['', 'GRAPHQL_PARSE_FAILED'],
    ['subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'subscription { a: analyticsUpdates(campaignIds: []) { revision } b: analyticsUpdates(campaignIds: []) { revision } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['fragment f on CampaignAnalytics { revision }', 'GRAPHQL_VALIDATION_FAILED'],
    ['subscription A($id: ID!) { campaignAnalytics(campaignId: $id) { revision } }', 'BAD_USER_INPUT'],
    ['query A { __typename } query B { __typename }', 'BAD_USER_INPUT'],
  ] as const)
    expect([text, await socket.watch(text).end()]).toMatchObject([text, [{ extensions: { code } }]]);
  await change(account, campaignId);
  await reaches(seen, 1);
});

test('queries and mutations run over the socket as well', async () => {
  const account = await server.account();
  const campaignId = await createCampaign(account);
  const socket = connect(account);
  const messages = [message(campaignId, { contact: phone(0) })];
  const recorded = await socket.watch(RecordMessagesDocument, { messages }).until(() => true);
  expect(recorded.recordMessages).toEqual({ recorded: 1, duplicates: 0, rejected: [] });
  const asked = socket.watch(CampaignAnalyticsDocument, { campaignId });
  expect((await asked.until(() => true)).campaignAnalytics).toEqual(await boxes(account, campaignId));
  expect(await asked.end()).toEqual([]);
});

test('one subscription of a socket may be completed while the others go on', async () => {
  const account = await server.account();
  const campaignId = await createCampaign(account);
  const socket = await connectBareSocket(server.url, account.key);
  const payload = { query: `subscription { campaignAnalytics(campaignId: "${campaignId}") { revision } }` };
  await exchange(socket, { id: 'left', type: 'subscribe', payload });
  await exchange(socket, { id: 'stays', type: 'subscribe', payload });
  socket.send(JSON.stringify({ id: 'left', type: 'complete' }));
  await exchange(socket, { type: 'ping' });
  const frames: string[] = [];
  socket.on('message', (data) => frames.push(JSON.parse(String(data)).id));
  for (const [index, status] of (['PAUSED', 'ACTIVE'] as const).entries()) {
    await change(account, campaignId, status);
    await eventually(
      async () => frames.length,
      (count) => count > index,
    );
  }
  expect(frames).toEqual(['stays', 'stays']);
  socket.close();
});

test('a reader that takes nothing holds nobody up, and afterwards gets the newest and not all that it missed', async () => {
  const account = await server.account();
  const campaignId = await createCampaign(account);
  const stalled = await connectBareSocket(server.url, account.key);
  const payload = {
    query: `subscription { campaignAnalytics(campaignId: "${campaignId}") { ${'a b c d e f g h'
      .split(' ')
      .map((alias) => `${alias.repeat(50)}: revision`)
      .join(' ')} } }`,
  };
  const operations = Array.from({ length: 100 }, (_, index) => String(index));
  for (const id of operations) stalled.send(JSON.stringify({ id, type: 'subscribe', payload }));
  stalled.pause();
  const seen = watch(connect(account), campaignId);
  await reaches(seen, 0);
  const changes = 200;
  for (let revision = 1; revision <= changes; revision++) {
    await change(account, campaignId, revision % 2 === 1 ? 'PAUSED' : 'ACTIVE');
    await reaches(seen, revision);
  }
  let frames = 0;
  const newest = new Set<string>();
  const isUpToDate = new Promise<void>((resolve) => {
    stalled.on('message', (data) => {
      frames++;
      if (String(data).includes(`":${changes}}`)) newest.add(JSON.parse(String(data)).id);
      if (newest.size === operations.length) resolve();
    });
  });
  stalled.resume();
  await isUpToDate;
  expect(frames).toBeLessThan(operations.length * changes * 0.9);
  stalled.terminate();
});
