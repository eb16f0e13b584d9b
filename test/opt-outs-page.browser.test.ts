// Opt Out Management in a real Chromium: who, when and where; what is typed and what comes of it; and who may do it.
import { type ApiKeyScope, CreateApiKeyDocument } from '@campaign-analytics/schema/graphql';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser } from './harness/browser.ts';
import {
  addSenders,
  at,
  boxes,
  message,
  phone,
  record,
  recordOptOuts,
  reply,
  startCampaign,
} from './harness/campaign.ts';
import { openConsole } from './harness/console.ts';
import { type TestAccount, useServer } from './harness/server.ts';

const server = useServer({ JOB_POLL_MS: '100' });
const browser = useBrowser();

const open = (key: string, path = '/opt-outs') => openConsole(browser, server.url, key, path);
const rowOf = (page: Page, contact: string) => page.getByRole('row', { name: contact });
const contacts = (page: Page) => page.getByRole('rowheader').allInnerTexts();

async function keyWith(api: TestAccount, ...scopes: ApiKeyScope[]): Promise<string> {
  const { createApiKey } = await api.ask(CreateApiKeyDocument, { input: { name: 'Some', scopes } });
  return createApiKey.key;
}

test('each contact says when, where and by whom, with the earlier ones behind the newest', async () => {
  const { api, campaignId } = await startCampaign(server);
  await addSenders(api, campaignId, 'ana');
  await record(
    api,
    message(campaignId, { contact: phone(0) }),
    reply(campaignId, { contact: phone(0), body: 'STOP' }),
  );
  await recordOptOuts(
    api,
    { campaignId, contact: phone(1), source: 'MANUAL', senderId: 'ana', at: at(10) },
    { contact: phone(1), source: 'ACCOUNT', at: at(20) },
  );
  const { page, faults } = await open(api.key);
  await expect.poll(() => rowOf(page, phone(0)).innerText()).toContain('A campaign, by answering');
  const row = rowOf(page, phone(1));
  expect(await row.innerText()).toContain('Whole account');
  await row.getByText('and 1 earlier').click();
  await row.getByText('A campaign, by ana').waitFor();
  await row.getByRole('link', { name: 'A campaign' }).click();
  await page.getByRole('heading', { level: 1, name: 'A campaign' }).waitFor();
  expect(faults()).toEqual([]);
});

test('a search stays in the address, and pages lead on within it', async () => {
  const api = await server.account();
  const all = Array.from({ length: 130 }, (_, index) => ({
    contact: phone(index),
    source: 'ACCOUNT' as const,
    at: at(index),
  }));
  await recordOptOuts(api, ...all);
  const { page } = await open(api.key);
  await expect.poll(() => contacts(page)).toHaveLength(25);
  expect(await page.locator('.heading').innerText()).toContain('130');
  await page.getByRole('searchbox').fill('(202) 555-01');
  await expect.poll(() => page.locator('.heading').innerText()).toContain('100');
  await page.getByRole('link', { name: 'Next page' }).click();
  await expect.poll(async () => (await contacts(page))[0]).toBe(phone(74));
  const { searchParams } = new URL(page.url());
  expect(searchParams.get('search')).toBe('(202) 555-01');
  await page.reload();
  await expect.poll(async () => (await contacts(page))[0]).toBe(phone(74));
  await page.getByRole('searchbox').fill('999');
  await page.getByRole('heading', { name: 'No opted-out contact has this number' }).waitFor();
});

