// Signing in to the console in a real Chromium: what the page keeps, where it goes on, and what pages of elsewhere can do to
// somebody who is signed in: nothing.
import { CreateApiKeyDocument, RevokeApiKeyDocument } from '@campaign-analytics/schema/graphql';
import { account as accountCommand } from '@campaign-analytics/server/commands/account.js';
import type { Page, Request } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { violationsOn } from './harness/axe.ts';
import { useBrowser } from './harness/browser.ts';
import { createCampaign } from './harness/campaign.ts';
import { useCommand } from './harness/command.ts';
import { startTestServer, type TestAccount, useServer } from './harness/server.ts';
import { useSite } from './harness/site.ts';

const server = useServer();
const browser = useBrowser();
const site = useSite();
const run = useCommand(server.database, accountCommand);

async function fill(page: Page, key: string): Promise<void> {
  await page.getByLabel('API key').fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
async function signedIn({ key }: TestAccount, path = '/', url = server.url) {
  const opened = await browser.open();
  await opened.page.goto(url + path);
  await fill(opened.page, key);
  await opened.page.getByRole('button', { name: 'Sign out' }).waitFor();
  return opened;
}
const linkOf = async ({ accountId }: TestAccount): Promise<string> =>
  /\/sign-in#code=\S+/.exec((await run('link', accountId)).stdout)?.[0] ?? '';
const heading = (page: Page): Promise<string | null> => page.getByRole('heading', { level: 1 }).textContent();

describe('signing in with a key', () => {
  test('leaves nothing in reach of a script, and no key in any later request', async () => {
    const account = await server.account();
    await createCampaign(account);
    const { page } = await signedIn(account);
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/graphql')) asked.push(JSON.stringify(request.headers()));
    });
    await page.reload();
    await page.getByRole('link', { name: 'A campaign' }).waitFor();
    expect(await page.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length])).toEqual([
      '',
      0,
      0,
    ]);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.join()).not.toContain(account.key);
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/', secure: false });
  });

  test('goes on where the reader was when the session ended', async () => {
    const account = await server.account();
    const id = await createCampaign(account);
    const { createApiKey } = await account.ask(CreateApiKeyDocument, {
      input: { name: 'A key', scopes: ['READ'] },
    });
    const { page } = await browser.open();
    await page.goto(`${server.url}/campaigns/${id}?kept=yes`);
    await fill(page, createApiKey.key);
    await expect.poll(() => heading(page)).toBe('A campaign');
    await account.ask(RevokeApiKeyDocument, { id: createApiKey.apiKey.id });
    await page.getByText('You were signed out').waitFor({ timeout: 10_000 });
    expect(page.url()).toBe(`${server.url}/campaigns/${id}?kept=yes`);
    expect(await page.getByText('A campaign', { exact: true }).count()).toBe(0);
    await fill(page, account.key);
    await expect.poll(() => heading(page)).toBe('A campaign');
    expect(page.url()).toBe(`${server.url}/campaigns/${id}?kept=yes`);
  });

  test('with one that may not read says so', async () => {
    const account = await server.account();
    const { createApiKey } = await account.ask(CreateApiKeyDocument, {
      input: { name: 'A key', scopes: ['RECORD'] },
    });
    const { page } = await browser.open();
    await page.goto(server.url);
    await fill(page, createApiKey.key);
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('may not read');
    expect(await page.context().cookies()).toEqual([]);
  });

  test('too often in vain has to wait, and is told', async () => {
    const narrow = await startTestServer(server.database.url, { SIGN_IN_REFUSALS: '1' });
    const { page } = await browser.open();
    await page.goto(narrow.url);
    await fill(page, 'cak_this-key-was-never-given-to-anybody');
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('not accepted');
    await fill(page, 'cak_this-key-was-never-given-to-anybody');
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('Wait a minute');
    await narrow.stop();
  });

  test('survives a restart of the server', async () => {
    const account = await server.account();
    await createCampaign(account);
    const first = await startTestServer(server.database.url);
    const { page } = await signedIn(account, '/', first.url);
    await page.getByRole('link', { name: 'A campaign' }).waitFor();
    await first.stop();
    const second = await startTestServer(server.database.url, { PORT: new URL(first.url).port });
    await page.reload();
    await page.getByRole('link', { name: 'A campaign' }).waitFor();
    await page.context().close();
    await second.stop();
  });
});

