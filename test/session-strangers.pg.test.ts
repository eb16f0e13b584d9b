// What comes with the cookie of somebody who is signed in, but not from this server's own pages: it reads nothing, changes
// nothing, and signs nobody in or out.
import { generateKey } from '@campaign-analytics/server/accounts/keys.js';
import { describe, expect, test } from 'vitest';
import { openApi } from './harness/api.ts';
import { createCampaign } from './harness/campaign.ts';
import { useServer } from './harness/server.ts';
import { ASK, ofPage, signIn, signOut, useSignIn } from './harness/session.ts';
import { openSocket } from './harness/socket.ts';

const server = useServer({ SIGN_IN_REFUSALS: '1000' });
const { signedIn, statusOf, socketOf } = useSignIn(server);
const secretIn = (cookie: string): string => cookie.split('=')[1] ?? '';

/** What reaches this server from a page of elsewhere, or from none, with the cookie of somebody who is signed in. */
const STRANGERS: [what: string, headers: (page: Record<string, string>) => Record<string, string>][] = [
  ['another site', (page) => ({ ...page, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })],
  [
    'another origin whose browser says no more',
    ({ 'x-requested-with': asked = '' }) => ({ origin: 'https://evil.example', 'x-requested-with': asked }),
  ],
  [
    'another port of this host',
    (page) => ({ ...page, origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' }),
  ],
  ['a page without an origin', (page) => ({ ...page, origin: 'null' })],
  [
    'a page of this server that a browser does not vouch for',
    (page) => ({ ...page, 'sec-fetch-site': 'cross-site' }),
  ],
  ['an address that somebody typed', (page) => ({ ...page, 'sec-fetch-site': 'none' })],
  [
    'what does not say that it is the console',
    ({ origin = '' }) => ({ origin, 'sec-fetch-site': 'same-origin' }),
  ],
  ['another program that asks by script', (page) => ({ ...page, 'x-requested-with': 'XMLHttpRequest' })],
];

describe.each(STRANGERS)('%s', (_, headersOf) => {
  const headers = () => headersOf(ofPage(server.url));

  test('signs nobody in, and nobody out', async () => {
    const account = await server.account();
    const cookie = await signedIn({ apiKey: account.key });
    const forged = await signIn(
      server.url,
      { apiKey: (await server.account()).key },
      { ...headers(), cookie },
    );
    expect([forged.status, forged.cookie, forged.body.code]).toEqual([403, '', 'FORBIDDEN']);
    expect(await signOut(server.url, cookie, headers())).toBe(403);
    const told = await fetch(`${server.url}/console/session`, { headers: { ...headers(), cookie } });
    expect([told.status, told.headers.get('access-control-allow-origin')]).toEqual([401, null]);
    expect(await statusOf(cookie)).toBe(200);
  });

  test('does nothing in the name of whoever is signed in', async () => {
    const cookie = await signedIn({ apiKey: (await server.account()).key });
    const {
      status,
      errors,
      headers: answered,
    } = await openApi(server.url).send(ASK, undefined, { ...headers(), cookie });
    expect([status, errors?.[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
    expect(answered.get('access-control-allow-credentials')).toBeNull();
  });
});

describe('a WebSocket', () => {
  test.each<[what: string, headers: Record<string, string>]>([
    ['of another site', { origin: 'https://evil.example' }],
    ['of another port of this host', { origin: 'http://127.0.0.1:1' }],
    ['of a page without an origin', { origin: 'null' }],
    ['that no page opens', {}],
  ])('%s is not signed in by the cookie, and is with a key of its own', async (_, headers) => {
    const account = await server.account();
    const cookie = await signedIn({ apiKey: account.key });
    const socket = openSocket(server.url, undefined, { ...headers, cookie });
    expect(await socket.closed()).toMatchObject({ code: 4401, reason: 'UNAUTHENTICATED' });
    const own = openSocket(server.url, account.key, { ...headers, cookie });
    expect(await own.watch(ASK).until(() => true)).toEqual({ campaigns: { totalCount: 0 } });
    await own.close();
  });

  test('that says whose it is, is theirs, whoever is signed in', async () => {
    const [one, other] = [await server.account(), await server.account()];
    await createCampaign(one);
    const cookie = await signedIn({ apiKey: one.key });
    const socket = openSocket(server.url, other.key, { origin: server.url, cookie });
    expect(await socket.watch(ASK).until(() => true)).toEqual({ campaigns: { totalCount: 0 } });
    await socket.close();
    expect(
      await openSocket(server.url, generateKey(), { origin: server.url, cookie }).closed(),
    ).toMatchObject({ code: 4401 });
  });
});

test.each([
  ['of another name', (secret: string) => `session=${secret}`],
  ['with the name of the one over TLS', (secret: string) => `__Host-campaign-analytics=${secret}`],
  ['cut off', (secret: string) => `campaign-analytics=${secret.slice(0, -1)}`],
  ['longer than any', (secret: string) => `campaign-analytics=${secret}${'x'.repeat(8_000)}`],
  ['that somebody guesses', () => `campaign-analytics=${generateKey().replace('cak', 'cas')}`],
  ['with an API key', () => `campaign-analytics=${generateKey()}`],
  ['that is empty', () => 'campaign-analytics='],
  ['that is none', () => ';=;;campaign-analytics'],
])('a cookie %s signs nobody in', async (_, cookieWith) => {
  const secret = secretIn(await signedIn({ apiKey: (await server.account()).key }));
  expect(await statusOf(cookieWith(secret))).toBe(401);
  expect(await socketOf(cookieWith(secret)).closed()).toMatchObject({ code: 4401 });
  expect(await statusOf(`a=b; campaign-analytics=${secret}; c=d`)).toBe(200);
});

test('a preflight of another site is not granted the header of the console, nor credentials', async () => {
  for (const path of ['/graphql', '/console/session']) {
    const { headers } = await fetch(server.url + path, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://evil.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-requested-with',
      },
    });
    expect(headers.get('access-control-allow-headers') ?? '').not.toContain('x-requested-with');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  }
});
