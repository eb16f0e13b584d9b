// Embed tokens that are not, or not any more, what this server signed: on HTTP and on sockets alike.
import { randomBytes, randomUUID } from 'node:crypto';
import { WatchCampaignAnalyticsDocument } from '@campaign-analytics/schema/graphql';
import { base64url, decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import { useServer } from './harness/server.ts';
import { openSocket } from './harness/socket.ts';
import { useTokens } from './harness/tokens.ts';

const server = useServer();
const tokens = useTokens(server);
let secret: Uint8Array;

beforeAll(async () => {
  const { rows } = await server.database.client.query('select secret from signing_key');
  secret = new Uint8Array(rows[0].secret);
});

interface Change {
  readonly claims?: Record<string, unknown>;
  readonly header?: object;
  readonly signer?: Uint8Array;
}
/** A token like a real one but for the change; undefined takes a claim or header away. */
async function forge({ claims = {}, header = {}, signer = secret }: Change): Promise<string> {
  const { token } = await tokens.issue();
  const headers = { ...decodeProtectedHeader(token), alg: 'HS256', ...header };
  return new SignJWT({ ...decodeJwt(token), ...claims }).setProtectedHeader(headers).sign(signer);
}
async function unsigned(alg: string): Promise<string> {
  const { token } = await tokens.issue();
  const header = { ...decodeProtectedHeader(token), alg };
  return `${base64url.encode(JSON.stringify(header))}.${token.split('.')[1]}.`;
}
/** A real one with one letter changed in one of its three parts. */
async function tampered(part: number): Promise<string> {
  const parts = (await tokens.issue()).token.split('.');
  const text = parts[part] as string;
  parts[part] = `${text.slice(0, 20)}${text[20] === 'A' ? 'B' : 'A'}${text.slice(21)}`;
  return parts.join('.');
}
const seconds = (): number => Math.floor(Date.now() / 1_000);

async function isRefused(token: string, code: string, close: number): Promise<void> {
  expect(await tokens.outcomeOf(token)).toEqual([401, code]);
  expect(await openSocket(server.url, token).closed()).toMatchObject({ code: close, reason: code });
}

test('a token that is forged like a real one is taken, so that the others fail for their changes', async () => {
  expect(await tokens.outcomeOf(await forge({}))).toEqual([200, tokens.campaignId]);
});

test.each<[string, () => Promise<string>]>([
  ['was signed with another algorithm', () => forge({ header: { alg: 'HS512' } })],
  ['has the algorithm none', () => unsigned('none')],
  ['has no signature', () => unsigned('HS256')],
  ['was signed with another key', () => forge({ signer: randomBytes(32) })],
  ['names another key', () => forge({ header: { kid: randomUUID() } })],
  ['names no key', () => forge({ header: { kid: undefined } })],
  ['is of another type', () => forge({ header: { typ: 'JWT' } })],
  ['is of no type', () => forge({ header: { typ: undefined } })],
  ['has another issuer', () => forge({ claims: { iss: 'somebody' } })],
  ['is for another audience', () => forge({ claims: { aud: 'campaign-analytics' } })],
  ['never ends', () => forge({ claims: { exp: undefined } })],
  ['begins later', () => forge({ claims: { nbf: seconds() + 60 } })],
  ['has no id', () => forge({ claims: { jti: undefined } })],
  ['has no account', () => forge({ claims: { sub: undefined } })],
  ['has no list of campaigns', () => forge({ claims: { campaigns: tokens.campaignId } })],
  ['has no list of origins', () => forge({ claims: { origins: undefined } })],
  ['was changed in its header', () => tampered(0)],
  ['was changed in its claims', () => tampered(1)],
  ['was changed in its signature', () => tampered(2)],
])('a token that %s is UNAUTHENTICATED', async (_, make) => {
  await isRefused(await make(), 'UNAUTHENTICATED', 4401);
});

test.each<[string, string, () => Promise<string>]>([
  ['is past its end', 'TOKEN_EXPIRED', () => forge({ claims: { exp: seconds() - 1 } })],
  ['ends just now', 'TOKEN_EXPIRED', () => forge({ claims: { exp: seconds() } })],
  ['has an id that nobody issued', 'TOKEN_REVOKED', () => forge({ claims: { jti: randomUUID() } })],
  [
    'names an account that did not issue it',
    'TOKEN_REVOKED',
    async () => forge({ claims: { sub: (await server.account()).accountId } }),
  ],
])('a token that %s is %s', async (_, code, make) => {
  await isRefused(await make(), code, 4403);
});

test('a socket is closed with 4403 TOKEN_EXPIRED when its token ends', async () => {
  const socket = openSocket(server.url, await forge({ claims: { exp: seconds() + 2 } }));
  const seen = socket.watch(WatchCampaignAnalyticsDocument, { campaignId: tokens.campaignId });
  await seen.until(() => true);
  expect(await socket.closed()).toMatchObject({ code: 4403, reason: 'TOKEN_EXPIRED' });
});
