// What a browser may do with us: foreign pages send nothing in anybody's name, nobody frames the console, and what people
// wrote is shown as text.
import { UpdateCampaignDocument } from '@campaign-analytics/schema/graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBrowser } from './harness/browser.ts';
import { createCampaign } from './harness/campaign.ts';
import { type TestAccount, useServer } from './harness/server.ts';
import { useSite } from './harness/site.ts';

const server = useServer();
const browser = useBrowser();
const site = useSite();
let account: TestAccount;
beforeAll(async () => {
  account = await server.account();
});

/** What Helmet sets, and stays where a page has no reason of its own. */
const EVERYWHERE = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'SAMEORIGIN',
  'cross-origin-opener-policy': 'same-origin',
  'x-permitted-cross-domain-policies': 'none',
  'x-dns-prefetch-control': 'off',
  'origin-agent-cluster': '?1',
};

describe('headers', () => {
  test.each<[path: string, own: Record<string, string | null>]>([
    ['/', { 'cross-origin-resource-policy': 'same-origin', 'access-control-allow-origin': null }],
    [
      '/campaigns/any',
      { 'cross-origin-resource-policy': 'same-origin', 'access-control-allow-origin': null },
    ],
    ['/nowhere', { 'cross-origin-resource-policy': 'same-origin', 'access-control-allow-origin': null }],
    ['/healthz', { 'access-control-allow-origin': null }],
    [
      '/widget/campaign-analytics.js',
      { 'cross-origin-resource-policy': 'cross-origin', 'access-control-allow-origin': '*' },
    ],
    ['/graphql', { 'access-control-allow-origin': '*', 'access-control-allow-credentials': null }],
  ])('%s has those of Helmet and its own, tells of no software and sets no cookie', async (path, own) => {
    const { headers } = await fetch(server.url + path);
    for (const [name, value] of Object.entries({
      ...EVERYWHERE,
      ...own,
      'x-powered-by': null,
      'set-cookie': null,
    }))
      expect([name, headers.get(name)]).toEqual([name, value]);
  });

  test('of the console let it load its own files alone, and be framed by nobody', async () => {
    const policy = (await fetch(server.url)).headers.get('content-security-policy') ?? '';
    expect(policy.split('; ')).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
      ]),
    );
    expect(policy).not.toMatch(/unsafe|\*/);
  });
});

describe('a foreign page', () => {
  const MUTATION = 'mutation { createCampaign(input: { name: "Forged" }) { id } }';

  test('may read with a credential that it has, and is told what it may send', async () => {
    const { page } = await browser.open();
    await page.goto(site.put('/foreign.html', '<!doctype html><title>Foreign</title>'));
    const answer = await page.evaluate(
      async ([url, key]) => {
        const response = await fetch(`${url}/graphql`, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          body: JSON.stringify({ query: '{ campaigns { totalCount } }' }),
        });
        return [response.status, response.headers.get('x-request-id')?.length];
      },
      [server.url, account.key] as const,
    );
    expect(answer).toEqual([200, 36]);
  });

  test.each<[what: string, send: string]>([
    [
      'a form',
      `<form method="post" action="URL/graphql"><input name="query" value='MUTATION'></form><script>document.forms[0].submit()</script>`,
    ],
    [
      'a form of plain text',
      `<form method="post" enctype="text/plain" action="URL/graphql"><input name='{"query":"MUTATION","x":"' value='"}'></form><script>document.forms[0].submit()</script>`,
    ],
    ['an image', `<img src='URL/graphql?query=MUTATION'>`],
    ['a script', `<script src='URL/graphql?query={campaigns{totalCount}}'></script>`],
    [
      'a simple request',
      `<script>fetch('URL/graphql', { method: 'POST', mode: 'no-cors', credentials: 'include', body: JSON.stringify({ query: 'MUTATION' }) })</script>`,
    ],
  ])('does nothing by %s, whoever is signed in', async (_, send) => {
    const signedIn = await browser.open();
    await signedIn.page.goto(server.url);
    await signedIn.page.getByLabel('API key').fill(account.key);
    await signedIn.page.getByRole('button', { name: 'Sign in' }).click();
    await expect.poll(() => signedIn.page.getByRole('heading', { level: 1 }).count()).toBe(1);
    const page = await signedIn.page.context().newPage();
    const isToApi = (sent: { url(): string }): boolean => sent.url().startsWith(`${server.url}/graphql`);
    // A page gets to see a navigation's answer; of all else the browser tells it nothing but that it failed.
    const answered = Promise.race([
      page.waitForResponse(isToApi).then((response) => response.status()),
      page.waitForEvent('requestfailed', isToApi).then((request) => request.failure()?.errorText),
    ]);
    const text = send.replaceAll('URL', server.url).replaceAll('MUTATION', MUTATION.replaceAll('"', '\\"'));
    await page.goto(site.put('/attack.html', `<!doctype html><title>Foreign</title>${text}`));
    expect([401, 'net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin']).toContain(await answered);
    expect(await account.ask('{ campaigns { totalCount } }')).toEqual({ campaigns: { totalCount: 0 } });
  });

  test('does not get the console into a frame', async () => {
    const { page, faults } = await browser.open();
    await page.goto(
      site.put('/frame.html', `<!doctype html><title>Foreign</title><iframe src="${server.url}/"></iframe>`),
    );
    await expect.poll(() => faults.join()).toMatch(/frame/i);
    expect(await page.frameLocator('iframe').getByLabel('API key').count()).toBe(0);
  });
});

test('what people wrote is shown as text', async () => {
  const hostile = `<img src=x onerror="window.wasRun = true"><script>window.wasRun = true</script>`;
  const other = await server.account();
  const id = await createCampaign(other);
  await other.ask(UpdateCampaignDocument, {
    id,
    input: { name: hostile, description: `javascript:alert(1) ${hostile}`, initialMessage: hostile },
  });
  const { page } = await browser.open();
  await page.goto(server.url);
  await page.getByLabel('API key').fill(other.key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: hostile }).click();
  await expect.poll(() => page.getByRole('heading', { level: 1 }).textContent()).toBe(hostile);
  await expect.poll(() => page.getByText(hostile, { exact: true }).count()).toBeGreaterThanOrEqual(2);
  expect(
    await page.evaluate(() => [document.querySelectorAll('img[src=x]').length, 'wasRun' in window]),
  ).toEqual([0, false]);
});
