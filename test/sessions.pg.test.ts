// Signing in to the console: by an API key or a one-time link, kept in a cookie that is good from this server's pages only.
import { createHash } from 'node:crypto';
import {
  ApiKeysDocument,
  AuditEntriesDocument,
  CreateApiKeyDocument,
  CreateCampaignDocument,
  WatchCampaignAnalyticsDocument,
} from '@campaign-analytics/schema/graphql';
import { generateKey } from '@campaign-analytics/server/accounts/keys.js';
import { describe, expect, test } from 'vitest';
import { openApi } from './harness/api.ts';
import { createCampaign } from './harness/campaign.ts';
import { startTestServer, useServer } from './harness/server.ts';
import {
  ASK,
  cookieOf,
  makeKey,
  ofPage,
  openConsole,
  readSession,
  signIn,
  useSignIn,
} from './harness/session.ts';
import { openSocket } from './harness/socket.ts';
import { useTokens } from './harness/tokens.ts';

const lines: string[] = [];
const server = useServer({ SIGN_IN_REFUSALS: '1000' }, lines);
const { run, signedIn, statusOf, codeOf, socketOf, sql } = useSignIn(server);
const UNAUTHENTICATED = { code: 'UNAUTHENTICATED', message: expect.stringMatching(/^Expected/) as string };
const secretIn = (cookie: string): string => cookie.split('=')[1] ?? '';

describe('with an API key', () => {
  test('the page is signed in: over HTTP, on sockets, and told who it is', async () => {
    const account = await server.account();
    const campaignId = await createCampaign(account);
    const { headers, cookie } = await signIn(server.url, { apiKey: account.key });
    expect(headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^campaign-analytics=cas_[\w-]{43}; Max-Age=604800; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
      ),
    ]);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(await openConsole(server.url, cookie).ask(ASK)).toEqual({ campaigns: { totalCount: 1 } });
    const socket = socketOf(cookie);
    await socket.watch(WatchCampaignAnalyticsDocument, { campaignId }).until(() => true);
    await socket.close();
    expect(await readSession(server.url, cookie)).toEqual([
      200,
      {
        id: expect.any(String),
        keyId: (await account.ask(ApiKeysDocument)).apiKeys[0]?.id,
        account: { id: account.accountId, name: 'Test' },
        scopes: ['RECORD', 'READ', 'ADMIN'],
        isDemo: false,
      },
    ]);
  });

  test("the session may do what its key may, and no more; what it does is noted as the key's", async () => {
    const account = await server.account();
    const { key } = await makeKey(account, 'READ');
    const reader = openConsole(server.url, await signedIn({ apiKey: key }));
    expect(await reader.ask(ASK)).toEqual({ campaigns: { totalCount: 0 } });
    expect(await reader.fails(CreateCampaignDocument, { input: { name: 'A' } })).toMatchObject({
      extensions: { code: 'FORBIDDEN' },
    });
    const { id, key: admin } = await makeKey(account, 'ADMIN');
    const administrator = openConsole(server.url, await signedIn({ apiKey: admin }));
    await administrator.ask(CreateApiKeyDocument, { input: { name: 'A', scopes: ['READ'] } });
    const { auditEntries } = await administrator.ask(AuditEntriesDocument, { first: 1 });
    expect(auditEntries).toMatchObject([{ action: 'API_KEY_CREATED', keyId: id }]);
  });

  test('of the secret a hash is kept, and nothing of it is logged', async () => {
    const account = await server.account();
    const cookie = await signedIn({ apiKey: account.key });
    await statusOf(cookie);
    const rows = await sql(
      `select encode(hash, 'hex') as hash, s::text as row from console_session s where account_id = $1`,
      account.accountId,
    );
    expect(rows).toMatchObject([{ hash: createHash('sha256').update(secretIn(cookie)).digest('hex') }]);
    expect(rows[0].row).not.toContain(secretIn(cookie).slice(4));
    expect(lines.join('')).not.toContain(secretIn(cookie).slice(4));
  });

  test('the secret is none of an API key: as a bearer it opens nothing', async () => {
    const cookie = await signedIn({ apiKey: (await server.account()).key });
    expect((await openApi(server.url, secretIn(cookie)).send(ASK)).status).toBe(401);
    expect(await openSocket(server.url, secretIn(cookie)).closed()).toMatchObject({ code: 4401 });
  });

  test('two accounts are two, in one browser too: the later sign-in ends the earlier session', async () => {
    const [one, other] = [await server.account(), await server.account()];
    await createCampaign(one);
    const [first, second] = [await signedIn({ apiKey: one.key }), await signedIn({ apiKey: other.key })];
    expect(await openConsole(server.url, first).ask(ASK)).toEqual({ campaigns: { totalCount: 1 } });
    expect(await openConsole(server.url, second).ask(ASK)).toEqual({ campaigns: { totalCount: 0 } });
    const again = await signIn(server.url, { apiKey: other.key }, { ...ofPage(server.url), cookie: first });
    expect(await readSession(server.url, again.cookie)).toMatchObject([
      200,
      { account: { id: other.accountId } },
    ]);
    expect([await statusOf(first), await statusOf(second), await statusOf(again.cookie)]).toEqual([
      401, 200, 200,
    ]);
  });

  test('a secret that somebody else chose is never made a session', async () => {
    const account = await server.account();
    const chosen = `campaign-analytics=cas_${'x'.repeat(43)}`;
    const { cookie } = await signIn(
      server.url,
      { apiKey: account.key },
      { ...ofPage(server.url), cookie: chosen },
    );
    expect(cookie).not.toBe(chosen);
    expect(await statusOf(chosen)).toBe(401);
  });

  const tokens = useTokens(server);
  test.each<[string, () => unknown | Promise<unknown>, number, string]>([
    ['a key that nobody issued', () => ({ apiKey: generateKey() }), 401, 'UNAUTHENTICATED'],
    ['an embed token', async () => ({ apiKey: (await tokens.issue()).token }), 401, 'UNAUTHENTICATED'],
    ['an empty key', () => ({ apiKey: '' }), 401, 'UNAUTHENTICATED'],
    ['a code that nobody issued', () => ({ code: 'cal_x' }), 401, 'UNAUTHENTICATED'],
    [
      'a key in place of a code',
      async () => ({ code: (await server.account()).key }),
      401,
      'UNAUTHENTICATED',
    ],
    ['neither', () => ({}), 400, 'BAD_USER_INPUT'],
    ['what is no text', () => ({ apiKey: ['a'], code: 1 }), 400, 'BAD_USER_INPUT'],
    ['what is no object', () => 'null', 400, 'BAD_USER_INPUT'],
    ['what is no JSON', () => '{', 400, 'BAD_USER_INPUT'],
    ['a body of any length', () => ({ apiKey: 'x'.repeat(5_000) }), 413, 'PAYLOAD_TOO_LARGE'],
  ])('%s signs nobody in', async (_, by, status, code) => {
    const refused = await signIn(server.url, (await by()) as object);
    expect([refused.status, refused.cookie, refused.body.code]).toEqual([status, '', code]);
  });
});