test('what is typed is told by its line, and what was not taken can be corrected', async () => {
  const api = await server.account();
  const { page } = await open(api.key);
  await page.getByRole('heading', { name: 'Nobody is opted out' }).waitFor();
  await page.getByRole('button', { name: 'Add numbers' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add opt outs' });
  expect(await dialog.innerText()).toContain("the account's country is meant: United States");
  await page.getByLabel('Phone numbers').fill(`(202) 555-0100\n\n12ab, ${phone(1)}\n202`);
  await dialog.getByRole('button', { name: 'Opt out 4 numbers' }).click();
  await page.getByText('2 numbers opted out, 2 numbers not taken.').waitFor();
  const told = await page
    .getByRole('region', { name: 'Numbers added' })
    .getByRole('listitem')
    .allInnerTexts();
  expect(told.map((text) => text.slice(0, 14))).toEqual(['Line 3: 12ab E', 'Line 4: 202 Ex']);
  await page.getByRole('button', { name: 'Correct them' }).click();
  expect(await page.getByLabel('Phone numbers').inputValue()).toBe('12ab\n202');
  await page.keyboard.press('Escape');
  await expect.poll(() => dialog.count()).toBe(0);
  await expect.poll(async () => new Set(await contacts(page))).toEqual(new Set([phone(0), phone(1)]));
});

test('an opt-out that came after those added by hand is not undone with them', async () => {
  const { api, campaignId } = await startCampaign(server);
  await record(api, message(campaignId, { contact: phone(0) }));
  const { page } = await open(api.key);
  await page.getByRole('button', { name: 'Add numbers' }).click();
  await page.getByLabel('Phone numbers').fill(`${phone(0)}\n${phone(1)}`);
  await page.getByRole('button', { name: 'Opt out 2 numbers' }).click();
  await page.getByText('2 numbers opted out.').waitFor();
  const later = new Date(Date.now() + 5_000).toISOString();
  await record(api, reply(campaignId, { contact: phone(0), body: 'STOP', at: later }));
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Undone for 2 numbers.').waitFor();
  await expect.poll(() => contacts(page)).toEqual([phone(0)]);
  expect(await rowOf(page, phone(0)).innerText()).toContain('A campaign, by answering');
  expect(await boxes(api, campaignId)).toMatchObject({ autoOptOuts: 1 });
});

test('the switch is turned by whoever may, and says what it means', async () => {
  const { api, campaignId } = await startCampaign(server);
  const { page } = await open(api.key);
  const toggle = page.getByRole('switch', { name: 'Automatic opt-out' });
  await expect.poll(() => toggle.getAttribute('aria-checked')).toBe('true');
  await toggle.press('Space');
  await page.getByText('Contacts who answer STOP stay in your campaigns').waitFor();
  await record(
    api,
    message(campaignId, { contact: phone(0) }),
    reply(campaignId, { contact: phone(0), body: 'STOP' }),
  );
  expect(await boxes(api, campaignId)).toMatchObject({ replies: 1, autoOptOuts: 0 });
  const reader = await open(await keyWith(api, 'READ'));
  const shown = reader.page.getByRole('switch', { name: 'Automatic opt-out' });
  await expect.poll(() => shown.getAttribute('aria-checked')).toBe('false');
  await reader.page.getByText('To change it, sign in with a key that has the scope ADMIN.').waitFor();
  await shown.dispatchEvent('click');
  expect(await shown.getAttribute('aria-checked')).toBe('false');
});

test('a key that may only read sees who is opted out, and is told what it may not', async () => {
  const api = await server.account();
  await recordOptOuts(api, { contact: phone(1), source: 'ACCOUNT', at: at(0) });
  const { page } = await open(await keyWith(api, 'READ'));
  await page.getByRole('rowheader', { name: phone(1) }).waitFor();
  await page.getByText('adding and removing need a key with the scope RECORD').waitFor();
  for (const name of ['Add numbers', 'Import a file', `Remove ${phone(1)}`])
    expect(await page.getByRole('button', { name }).count()).toBe(0);
  expect(await page.getByRole('button', { name: 'Export as CSV' }).count()).toBe(1);
});

test('a scope that is lost meanwhile is named where something is tried', async () => {
  const api = await server.account();
  await recordOptOuts(api, { contact: phone(1), source: 'ACCOUNT', at: at(0) });
  const { page } = await open(api.key);
  await page.route('**/graphql', async (route) => {
    if (!route.request().postData()?.includes('removeOptOut')) return route.continue();
    const error = { message: 'Expected an API key with the scope RECORD', extensions: { code: 'FORBIDDEN' } };
    await route.fulfill({ json: { data: null, errors: [error] } });
  });
  await page.getByRole('button', { name: `Remove ${phone(1)}` }).click();
  await page.getByRole('button', { name: 'Opt in again' }).click();
  await page.getByText('You are signed in without the scope RECORD.').waitFor();
  expect(await page.getByRole('dialog').count()).toBe(1);
});

test('the list is exported and downloaded by one press', async () => {
  const api = await server.account();
  await recordOptOuts(api, { contact: phone(0), source: 'ACCOUNT', at: at(0) });
  const { page } = await open(api.key);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export as CSV' }).click();
  expect((await download).suggestedFilename()).toMatch(/^opt-outs-.*\.csv$/);
  await page.getByRole('link', { name: 'Exports' }).last().click();
  await page.getByText('1 row ·').waitFor();
});

test('a file is taken where it is dropped, and one without numbers is refused with the reason', async () => {
  const api = await server.account();
  const { page } = await open(api.key);
  await page.getByRole('button', { name: 'Import a file' }).click();
  const drop = async (name: string, text: string): Promise<void> => {
    const dataTransfer = await page.evaluateHandle(
      ([name, text]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([text ?? ''], name ?? '', { type: 'text/csv' }));
        return transfer;
      },
      [name, text],
    );
    await page.locator('.drop-zone').dispatchEvent('drop', { dataTransfer });
  };
  await drop('names.csv', 'name,number\nAna,12\n');
  await page.getByText('names.csv').waitFor();
  await page.getByRole('button', { name: 'Opt them out' }).click();
  await page.getByText(/expected a column phone/).waitFor();
  await drop('empty.csv', '');
  await page.getByText('The file is empty.').waitFor();
  await drop('list.txt', `${phone(0)}\n${phone(1)}\n`);
  await page.getByText('26 bytes · 2 lines').waitFor();
  await page.getByRole('button', { name: 'Opt them out' }).click();
  await page.getByText('2 opted out, 0 already, 0 not taken.', { exact: true }).waitFor();
  await expect.poll(async () => new Set(await contacts(page))).toEqual(new Set([phone(0), phone(1)]));
  await page.reload();
  await page.getByRole('button', { name: 'Report of list.txt' }).waitFor();
});

test('an import is canceled on its way, and what it did by then is not denied', async () => {
  const api = await server.account();
  const { page } = await open(api.key);
  // The table is held against what is new, so that the import is seen on its way.
  const { client } = server.database;
  await client.query('begin; lock table opt_out in share mode');
  await page.getByRole('button', { name: 'Import a file' }).click();
  const buffer = Buffer.from(`phone\n${phone(0)}\n`);
  await page.getByLabel('CSV file').setInputFiles({ name: 'held.csv', mimeType: 'text/csv', buffer });
  await page.getByRole('button', { name: 'Opt them out' }).click();
  try {
    await page.getByRole('progressbar', { name: 'Progress of held.csv' }).waitFor();
    await page.getByRole('button', { name: 'Cancel held.csv' }).click();
  } finally {
    await client.query('commit');
  }
  await page.getByText('Canceled. Whoever it opted out by then stays so.', { exact: true }).waitFor();
  expect(await page.getByRole('button', { name: 'Report of held.csv' }).count()).toBe(0);
});