test('signing out ends the session, and every page of it', async () => {
  const account = await server.account();
  const { page } = await signedIn(account);
  const other = await page.context().newPage();
  await other.goto(`${server.url}/settings`);
  await other.getByRole('heading', { name: 'Settings' }).waitFor();
  const [cookie] = await page.context().cookies();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('API key').waitFor();
  expect(await page.context().cookies()).toEqual([]);
  await other.getByRole('link', { name: 'Campaigns' }).click();
  await other.getByText('You were signed out').waitFor({ timeout: 10_000 });
  if (cookie) await page.context().addCookies([cookie]);
  await page.reload();
  await page.getByLabel('API key').waitFor();
});

describe('a one-time link', () => {
  test('signs in once, when the reader says so, and leaves no code in the address or the history', async () => {
    const account = await server.account();
    await createCampaign(account);
    const link = await linkOf(account);
    const { page } = await browser.open();
    const urls: string[] = [];
    page.on('request', (request) => urls.push(request.url()));
    await page.goto(server.url + link);
    await page.getByText('Your link signs you in once').waitFor();
    expect(page.url()).toBe(`${server.url}/sign-in`);
    expect(await page.context().cookies()).toEqual([]);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'A campaign' }).waitFor();
    expect(page.url()).toBe(`${server.url}/`);
    expect(urls.filter((url) => url.includes('code'))).toEqual([]);
    const other = await browser.open();
    await other.page.goto(server.url + link);
    await other.page.getByRole('button', { name: 'Sign in' }).click();
    await expect.poll(() => other.page.getByRole('alert').textContent()).toContain('used already');
    await fill(other.page, account.key);
    await other.page.getByRole('link', { name: 'A campaign' }).waitFor();
  });

  test('of another account changes nothing until the reader says so; then every page goes on in that account', async () => {
    const [one, other] = [await server.account(), await server.account()];
    await createCampaign(one);
    const { page } = await signedIn(one);
    await page.getByRole('link', { name: 'A campaign' }).waitFor();
    const tab = await page.context().newPage();
    await tab.goto(server.url + (await linkOf(other)));
    await tab.getByText('You are signed in to Test').waitFor();
    await page.reload();
    await page.getByRole('link', { name: 'A campaign' }).waitFor();
    await tab.getByRole('button', { name: 'Sign in' }).click();
    await tab.getByText('No campaigns yet').waitFor();
    await page.getByText('No campaigns yet').waitFor({ timeout: 10_000 });
    expect(await page.getByLabel('API key').count()).toBe(0);
  });
});

test('axe finds nothing on the page, whatever it says', async () => {
  const account = await server.account();
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page } = await browser.open({ colorScheme, viewport: { width: 390, height: 800 } });
    await page.goto(`${server.url}/sign-in`);
    await page.getByLabel('API key').waitFor();
    expect(await violationsOn(page)).toEqual([]);
    await fill(page, 'cak_this-key-was-never-given-to-anybody');
    await page.getByRole('alert').waitFor();
    expect(await violationsOn(page)).toEqual([]);
    await page.goto(server.url + (await linkOf(account)));
    await page.getByText('Your link').waitFor();
    expect(await violationsOn(page)).toEqual([]);
  }
});

