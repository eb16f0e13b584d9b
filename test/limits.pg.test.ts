// Limits of number and rate, set low: what fits is served, what is too much is RATE_LIMITED, and later fits again. What one
// credential, socket or address uses up is nobody else's.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { openApi } from './harness/api.ts';
import { createCampaign } from './harness/campaign.ts';
import { eventually } from './harness/deadline.ts';
import { type TestAccount, useServer } from './harness/server.ts';
import { closeOf, connectBareSocket, openBareSocket, openSocket, type Socket } from './harness/socket.ts';
import { useTokens } from './harness/tokens.ts';
import { openWire, sendBytes, statusOf, upgrade, type Wire } from './harness/wire.ts';

const ASK = '{ campaigns { totalCount } }';
const RATE_LIMITED = [
  { message: expect.stringMatching(/^Expected at most/), extensions: { code: 'RATE_LIMITED' } },
];

describe('a second', () => {
  const KEY = 5;
  const TOKEN = 2;
  const server = useServer({ KEY_REQUESTS: `${KEY}`, TOKEN_REQUESTS: `${TOKEN}` });
  const tokens = useTokens(server);

  /**
   * Asks so often at once that it cannot fit, however slow the machine is, and expects that what was taken fits into the
   * seconds that have passed.
   *
   * @returns what was refused.
   */
  async function overdo<T>(
    most: number,
    ask: (index: number) => Promise<T>,
    isTaken: (answer: T) => boolean,
  ): Promise<T[]> {
    const startedMs = performance.now();
    const answers = await Promise.all(Array.from({ length: most * 16 }, (_, index) => ask(index)));
    const seconds = Math.ceil((performance.now() - startedMs) / 1_000) + 1;
    const refused = answers.filter((answer) => !isTaken(answer));
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(most);
    expect(answers.length - refused.length).toBeLessThanOrEqual(most * seconds);
    expect(refused.length).toBeGreaterThan(0);
    return refused;
  }
  const isServed = ({ status }: { status: number }): boolean => status === 200;
  const isComplete = (errors: readonly unknown[]): boolean => errors.length === 0;

  test('holds so many requests of a key, then they are 429 with Retry-After, and another key goes on', async () => {
    const [account, other] = [await server.account(), await server.account()];
    for (const { status, errors, headers } of await overdo(KEY, () => account.send(ASK), isServed)) {
      expect([status, errors]).toEqual([429, RATE_LIMITED]);
      expect(headers.get('retry-after')).toBe('1');
    }
    expect((await other.send(ASK)).status).toBe(200);
    await eventually(() => account.send(ASK), isServed);
  });

  test('holds so many requests of a token, and another token goes on', async () => {
    const [{ token }, { token: other }] = [await tokens.issue(), await tokens.issue()];
    for (const { status } of await overdo(TOKEN, () => tokens.ask(token), isServed)) expect(status).toBe(429);
    expect((await tokens.ask(other)).status).toBe(200);
  });

  test('counts the queries of a key over all of its sockets and over HTTP together', async () => {
    const account = await server.account();
    const sockets = Array.from({ length: 8 }, () => openSocket(server.url, account.key));
    const ask = async (index: number): Promise<readonly unknown[]> => {
      const socket = sockets[index % 16];
      return socket ? socket.watch(ASK).end() : ((await account.send(ASK)).errors ?? []);
    };
    for (const errors of await overdo(KEY, ask, isComplete)) expect(errors).toEqual(RATE_LIMITED);
    await Promise.all(sockets.map((socket) => socket.close()));
  });

  test('holds so many operations of one socket, and the others of the token go on', async () => {
    const { token } = await tokens.issue();
    const [busy, calm] = [openSocket(server.url, token), openSocket(server.url, token)];
    const query = `{ campaignAnalytics(campaignId: "${tokens.campaignId}") { revision } }`;
    for (const errors of await overdo(TOKEN, () => busy.watch(query).end(), isComplete))
      expect(errors).toEqual(RATE_LIMITED);
    expect(await calm.watch(query).end()).toEqual([]);
    await Promise.all([busy.close(), calm.close()]);
  });
});

describe('a key', () => {
  const server = useServer({ KEY_REQUESTS: '10' });

  test('may bring back more readers in a second than it may send requests, on sockets of their own', async () => {
    const account = await server.account();
    const campaignId = await createCampaign(account);
    const query = `subscription { campaignAnalytics(campaignId: "${campaignId}") { revision } }`;
    const sockets = Array.from({ length: 30 }, () => openSocket(server.url, account.key));
    const seen = await Promise.all(sockets.map((socket) => socket.watch(query).until(() => true)));
    expect(seen).toEqual(Array(30).fill({ campaignAnalytics: { revision: 0 } }));
    await Promise.all(sockets.map((socket) => socket.close()));
  });
});