describe('with a link of the command line', () => {
  test('the page is signed in once, with all scopes', async () => {
    const account = await server.account();
    const { code, stdout } = await run('link', account.accountId);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(
        /^http:\/\/127\.0\.0\.1:4000\/sign-in#code=cal_[\w-]{43}\n\nSigns in .* within 10 minutes/,
      ),
    ]);
    const link = await run('link', account.accountId, '--origin', 'https://analytics.example.com');
    expect(link.stdout).toMatch(/^https:\/\/analytics\.example\.com\/sign-in#code=cal_/);
    const used = /#code=(\S+)$/m.exec(stdout)?.[1] ?? '';
    const cookie = await signedIn({ code: used });
    expect(await readSession(server.url, cookie)).toEqual([
      200,
      {
        id: expect.any(String),
        keyId: null,
        account: { id: account.accountId, name: 'Test' },
        scopes: ['RECORD', 'READ', 'ADMIN'],
        isDemo: false,
      },
    ]);
    expect(await signIn(server.url, { code: used })).toMatchObject({
      status: 401,
      cookie: '',
      body: UNAUTHENTICATED,
    });
    expect(await statusOf(cookie)).toBe(200);
  });

  test('of many who come with one code at once, one is signed in', async () => {
    const code = await codeOf(await server.account());
    const all = await Promise.all(Array.from({ length: 8 }, () => signIn(server.url, { code })));
    expect(all.map(({ status }) => status).sort()).toEqual([204, ...Array(7).fill(401)]);
  });

  test('a link that is over signs nobody in; a later one leaves an earlier one as it is', async () => {
    const account = await server.account();
    const code = await codeOf(account);
    await sql(`update sign_in_link set expires_at = now() where account_id = $1`, account.accountId);
    expect(await signIn(server.url, { code })).toMatchObject({ status: 401, body: UNAUTHENTICATED });
    const [fresh] = [await codeOf(account), await codeOf(account)];
    expect(await sql('select from sign_in_link where account_id = $1', account.accountId)).toHaveLength(2);
    expect(await statusOf(await signedIn({ code: fresh }))).toBe(200);
  });

  test('of the code a hash is kept; the audit has the link and its use, and no key for what is done in the session', async () => {
    const account = await server.account();
    const code = await codeOf(account);
    const rows = await sql(
      'select l::text as row from sign_in_link l where account_id = $1',
      account.accountId,
    );
    expect(rows).toHaveLength(1);
    expect(rows[0].row).not.toContain(code.slice(4));
    const console = openConsole(server.url, await signedIn({ code }));
    await console.ask(CreateApiKeyDocument, { input: { name: 'A', scopes: ['READ'] } });
    const { auditEntries } = await console.ask(AuditEntriesDocument, { first: 10 });
    expect(auditEntries.map(({ action, keyId }) => [action, keyId])).toEqual([
      ['API_KEY_CREATED', null],
      ['SIGN_IN_LINK_USED', null],
      ['SIGN_IN_LINK_CREATED', null],
    ]);
    expect(auditEntries[1]?.subject).toBe(auditEntries[2]?.subject);
  });

  test('the command says what it expected', async () => {
    const { accountId } = await server.account();
    for (const args of [
      [],
      ['nobody'],
      [accountId, '--origin', 'example.com'],
      [accountId, '--origin', 'https://a.com/'],
    ])
      expect(await run('link', ...args)).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(/expected/),
      });
  });
});