/** One page of another site, where the cookie is not sent, and one of another port of this host, where it is. */
describe.each(['another site', 'another port of this host'])('a page of %s', (where) => {
  const at = (): string =>
    where === 'another site' ? server.url : server.url.replace('127.0.0.1', 'localhost');

  /** Runs a script of the foreign page in the browser of somebody who is signed in. */
  async function attack(
    account: TestAccount,
    script: string,
    isAwaited?: (request: Request) => boolean,
  ): Promise<{ page: Page; outcome: unknown }> {
    const { page } = await signedIn(account, '/', at());
    const foreign = await page.context().newPage();
    await foreign.goto(site.put(`/${crypto.randomUUID()}.html`, '<!doctype html><title>Foreign</title>'));
    const answered =
      isAwaited &&
      Promise.race([
        foreign.waitForEvent('requestfinished', isAwaited),
        foreign.waitForEvent('requestfailed', isAwaited),
      ]);
    const outcome = await foreign.evaluate(
      ([url, source]) => new Function('url', `return (async () => { ${source} })()`)(url),
      [at(), script] as const,
    );
    await answered;
    return { page, outcome };
  }
  const isSignIn = (request: Request): boolean =>
    request.url().endsWith('/console/session') && request.method() === 'POST';
  const HEADERS = `{ 'content-type': 'application/json', 'x-requested-with': 'campaign-analytics-console' }`;
  const MUTATION = `{"query":"mutation { createCampaign(input: { name: \\\\"Forged\\\\" }) { id } }"}`;

  test.each<[what: string, script: string, outcome: unknown]>([
    [
      'reads nothing with the credentials of who is signed in',
      `return fetch(url + '/graphql', { method: 'POST', credentials: 'include', headers: ${HEADERS}, body: '{"query":"{ __typename }"}' }).then(() => 'read', () => 'refused')`,
      'refused',
    ],
    [
      'is not told who is signed in',
      `return fetch(url + '/console/session', { credentials: 'include' }).then(() => 'read', () => 'refused')`,
      'refused',
    ],
    [
      'changes nothing by a request without a preflight',
      `return fetch(url + '/graphql', { method: 'POST', mode: 'no-cors', credentials: 'include', body: '${MUTATION}' }).then(({ type }) => type, () => 'refused')`,
      expect.stringMatching(/^opaque|refused$/),
    ],
    [
      'gets nothing over a WebSocket',
      `return new Promise((resolve) => {
         const socket = new WebSocket(url.replace('http', 'ws') + '/graphql', 'graphql-transport-ws');
         socket.onopen = () => socket.send('{"type":"connection_init"}');
         socket.onmessage = ({ data }) => resolve(data);
         socket.onclose = ({ code }) => resolve(code);
       })`,
      4401,
    ],
  ])('%s', async (_, script, outcome) => {
    const account = await server.account();
    const { page, outcome: came } = await attack(account, script);
    expect(came).toEqual(outcome);
    expect(await account.ask('{ campaigns { totalCount } }')).toEqual({ campaigns: { totalCount: 0 } });
    await page.reload();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
  });

  test.each<[how: string, script: (key: string) => string]>([
    [
      'by a form',
      (key) => `
        const form = document.body.appendChild(document.createElement('form'));
        Object.assign(form, { method: 'post', enctype: 'text/plain', action: url + '/console/session' });
        const field = form.appendChild(document.createElement('input'));
        Object.assign(field, { name: '{"apiKey":"${key}","x":"', value: '"}' });
        setTimeout(() => form.submit())`,
    ],
    [
      'by a simple request',
      (key) =>
        `await fetch(url + '/console/session', { method: 'POST', mode: 'no-cors', credentials: 'include', body: '{"apiKey":"${key}"}' }).catch(() => undefined)`,
    ],
    [
      'by a request of JSON',
      (key) =>
        `await fetch(url + '/console/session', { method: 'POST', credentials: 'include', headers: ${HEADERS}, body: '{"apiKey":"${key}"}' }).catch(() => undefined)`,
    ],
  ])('signs nobody in to another account %s', async (_, script) => {
    const [account, attacker] = [await server.account(), await server.account()];
    await createCampaign(account);
    const { page } = await attack(account, script(attacker.key), isSignIn);
    await page.reload();
    await page.getByRole('link', { name: 'A campaign' }).waitFor();
    expect(await page.context().cookies()).toHaveLength(1);
  });
});
