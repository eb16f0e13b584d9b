// Settings in a real Chromium: keys, embedding by a snippet that works where it is pasted, who is signed in, the audit.
import { type ApiKeyScope, ApiKeysDocument, CreateApiKeyDocument } from '@campaign-analytics/schema/graphql';
import { account as accountCommand } from '@campaign-analytics/server/commands/account.js';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { openApi } from './harness/api.ts';
import { violationsOn } from './harness/axe.ts';
import { useBrowser } from './harness/browser.ts';
import { createCampaign, message, phone, record } from './harness/campaign.ts';
import { useCommand } from './harness/command.ts';
import { eventually } from './harness/deadline.ts';
import { type TestAccount, useServer } from './harness/server.ts';

const server = useServer();
const browser = useBrowser();
const run = useCommand(server.database, accountCommand);

async function open(key: string, path: string, options: BrowserContextOptions = {}) {
  const opened = await browser.open(options);
  await opened.page.goto(server.url + path);
  await opened.page.getByLabel('API key').fill(key);
  await opened.page.getByRole('button', { name: 'Sign in' }).click();
  await opened.page.getByRole('heading', { name: 'Settings' }).waitFor();
  return opened;
}
async function keyWith(account: TestAccount, ...scopes: ApiKeyScope[]): Promise<string> {
  const input = { name: 'A key', scopes };
  return (await account.ask(CreateApiKeyDocument, { input })).createApiKey.key;
}
async function chooseCampaign(page: Page): Promise<void> {
  await page.getByRole('combobox', { name: 'Campaign' }).click();
  await page.getByRole('option', { name: 'A campaign' }).click();
}
const isTaken = async (key: string): Promise<boolean> =>
  (await openApi(server.url, key).send('{ __typename }')).status === 200;

describe('API keys', () => {
  test('one is made with the scopes that are chosen, shown once, and works', async () => {
    const account = await server.account();
    const { page } = await open(account.key, '/settings/keys');
    await page.getByLabel('Name').fill('Reports');
    await page.getByLabel('Record').uncheck();
    await page.getByLabel('Read').uncheck();
    await page.getByRole('button', { name: 'Make the key' }).click();
    await expect.poll(() => page.getByRole('alert').first().textContent()).toBe('Choose at least one.');
    await page.getByLabel('Read').check();
    await page.getByRole('button', { name: 'Make the key' }).click();
    const shown = page.getByRole('region', { name: 'The new key' });
    await expect.poll(() => shown.evaluate((each) => each === document.activeElement)).toBe(true);
    const key = (await shown.getByRole('status').first().textContent()) ?? '';
    expect(await isTaken(key)).toBe(true);
    await shown.getByRole('button', { name: 'Done' }).click();
    const row = page.getByRole('row', { name: /Reports/ });
    expect(await row.textContent()).toContain(`${key.slice(0, 8)}…read`);
    await page.reload();
    await row.waitFor();
    expect(await page.content()).not.toContain(key);
  });

  test('one is revoked when that is confirmed, and then listed among those that ended', async () => {
    const account = await server.account();
    const key = await keyWith(account, 'READ');
    const { page } = await open(account.key, '/settings/keys');
    const revoke = page.getByRole('button', { name: 'Revoke A key' });
    await revoke.click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await isTaken(key)).toBe(true);
    await revoke.click();
    expect(await dialog.textContent()).not.toMatch(/last key|signed in with it/);
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await revoke.waitFor({ state: 'detached' });
    await eventually(
      () => isTaken(key),
      (is) => !is,
    );
    await page.getByText('Keys that ended (1)').click();
    expect(await page.getByRole('table', { name: 'Keys that ended' }).textContent()).toContain('A key');
  });

  test('of the last key, and of the one signed in with, one is warned; its end signs the page out', async () => {
    const account = await server.account();
    const { page } = await open(account.key, '/settings/keys');
    await page.getByText('Signed in with it').waitFor();
    await page.getByRole('button', { name: 'Revoke First key' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.textContent()).toContain('It is the last key');
    expect(await dialog.textContent()).toContain('it signs you out');
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('You were signed out').waitFor({ timeout: 10_000 });
    expect(page.url()).toBe(`${server.url}/settings/keys`);
  });
});

test('bodies are kept for as long as is chosen; a shorter time is asked about', async () => {
  const account = await server.account();
  const { page } = await open(account.key, '/settings');
  const daysOf = async () =>
    (await account.ask<{ account: object }, never>('{ account { bodyDays } }')).account;
  const save = page.locator('form', { hasText: 'Keep them' }).getByRole('button', { name: 'Save' });
  await page.getByLabel('Remove them').check();
  await page.getByLabel('Days after').fill('30');
  await save.click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  expect(await daysOf()).toEqual({ bodyDays: null });
  await save.click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText('Saved.').waitFor();
  expect(await daysOf()).toEqual({ bodyDays: 30 });
  await page.getByLabel('Keep them').check();
  await save.click();
  await expect.poll(daysOf).toEqual({ bodyDays: null });
});

