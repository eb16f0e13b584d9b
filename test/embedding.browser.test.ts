// Embedding, as Settings helps with it: what is copied works where it is pasted, and is shown before.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { openApi } from './harness/api.ts';
import { useBrowser } from './harness/browser.ts';
import { createCampaign, message, phone, record } from './harness/campaign.ts';
import { example } from './harness/examples.ts';
import { useServer } from './harness/server.ts';
import { useSite } from './harness/site.ts';

const server = useServer();
const browser = useBrowser();
const site = useSite();

async function open(key: string, path: string, options: BrowserContextOptions = {}) {
  const opened = await browser.open(options);
  await opened.page.goto(server.url + path);
  await opened.page.getByLabel('API key').fill(key);
  await opened.page.getByRole('button', { name: 'Sign in' }).click();
  await opened.page.getByRole('heading', { name: 'Settings' }).waitFor();
  return opened;
}
async function chooseCampaign(page: Page): Promise<void> {
  await page.getByRole('combobox', { name: 'Campaign' }).click();
  await page.getByRole('option', { name: 'A campaign' }).click();
}
const choose = (page: Page, name: string): Promise<void> =>
  page.locator('fieldset label').getByText(name, { exact: true }).click();

describe('embedding', () => {
  async function prepare(options?: BrowserContextOptions) {
    const account = await server.account();
    const campaignId = await createCampaign(account);
    await record(account, message(campaignId, { contact: phone(0) }));
    const opened = await open(account.key, '/settings/embedding', options);
    await chooseCampaign(opened.page);
    return { ...opened, account, campaignId };
  }
  const code = async (page: Page): Promise<string> =>
    (await page.getByRole('region', { name: 'The snippet’s code' }).textContent()) ?? '';

  test('the choice is in the address, and the widget is shown live as it will look', async () => {
    const { page, account, campaignId } = await prepare();
    const box = page.locator('campaign-analytics [part="value"]').first();
    await expect.poll(() => box.innerText()).toBe('1 / 1');
    await record(account, message(campaignId, { contact: phone(1) }));
    await expect.poll(() => box.innerText()).toBe('2 / 2');
    await choose(page, 'Dark');
    await choose(page, '358 px');
    await choose(page, 'Iframe');
    const { searchParams } = new URL(page.url());
    expect(Object.fromEntries(searchParams)).toEqual({
      campaign: campaignId,
      theme: 'dark',
      width: 'phone',
      as: 'iframe',
    });
    await page.reload();
    await expect.poll(() => box.innerText()).toBe('2 / 2');
    const element = page.locator('campaign-analytics');
    expect(await element.getAttribute('theme')).toBe('dark');
    expect((await element.boundingBox())?.width).toBe(358);
    expect(await code(page)).toContain('<iframe');
  });

  test.each([
    ['Script and element', 'plain-html.html'],
    ['Iframe', 'iframe.html'],
    ['React', 'react.tsx'],
  ])('%s: the snippet is the example file, with the reader’s own words in it', async (name, file) => {
    const { page, campaignId } = await prepare();
    await choose(page, name);
    const expected = example(file, server.url, campaignId, 'TOKEN').replace(
      'ws://localhost:4000',
      server.url.replace('http', 'ws'),
    );
    expect(await code(page)).toBe(expected.trimEnd());
  });

  test('pasted into a page of the site that it was made for, the snippet shows the numbers, until it is revoked', async () => {
    const { page } = await prepare({ permissions: ['clipboard-read', 'clipboard-write'] });
    await page.getByLabel('Sites that may show it').fill(`${site.origin}/some/page`);
    await page.getByRole('button', { name: 'Put a token in' }).click();
    await page.getByText('With a token that lives until').waitFor();
    for (const way of ['Script and element', 'Iframe']) {
      await choose(page, way);
      await page.getByRole('button', { name: 'Copy the snippet' }).click();
      await page.getByRole('button', { name: 'Copied' }).waitFor();
      const snippet = await page.evaluate(() => navigator.clipboard.readText());
      expect(snippet).not.toContain('TOKEN');
      const host = await browser.open();
      await host.page.goto(site.put(`/${crypto.randomUUID()}.html`, snippet));
      const frame = way === 'Iframe' ? host.page.frameLocator('iframe') : host.page;
      await expect.poll(() => frame.locator('[data-box="initialsSent"]').textContent()).toContain('1 / 1');
    }
    const snippet = await code(page);
    await page.getByRole('button', { name: 'Revoke the token' }).click();
    await page.getByRole('button', { name: 'Put a token in' }).waitFor();
    expect(await code(page)).not.toContain('eyJ');
    const host = await browser.open();
    await host.page.goto(site.put(`/${crypto.randomUUID()}.html`, snippet));
    await host.page.frameLocator('iframe').getByText('Access to these numbers has ended').first().waitFor();
  });

  test('what is no site is named, and no token is made for it', async () => {
    const { page } = await prepare();
    await page.getByLabel('Sites that may show it').fill('https://*.example.com, app.example.com');
    await page.getByText('This is no site: https://*.example.com').waitFor();
    expect(await page.getByRole('button', { name: 'Put a token in' }).count()).toBe(0);
  });

  test('the request for a server, run as it is, answers a token that reads the campaign', async () => {
    const { page, account, campaignId } = await prepare();
    await page.getByLabel('Life of the token').selectOption('1 hour');
    const request = (await page.getByRole('region', { name: 'The request’s code' }).textContent()) ?? '';
    const env = { ...process.env, API_KEY: account.key };
    const { stdout } = await promisify(execFile)('sh', ['-c', `${request} --silent`], { env });
    const { token, expiresAt } = JSON.parse(stdout).data.createEmbedToken;
    const minutes = (Date.parse(expiresAt) - Date.now()) / 60_000;
    expect([minutes > 59, minutes < 61]).toEqual([true, true]);
    const read = `{ campaignAnalytics(campaignId: "${campaignId}") { initialsSent } }`;
    expect(await openApi(server.url, token).ask(read)).toEqual({ campaignAnalytics: { initialsSent: 1 } });
  });
});
