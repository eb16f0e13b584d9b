// Embed tokens: what they read, when and where they hold, and how they end.
import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import {
  CampaignAnalyticsDocument,
  type CreateEmbedTokenInput,
  IssueEmbedTokenDocument,
  RevokeEmbedTokenDocument,
  WatchAnalyticsUpdatesDocument,
  WatchCampaignAnalyticsDocument,
} from '@campaign-analytics/schema/graphql';
import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import { openApi } from './harness/api.ts';
import { boxes, createCampaign } from './harness/campaign.ts';
import { eventually } from './harness/deadline.ts';
import { ROOT_FIELDS } from './harness/fields.ts';
import { startTestServer, useServer } from './harness/server.ts';
import { closeOf, connectBareSocket, openSocket } from './harness/socket.ts';
import { useTokens } from './harness/tokens.ts';

const server = useServer();
const tokens = useTokens(server);

describe('reach', () => {
  const READABLE = [
    'query campaignAnalytics',
    'subscription campaignAnalytics',
    'subscription analyticsUpdates',
  ];

  test.each(ROOT_FIELDS.map((field) => [`${field.kind} ${field.name}`, field] as const))(
    'an embed token may use %s only if it is one of the three',
    async (_, field) => {
      const { token } = await tokens.issue();
      const socket = openSocket(server.url, token);
      const seen = socket.watch<object, object>(field.operation(tokens.campaignId));
      if (READABLE.includes(`${field.kind} ${field.name}`)) {
        expect(await seen.until(() => true)).toEqual({ [field.name]: { __typename: 'CampaignAnalytics' } });
      } else {
        expect(await seen.end()).toMatchObject([{ path: [field.name], extensions: { code: 'FORBIDDEN' } }]);
        const { errors, data } = await openApi(server.url, token).send(field.operation(tokens.campaignId));
        expect([errors?.map((each) => each.extensions.code), Object.values(data ?? {})]).toEqual([
          // Over HTTP nobody subscribes.
          [field.kind === 'subscription' ? 'BAD_USER_INPUT' : 'FORBIDDEN'],
          data ? [null] : [],
        ]);
      }
      await socket.close();
    },
  );

  test('all fields of its campaigns are those that a key reads', async () => {
    const { token } = await tokens.issue();
    expect((await tokens.ask(token)).data?.campaignAnalytics).toEqual(
      await boxes(tokens.account, tokens.campaignId),
    );
  });

  test('other campaigns of its account, those of other accounts and unknown ones are all the same to it', async () => {
    const sibling = await createCampaign(tokens.account);
    const foreign = await createCampaign(await server.account());
    const gone = await createCampaign(tokens.account);
    const { token } = await tokens.issue({ campaignIds: [tokens.campaignId, gone] });
    await tokens.account.ask('mutation ($id: ID!) { deleteCampaign(id: $id) }', { id: gone });
    const socket = openSocket(server.url, token);
    const answers: string[] = [];
    for (const id of [randomUUID(), sibling, foreign, gone]) {
      const { status, data, errors } = await openApi(server.url, token).send(CampaignAnalyticsDocument, {
        campaignId: id,
      });
      const one = await socket.watch(WatchCampaignAnalyticsDocument, { campaignId: id }).end();
      const many = await socket
        .watch(WatchAnalyticsUpdatesDocument, { campaignIds: [tokens.campaignId, id] })
        .end();
      answers.push(JSON.stringify([status, data, errors, one, many]));
    }
    expect(answers[0]).toMatch(
      /^\[200,\{"campaignAnalytics":null\},null,\[\{.*NOT_FOUND.*\}\],\[\{.*NOT_FOUND/,
    );
    expect(new Set(answers).size).toBe(1);
    await socket.close();
  });
});

describe('origins', () => {
  const origins = ['https://app.example.com', 'http://localhost:3000'];

  test.each<[string | undefined, boolean]>([
    ['https://app.example.com', true],
    ['http://localhost:3000', true],
    ['http://app.example.com', false],
    ['https://app.example.com:8443', false],
    ['https://app.example.com.evil.example', false],
    ['null', false],
    [undefined, false],
  ])('a token for some origins, used from %s: taken is %s', async (origin, isTaken) => {
    const { token } = await tokens.issue({ origins });
    const headers: Record<string, string> = origin === undefined ? {} : { origin };
    expect(await tokens.outcomeOf(token, headers)).toEqual(
      isTaken ? [200, tokens.campaignId] : [403, 'FORBIDDEN'],
    );
    const socket = openSocket(server.url, token, headers);
    const seen = socket.watch(WatchCampaignAnalyticsDocument, { campaignId: tokens.campaignId });
    if (isTaken) await Promise.all([seen.until(() => true).then(() => socket.close())]);
    else expect(await socket.closed()).toMatchObject({ code: 4403, reason: 'FORBIDDEN' });
  });

  test('a token without origins is taken from anywhere, and pages of any origin may read the answer', async () => {
    const { token } = await tokens.issue({ origins: [] });
    expect(await tokens.outcomeOf(token, { origin: 'https://anywhere.example' })).toEqual([
      200,
      tokens.campaignId,
    ]);
    for (const { headers } of [
      await tokens.ask(token),
      await tokens.ask('nobody'),
      await tokens.ask(token, { origin: 'null' }),
    ])
      expect(headers.get('access-control-allow-origin')).toBe('*');
  });
});

test.each<[string, Partial<CreateEmbedTokenInput>, string]>([
  ['no campaign', { campaignIds: [] }, 'BAD_USER_INPUT'],
  [
    '101 campaigns',
    { campaignIds: Array.from({ length: 101 }, (_, index) => `c${index}`) },
    'BAD_USER_INPUT',
  ],
  ['an unknown campaign', { campaignIds: [randomUUID()] }, 'NOT_FOUND'],
  ['a campaign that is no id', { campaignIds: ['\0'] }, 'NOT_FOUND'],
  ...[59, 0, -1, 86_401].map((seconds): [string, Partial<CreateEmbedTokenInput>, string] => [
    `${seconds} seconds`,
    { expiresInSeconds: seconds },
    'BAD_USER_INPUT',
  ]),
  ...[
    'app.example.com',
    'https://app.example.com/',
    'https://app.example.com/page',
    'https://App.example.com',
    'https://app.example.com:443',
    'https://u:p@app.example.com',
    'https://*.example.com',
    'ftp://app.example.com',
    'file:///page',
    'null',
    '*',
    '',
  ].map((origin): [string, Partial<CreateEmbedTokenInput>, string] => [
    `the origin "${origin}"`,
    { origins: [origin] },
    'BAD_USER_INPUT',
  ]),
  [
    '21 origins',
    { origins: Array.from({ length: 21 }, (_, index) => `https://${index}.example`) },
    'BAD_USER_INPUT',
  ],
])('no token is made for %s', async (_, over, code) => {
  const input = { campaignIds: [tokens.campaignId], ...over };
  const count = async () => (await server.database.client.query('select from embed_token')).rowCount;
  const before = await count();
  expect(await tokens.account.fails(IssueEmbedTokenDocument, { input })).toMatchObject({
    extensions: { code },
  });
  expect(await count()).toBe(before);
});

test.each<[number | null | undefined, number]>([
  [60, 60],
  [86_400, 86_400],
  [null, 900],
  [undefined, 900],
])('a token for %s seconds ends after %i', async (expiresInSeconds, seconds) => {
  const from = Math.floor(Date.now() / 1_000) * 1_000;
  const { expiresAt, token } = await tokens.issue(expiresInSeconds === undefined ? {} : { expiresInSeconds });
  expect(Date.parse(expiresAt) - from - seconds * 1_000).toBeOneOf([0, 1_000]);
  expect(decodeJwt(token).exp).toBe(Date.parse(expiresAt) / 1_000);
});

test('every token that is made can be used: one too long for a header is refused when it is asked for', async () => {
  const ids = Array.from({ length: 100 }, (_, index) => `${index}`.padStart(128, 'c'));
  await Promise.all(ids.map((id) => createCampaign(tokens.account, id)));
  const { token } = await tokens.issue({ campaignIds: [tokens.campaignId, ...ids.slice(0, 43)] });
  expect(token.length).toBeGreaterThan(7_500);
  expect(await tokens.outcomeOf(token)).toEqual([200, tokens.campaignId]);
  const fault = await tokens.account.fails(IssueEmbedTokenDocument, { input: { campaignIds: ids } });
  expect(fault).toMatchObject({
    message: expect.stringMatching(/^campaignIds/),
    extensions: { code: 'BAD_USER_INPUT' },
  });
});

test('a revoked token ends its sockets within seconds and is refused in every process; others go on', async () => {
  const another = await startTestServer(server.database.url);
  const [{ id, token }, other] = [await tokens.issue(), await tokens.issue()];
  const sockets = [server.url, another.url].map((url) => openSocket(url, token));
  const stays = openSocket(server.url, other.token);
  const watches = [...sockets, stays].map((socket) =>
    socket.watch(WatchCampaignAnalyticsDocument, { campaignId: tokens.campaignId }),
  );
  await Promise.all(watches.map((seen) => seen.until(() => true)));
  const from = performance.now();
  expect(await tokens.account.ask(RevokeEmbedTokenDocument, { id })).toEqual({ revokeEmbedToken: true });
  expect(await tokens.outcomeOf(token)).toEqual([401, 'TOKEN_REVOKED']);
  for (const socket of sockets)
    expect(await socket.closed()).toMatchObject({ code: 4403, reason: 'TOKEN_REVOKED' });
  expect(performance.now() - from).toBeLessThan(4_000);
  const far = openApi(another.url, token);
  await eventually(
    () => far.send('{ __typename }'),
    ({ status }) => status === 401,
  );
  expect(await openSocket(server.url, token).closed()).toMatchObject({ code: 4403, reason: 'TOKEN_REVOKED' });
  expect(await tokens.outcomeOf(other.token)).toEqual([200, tokens.campaignId]);
  await stays.watch(WatchCampaignAnalyticsDocument, { campaignId: tokens.campaignId }).until(() => true);
  for (const unknown of [id, randomUUID(), '\0'])
    expect(await tokens.account.ask(RevokeEmbedTokenDocument, { id: unknown })).toEqual({
      revokeEmbedToken: false,
    });
  await Promise.all([stays.close(), another.stop()]);
});

test('with a token a request may have 64 KB, packed or not, and a socket frame likewise', async () => {
  const { token } = await tokens.issue();
  const send = async (credential: string, bytes: number, isPacked: boolean) => {
    const query = `{ __typename } # ${'x'.repeat(bytes - 40)}`.slice(0, bytes - 12);
    const text = JSON.stringify({ query });
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${credential}`,
        ...(isPacked && { 'content-encoding': 'gzip' }),
      },
      body: isPacked ? new Uint8Array(gzipSync(text)) : text,
    });
    return [
      response.status,
      ((await response.json()) as { errors?: { extensions: object }[] }).errors?.[0]?.extensions,
    ];
  };
  const tooLarge = [413, { code: 'PAYLOAD_TOO_LARGE' }];
  for (const isPacked of [false, true]) {
    expect(await send(token, 65_536, isPacked)).toEqual([200, undefined]);
    expect(await send(token, 65_600, isPacked)).toEqual(tooLarge);
    expect(await send(tokens.account.key, 4_000_000, isPacked)).toEqual([200, undefined]);
    expect(await send(tokens.account.key, 4_300_000, isPacked)).toEqual(tooLarge);
  }
  const socket = await connectBareSocket(server.url, token);
  socket.send('x'.repeat(65_537));
  expect(await closeOf(socket)).toMatchObject({ code: 1009 });
});