test('the country of national numbers and automatic opt-out are set', async () => {
  const account = await server.account();
  const { page } = await open(account.key, '/settings');
  const settingsOf = async () =>
    (await account.ask<{ account: object }, never>('{ account { defaultCountry hasAutoOptOut } }')).account;
  const country = page.getByRole('combobox', { name: 'Country' });
  expect(await country.inputValue()).toBe('US');
  await country.selectOption('Germany');
  await page.locator('form', { hasText: 'Country' }).getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  await page.getByRole('switch', { name: 'Automatic opt-out' }).click();
  await page.getByText('stay in your campaigns').waitFor();
  expect(await settingsOf()).toEqual({ defaultCountry: 'DE', hasAutoOptOut: false });
  await country.selectOption('Antarctica');
  await page.locator('form', { hasText: 'Country' }).getByRole('button', { name: 'Save' }).click();
  await expect
    .poll(() => page.getByRole('alert').allTextContents())
    .toContainEqual(expect.stringContaining('country'));
  await page.reload();
  await expect.poll(() => country.inputValue()).toBe('DE');
});

test('who is signed in is listed, and signed out', async () => {
  const account = await server.account();
  const other = await browser.open();
  const link = /\/sign-in#code=\S+/.exec((await run('link', account.accountId)).stdout)?.[0] ?? '';
  await other.page.goto(server.url + link);
  await other.page.getByRole('button', { name: 'Sign in' }).click();
  await other.page.getByRole('button', { name: 'Sign out' }).waitFor();
  const { page } = await open(account.key, '/settings/sessions');
  expect(await page.getByRole('row', { name: /This is you/ }).textContent()).toContain('First key');
  await page.getByRole('button', { name: /^Sign out: A one-time link/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
  await other.page.getByText('You were signed out').waitFor({ timeout: 10_000 });
  expect(await page.getByText('A one-time link').count()).toBe(0);
});

test('the audit tells what was done and by whom, in words', async () => {
  const account = await server.account();
  await keyWith(account, 'READ');
  await run('link', account.accountId);
  await run('keep-bodies', account.accountId, '90');
  const { apiKeys } = await account.ask(ApiKeysDocument);
  await run('revoke-key', account.accountId, apiKeys[0]?.id ?? '');
  const { page } = await open(account.key, '/settings/audit');
  const rows = page.getByRole('table').locator('tbody tr');
  await expect.poll(() => rows.count()).toBe(4);
  const texts = await rows.evaluateAll((all) =>
    all.map((row) => [...row.querySelectorAll('th, td')].map(({ textContent }) => textContent)),
  );
  expect(texts.map(([what, , by, of]) => [what, by, of])).toEqual([
    ['API key revoked', 'Command line or link', 'A key'],
    ['Retention of bodies set', 'Command line or link', '90 days'],
    ['Sign-in link made', 'Command line', ''],
    ['API key made', 'First key', 'A key'],
  ]);
});

test('a key without ADMIN sees the account and embedding, and is told what the rest asks for', async () => {
  const key = await keyWith(await server.account(), 'READ');
  const { page } = await open(key, '/settings');
  await page.getByText('To change this, sign in').waitFor();
  expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0);
  for (const label of ['Keep them', 'Country']) expect(await page.getByLabel(label).isDisabled()).toBe(true);
  for (const name of ['API keys', 'Signed in', 'Audit']) {
    await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name }).click();
    await page.getByText('Your key may not see this').waitFor();
  }
  await page.getByRole('link', { name: 'Embedding' }).click();
  await page.getByRole('heading', { name: 'The snippet' }).waitFor();
});

test.each(['light', 'dark'].flatMap((colorScheme) => [1280, 390].map((width) => ({ colorScheme, width }))))(
  'axe finds nothing in any section: $colorScheme, $width px, and no page scrolls sideways',
  async (view) => {
    const account = await server.account();
    const campaignId = await createCampaign(account);
    await record(account, message(campaignId, { contact: phone(0) }));
    const { page, faults } = await open(account.key, '/settings', {
      colorScheme: view.colorScheme as 'light',
      viewport: { width: view.width, height: 900 },
      reducedMotion: 'reduce',
    });
    const look = async (): Promise<void> => {
      expect(await violationsOn(page)).toEqual([]);
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      ).toBeLessThanOrEqual(0);
    };
    const go = (name: string) =>
      page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name }).click();
    await page.getByLabel('Remove them').check();
    await look();
    await go('API keys');
    await page.getByRole('button', { name: 'Revoke First key' }).click();
    await look();
    await page.keyboard.press('Escape');
    await page.getByLabel('Name').fill('Reports');
    await page.getByRole('button', { name: 'Make the key' }).click();
    await page.getByRole('button', { name: 'Done' }).waitFor();
    await look();
    await go('Embedding');
    await look();
    await chooseCampaign(page);
    await page.getByRole('button', { name: 'Put a token in' }).click();
    await page.getByText('With a token that lives until').waitFor();
    await page.locator('campaign-analytics [part="value"]').first().waitFor();
    await look();
    await go('Signed in');
    await page.getByText('This is you').waitFor();
    await look();
    await go('Audit');
    await page.getByText('API key made').waitFor();
    await look();
    expect(faults.filter((fault) => !fault.includes('401'))).toEqual([]);
  },
);