describe('one socket', () => {
  const server = useServer({ SOCKET_OPERATIONS: '5', FRAME_BYTES: '2000', SOCKET_FRAMES: '50' });
  let account: TestAccount;
  let query = '';
  beforeAll(async () => {
    account = await server.account();
    query = `subscription { campaignAnalytics(campaignId: "${await createCampaign(account)}") { revision } }`;
  });

  test('runs so many operations at a time, refuses one more, and takes it when another has ended', async () => {
    const socket = openSocket(server.url, account.key);
    const running = Array.from({ length: 5 }, () => socket.watch(query));
    await Promise.all(running.map((seen) => seen.until(() => true)));
    expect(await socket.watch(query).end()).toEqual(RATE_LIMITED);
    running[0]?.leave();
    expect(await socket.watch(query).until(() => true)).toBeDefined();
    await socket.close();
  });

  test('may send a message of just so many bytes, and is closed with 1009 for one more', async () => {
    const socket = await connectBareSocket(server.url, account.key);
    const fits = JSON.stringify({ type: 'ping', payload: { x: '' } });
    const pong = new Promise<string>((resolve) => socket.once('message', (data) => resolve(String(data))));
    socket.send(JSON.stringify({ type: 'ping', payload: { x: 'x'.repeat(2_000 - fits.length) } }));
    expect(await pong).toHaveLength(2_000);
    socket.send(JSON.stringify({ type: 'ping', payload: { x: 'x'.repeat(2_001 - fits.length) } }));
    expect(await closeOf(socket)).toMatchObject({ code: 1009 });
  });

  test('is closed with 1008 where it sends more messages in a second than anybody needs', async () => {
    const socket = await connectBareSocket(server.url, account.key);
    for (let sent = 0; sent < 1_000; sent++) socket.send('{"type":"pong"}');
    expect(await closeOf(socket)).toMatchObject({ code: 1008, reason: 'RATE_LIMITED' });
  });
});

describe('sockets of one account', () => {
  const server = useServer({ ACCOUNT_SOCKETS: '3' });
  const open: Socket[] = [];
  afterAll(() => Promise.all(open.map((each) => each.close())));

  test('are so many at a time: one more is closed with 1013, other accounts are not, and one that ends makes room', async () => {
    const [account, other] = [await server.account(), await server.account()];
    const connect = async ({ key }: TestAccount): Promise<Socket> => {
      const socket = openSocket(server.url, key);
      await socket.watch(ASK).until(() => true);
      return socket;
    };
    const [first, ...rest] = await Promise.all([connect(account), connect(account), connect(account)]);
    open.push(...rest);
    expect(await openSocket(server.url, account.key).closed()).toMatchObject({
      code: 1013,
      reason: 'RATE_LIMITED',
    });
    open.push(await connect(other));
    await first?.close();
    open.push(
      (await eventually(
        () => connect(account).catch(() => undefined),
        (socket) => socket !== undefined,
      )) as Socket,
    );
  });
});

describe('sockets of one address', () => {
  const server = useServer({ ADDRESS_SOCKETS: '2', PROXY_HOPS: '1' });
  const open: Wire[] = [];
  afterAll(() => {
    for (const { socket } of open) socket.destroy();
  });
  const connect = async (forwarded: string): Promise<[number, Wire]> => {
    const wire = await openWire(server.url);
    open.push(wire);
    wire.socket.write(upgrade(server.url, { 'X-Forwarded-For': forwarded }));
    return [statusOf(await wire.until((received) => received.includes('\r\n\r\n'))), wire];
  };

  test('are so many at a time: one more is 429 with Retry-After, whatever a client writes before its proxy', async () => {
    const [[first, wire], [second]] = [
      await connect('203.0.113.7'),
      await connect('198.51.100.1, 203.0.113.7'),
    ];
    expect([first, second]).toEqual([101, 101]);
    const [status, refused] = await connect('198.51.100.2, 203.0.113.7');
    expect(status).toBe(429);
    expect(String(refused.received())).toMatch(/retry-after: 1/i);
    expect((await connect('203.0.113.8'))[0]).toBe(101);
    wire.socket.destroy();
    await eventually(
      () => connect('203.0.113.7'),
      ([each]) => each === 101,
    );
  });

  test('of loopback have no limit', async () => {
    const sockets: WebSocket[] = [];
    for (let count = 0; count < 10; count++) sockets.push(await openBareSocket(server.url));
    for (const socket of sockets) socket.close();
    expect((await Promise.all([1, 2, 3].map(() => connect('127.0.0.1')))).map(([status]) => status)).toEqual([
      101, 101, 101,
    ]);
  });
});

describe('bodies', () => {
  const server = useServer({ KEY_BODY_BYTES: '5000', TOKEN_BODY_BYTES: '1000' });
  const tokens = useTokens(server);

  test('may be of just so many bytes, by credential', async () => {
    const { token } = await tokens.issue();
    const statusOfBody = (credential: string, bytes: number): Promise<number> => {
      const body = JSON.stringify({ query: '{ __typename }' }).padEnd(bytes);
      return sendBytes(
        server.url,
        `POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${credential}\r\nContent-Type: application/json\r\nContent-Length: ${bytes}\r\n\r\n${body}`,
      );
    };
    expect(await statusOfBody(tokens.account.key, 5_000)).toBe(200);
    expect(await statusOfBody(tokens.account.key, 5_001)).toBe(413);
    expect(await statusOfBody(token, 1_000)).toBe(200);
    expect(await statusOfBody(token, 1_001)).toBe(413);
  });
});

