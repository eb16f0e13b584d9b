// The keys that sign embed tokens: changed while readers are live, who do not notice, and ended at once where that is asked.
import {
  CampaignAnalyticsDocument,
  WatchCampaignAnalyticsDocument,
} from '@campaign-analytics/schema/graphql';
import { account as accountCommand } from '@campaign-analytics/server/commands/account.js';
import { decodeProtectedHeader } from 'jose';
import { expect, test } from 'vitest';
import { openApi } from './harness/api.ts';
import { addContacts, boxes } from './harness/campaign.ts';
import { useCommand } from './harness/command.ts';
import { eventually } from './harness/deadline.ts';
import { startTestServer, useServer } from './harness/server.ts';
import { openSocket } from './harness/socket.ts';
import { useTokens } from './harness/tokens.ts';

const server = useServer();
const tokens = useTokens(server);
const run = useCommand(server.database, accountCommand);
const rotate = (...args: string[]) => run('rotate-signing-key', ...args);
const keyOf = (token: string): string => String(decodeProtectedHeader(token).kid);
const statusOf = async (url: string, token: string): Promise<number> =>
  (await openApi(url, token).send(CampaignAnalyticsDocument, { campaignId: tokens.campaignId })).status;

test('a new key signs within seconds, tokens of both are taken in every process, and live readers go on', async () => {
  const another = await startTestServer(server.database.url);
  const old = await tokens.issue();
  const socket = openSocket(server.url, old.token);
  const seen = socket.watch(WatchCampaignAnalyticsDocument, { campaignId: tokens.campaignId });
  await seen.until(() => true);
  expect(await rotate()).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('made a new signing key'),
  });
  const fresh = await eventually(
    () => tokens.issue(),
    ({ token }) => keyOf(token) !== keyOf(old.token),
  );
  for (const url of [server.url, another.url])
    for (const { token } of [fresh, old]) expect(await statusOf(url, token)).toBe(200);
  await addContacts(tokens.account, tokens.campaignId, 1);
  await seen.until((each) => each.campaignAnalytics.conversations === 1);
  await openSocket(another.url, old.token)
    .watch(WatchCampaignAnalyticsDocument, { campaignId: tokens.campaignId })
    .until(() => true);
  await Promise.all([socket.close(), another.stop()]);
});

test('a key is over when no token of it can be left, and is removed at the next change', async () => {
  const { token } = await tokens.issue();
  await rotate();
  await eventually(
    () => tokens.issue(),
    (each) => keyOf(each.token) !== keyOf(token),
  );
  const { client } = server.database;
  const idsOf = async () => (await client.query('select id from signing_key')).rows.map((row) => row.id);
  await client.query(`update signing_key set created_at = created_at - interval '24 hours 55 minutes'`);
  expect(await statusOf(server.url, token)).toBe(200);
  await client.query(`update signing_key set created_at = created_at - interval '10 minutes'`);
  await eventually(
    () => statusOf(server.url, token),
    (status) => status === 401,
  );
  expect(await idsOf()).toContain(keyOf(token));
  await rotate();
  expect(await idsOf()).not.toContain(keyOf(token));
  expect(await idsOf()).toHaveLength(2);
});

test('at once: every token given before is refused, and its sockets end with 4403 within seconds', async () => {
  const { token } = await tokens.issue();
  const socket = openSocket(server.url, token);
  await socket.watch(WatchCampaignAnalyticsDocument, { campaignId: tokens.campaignId }).until(() => true);
  expect(await rotate('--at-once')).toMatchObject({ code: 0 });
  expect(await socket.closed()).toMatchObject({ code: 4403, reason: 'TOKEN_REVOKED' });
  await eventually(
    () => statusOf(server.url, token),
    (status) => status === 401,
  );
  const fresh = await eventually(
    () => tokens.issue(),
    (each) => keyOf(each.token) !== keyOf(token),
  );
  expect(await statusOf(server.url, fresh.token)).toBe(200);
  expect((await server.database.client.query('select from signing_key')).rowCount).toBe(1);
  expect(await boxes(tokens.account, tokens.campaignId)).toMatchObject({ conversations: 1 });
});

test('tokens that name keys which nobody knows are refused, many at once, and hold up no good one', async () => {
  const { token } = await tokens.issue();
  const [, ...rest] = token.split('.');
  const forged = Array.from({ length: 50 }, (_, index) => {
    const header = { ...decodeProtectedHeader(token), kid: `unknown-${index}` };
    return [Buffer.from(JSON.stringify(header)).toString('base64url'), ...rest].join('.');
  });
  expect(new Set(await Promise.all(forged.map((each) => statusOf(server.url, each))))).toEqual(
    new Set([401]),
  );
  expect(await statusOf(server.url, token)).toBe(200);
});
