// Embed tokens that are not, or not any more, what this server signed: on HTTP and on sockets alike.
import { createHmac, generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto';
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
const encode = (value: unknown): string =>
  base64url.encode(typeof value === 'string' ? value : JSON.stringify(value));
const signature = (text: string, algorithm = 'sha256', key: string | Uint8Array = secret): string =>
  createHmac(algorithm, key).update(text).digest('base64url');
interface Parts {
  readonly header: Record<string, unknown>;
  readonly claims: Record<string, unknown>;
}
/** A token made by hand of a real one's parts: by libraries, some could not be made. Signed with the real key. */
async function craft(
  change: (parts: Parts) => { header?: unknown; claims?: unknown },
  finish = (text: string): string => `${text}.${signature(text)}`,
): Promise<string> {
  const { token } = await tokens.issue();
  const parts = { header: { ...decodeProtectedHeader(token) }, claims: { ...decodeJwt(token) } };
  const { header = parts.header, claims = parts.claims } = change(parts);
  return finish(`${encode(header)}.${encode(claims)}`);
}
const withHeader = (over: object) => craft(({ header }) => ({ header: { ...header, ...over } }));
const withClaims = (over: object) => craft(({ claims }) => ({ claims: { ...claims, ...over } }));
/** A real one, changed as a text. */
const bent = async (bend: (token: string) => string): Promise<string> => bend((await tokens.issue()).token);

/** Signed with a key pair of the forger's own, whose public half the token brings along. */
function withOwnPair(): Promise<string> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' });
  return craft(
    ({ header }) => ({ header: { ...header, alg: 'ES256', jwk } }),
    (text) =>
      `${text}.${sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`,
  );
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
  for (const token of [await forge({}), await craft(() => ({}))])
    expect(await tokens.outcomeOf(token)).toEqual([200, tokens.campaignId]);
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
  ['writes its algorithm in lower case', () => withHeader({ alg: 'hs256' })],
  ['writes none in capitals', () => unsigned('NONE')],
  ['names no algorithm', () => withHeader({ alg: undefined })],
  ['names several algorithms', () => withHeader({ alg: ['HS256'] })],
  ['names a public-key algorithm over our key', () => withHeader({ alg: 'RS256' })],
  [
    'is rightly signed with SHA-512 and says so',
    () =>
      craft(
        ({ header }) => ({ header: { ...header, alg: 'HS512' } }),
        (text) => `${text}.${signature(text, 'sha512')}`,
      ),
  ],
  ['brings a key of its own', withOwnPair],
  [
    'names a key elsewhere',
    () => forge({ signer: randomBytes(32), header: { jku: 'https://a.example/keys' } }),
  ],
  [
    'was signed with an empty key',
    () =>
      craft(
        () => ({}),
        (text) => `${text}.${signature(text, 'sha256', '')}`,
      ),
  ],
  [
    "was signed with the key's name",
    () =>
      craft(
        () => ({}),
        (text) => `${text}.${signature(text, 'sha256', String(decodeProtectedHeader(`${text}.x`).kid))}`,
      ),
  ],
  [
    'names a path as its key',
    () => forge({ header: { kid: '../../../dev/null' }, signer: new Uint8Array(1) }),
  ],
  ['names SQL as its key', () => withHeader({ kid: "' or true --" })],
  ['names an empty key', () => withHeader({ kid: '' })],
  ['names a number as its key', () => withHeader({ kid: 1 })],
  ['has an extension that must be understood', () => withHeader({ crit: ['exp'], exp: 1 })],
  ['says that its claims are not encoded', () => withHeader({ crit: ['b64'], b64: false })],
  ['has no issuer', () => withClaims({ iss: undefined })],
  ['has several issuers', () => withClaims({ iss: ['campaign-analytics'] })],
  ['is for nobody', () => withClaims({ aud: undefined })],
  ['was made at no time', () => withClaims({ iat: undefined })],
  ['ends in words', () => withClaims({ exp: 'tomorrow' })],
  ['ends in a number in quotes', () => withClaims({ exp: String(seconds() + 60) })],
  ['lives longer than any', () => withClaims({ exp: seconds() + 86_400 + 60 })],
  ['was made in words', () => withClaims({ iat: 'now' })],
  ['has a number as its id', () => withClaims({ jti: 1 })],
  ['has an empty id', () => withClaims({ jti: '' })],
  ['has several accounts', () => withClaims({ sub: [tokens.account.accountId] })],
  ['has a pattern as its account', () => withClaims({ sub: { like: '%' } })],
  ['has campaigns that are no text', () => withClaims({ campaigns: [1] })],
  ['has a text for its origins', () => withClaims({ origins: 'https://a.example' })],
  ['has a list for its claims', () => craft(() => ({ claims: [] }))],
  ['has claims that are no JSON', () => craft(() => ({ claims: 'claims' }))],
  ['has a header that is no JSON', () => bent((token) => `eyJh.${token.split('.').slice(1).join('.')}`)],
  ['has no claims', () => bent((token) => token.replace(/\..*\./, '..'))],
  ['has two parts', () => bent((token) => token.split('.').slice(0, 2).join('.'))],
  ['has four parts', () => bent((token) => `${token}.${token.split('.')[2]}`)],
  ['has five parts', () => bent((token) => `${token}.a.b`)],
  ['is cut short', () => bent((token) => token.slice(0, -4))],
  ['goes on', () => bent((token) => `${token}AAAA`)],
  ['is in lower case', () => bent((token) => token.toLowerCase())],
  [
    'has the signature of another',
    async () =>
      `${(await tokens.issue()).token.split('.').slice(0, 2).join('.')}.${(await tokens.issue()).token.split('.')[2]}`,
  ],
  ['is padded', () => bent((token) => `${token}=`)],
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