describe('documents', () => {
  const server = useServer({
    DOCUMENT_TOKENS: '100',
    DOCUMENT_DEPTH: '4',
    DOCUMENT_ALIASES: '3',
    DOCUMENT_DIRECTIVES: '2',
    OPERATION_COST: '400',
  });

  const aliases = (count: number): string =>
    `{ ${Array.from({ length: count }, (_, index) => `a${index}: __typename`).join(' ')} }`;
  const skips = (count: number): string =>
    `{ campaigns { totalCount ${['edges', 'pageInfo', 'more: totalCount']
      .slice(0, count)
      .map((field) => `${field} @skip(if: true) ${field.startsWith('more') ? '' : '{ __typename }'}`)
      .join(' ')} } }`;

  test.each<[what: string, fits: string, exceeds: string]>([
    [
      'tokens',
      `{ __typename campaigns(status: [${'ACTIVE '.repeat(86)}]) { totalCount } }`,
      `{ __typename campaigns(status: [${'ACTIVE '.repeat(90)}]) { totalCount } }`,
    ],
    [
      'levels',
      '{ campaigns { edges { node { id } } } }',
      '{ campaigns { edges { node { analytics { segments } } } } }',
    ],
    ['aliases', aliases(3), aliases(4)],
    ['directives', skips(2), skips(3)],
    [
      'fields',
      '{ campaigns(first: 199) { edges { cursor } } }',
      '{ campaigns(first: 200) { edges { cursor } } }',
    ],
    [
      'fields of a page without a length',
      '{ campaigns { totalCount pageInfo { hasNextPage endCursor } edges { cursor } } }',
      '{ campaigns { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id } } } }',
    ],
  ])(
    'of just so many %s are served, and one more is refused, on both transports',
    async (_, fits, exceeds) => {
      const account = await server.account();
      const socket = openSocket(server.url, account.key);
      expect(await account.send(fits)).toMatchObject({ status: 200, data: expect.anything() });
      expect(await socket.watch(fits).end()).toEqual([]);
      const { status, errors } = await account.send(exceeds);
      expect([status, errors]).toEqual([
        400,
        [expect.objectContaining({ message: expect.stringMatching(/at most|more that/) })],
      ]);
      expect((await socket.watch(exceeds).end())[0]).toMatchObject({
        message: errors?.[0]?.message,
        extensions: errors?.[0]?.extensions,
      });
      await socket.close();
    },
  );
});

describe('the defaults', () => {
  const server = useServer();

  test("leave the longest page of campaigns with all of its fields alone, and the clients' introspection", async () => {
    const { getIntrospectionQuery } = await import('graphql');
    const account = await server.account();
    const all =
      'query ($first: Int!) { campaigns(first: $first) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id name description status initialMessage sendingStartsAt sendingEndsAt timeZone opensAt closesAt phoneNumbers createdAt analytics { campaignId status initialsSent conversations segments replies replyRate replyPercent senders contactsPerSender autoOptOuts manualOptOuts totalOptOuts revision updatedAt } } } } }';
    expect((await account.send(all, { first: 1_000 })).status).toBe(200);
    expect((await account.send(getIntrospectionQuery())).status).toBe(200);
    const socket = openSocket(server.url, account.key);
    expect(await socket.watch(all, { first: 1_000 }).end()).toEqual([]);
    await socket.close();
  });

  test('leave 200 subscriptions on one socket alone', async () => {
    const account = await server.account();
    const campaignId = await createCampaign(account);
    const socket = openSocket(server.url, account.key);
    const query = `subscription { campaignAnalytics(campaignId: "${campaignId}") { revision } }`;
    const all = Array.from({ length: 200 }, () => socket.watch(query));
    await Promise.all(all.map((seen) => seen.until(() => true)));
    expect(await socket.watch(query).end()).toEqual(RATE_LIMITED);
    await socket.close();
  });

  test('leave a batch of 1,000 messages alone', async () => {
    const account = await server.account();
    const campaignId = await createCampaign(account);
    const messages = Array.from({ length: 1_000 }, (_, index) => ({
      id: `m-${index}`,
      campaignId,
      contact: '+12025550101',
      direction: 'OUTBOUND',
      body: 'é'.repeat(1_600),
      at: '2026-11-24T17:00:00Z',
    }));
    const document =
      'mutation ($messages: [MessageInput!]!) { recordMessages(messages: $messages) { recorded } }';
    expect(await openApi(server.url, account.key).ask(document, { messages })).toEqual({
      recordMessages: { recorded: 1_000 },
    });
  });
});