describe('behind a proxy that speaks TLS', () => {
  const proxied = useServer({ PROXY_HOPS: '1', SIGN_IN_REFUSALS: '3' });
  const at = (address: string, proto = 'https') => ({
    'x-requested-with': 'campaign-analytics-console',
    'x-forwarded-for': address,
    'x-forwarded-proto': proto,
  });

  test('the cookie is for TLS alone, and is taken only under the name that nobody else may set', async () => {
    const account = await proxied.account();
    const signed = await signIn(proxied.url, { apiKey: account.key }, at('192.0.2.1'));
    const [set = ''] = signed.headers.getSetCookie();
    expect(set).toMatch(
      /^__Host-campaign-analytics=cas_\S+; .*Path=\/; .*HttpOnly; Secure; SameSite=Strict$/,
    );
    const cookie = cookieOf(signed.headers);
    const ask = async (sent: string, proto?: string) =>
      (await openApi(proxied.url).send(ASK, undefined, { ...at('192.0.2.1', proto), cookie: sent })).status;
    expect([await ask(cookie), await ask(cookie.slice(7)), await ask(cookie, 'http')]).toEqual([
      200, 401, 401,
    ]);
  });

  test('an address that is refused too often has to wait, even with a good key; others go on', async () => {
    const account = await proxied.account();
    const from = (address: string, apiKey: string) => signIn(proxied.url, { apiKey }, at(address));
    for (let time = 0; time < 5; time++) expect((await from('192.0.2.2', account.key)).status).toBe(204);
    const all = await Promise.all(Array.from({ length: 9 }, () => from('192.0.2.2', generateKey())));
    expect(all.map(({ status }) => status).sort()).toEqual([401, 401, 401, ...Array(6).fill(429)]);
    const refused = await from('192.0.2.2', account.key);
    expect([refused.status, refused.body.code]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(1);
    expect((await from('192.0.2.3', account.key)).status).toBe(204);
  });
});

test('what a session asks is counted to its key, over all sessions and the key itself', async () => {
  const narrow = await startTestServer(server.database.url, { KEY_REQUESTS: '5' });
  const account = await server.account();
  const cookies = [await signedIn({ apiKey: account.key }), await signedIn({ apiKey: account.key })];
  const startedMs = performance.now();
  const answers = await Promise.all(
    Array.from({ length: 120 }, (_, index) => {
      const cookie = cookies[index % 3];
      return cookie ? openConsole(narrow.url, cookie).send(ASK) : openApi(narrow.url, account.key).send(ASK);
    }),
  );
  const seconds = Math.ceil((performance.now() - startedMs) / 1_000) + 1;
  const taken = answers.filter(({ status }) => status === 200).length;
  expect(taken).toBeGreaterThanOrEqual(5);
  expect(taken).toBeLessThanOrEqual(5 * seconds);
  expect(answers.every(({ status }) => status === 200 || status === 429)).toBe(true);
  await narrow.stop();
});
