// The list of campaigns in a real Chromium: found by name and status, in each order, page by page, by key, and live without
// a row that jumps under the pointer.
import {
  type CampaignStatus,
  CreateCampaignDocument,
  SetCampaignStatusDocument,
} from '@campaign-analytics/schema/graphql';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser } from './harness/browser.ts';
import { message, phone, record, reply } from './harness/campaign.ts';
import { openConsole } from './harness/console.ts';
import { type TestAccount, useServer } from './harness/server.ts';

/** On a machine that has other things to do, too. */
const SOON = { timeout: 10_000 };

const server = useServer();
const browser = useBrowser();

/** An account with campaigns of these names, the first one first. */
async function accountWith(...campaigns: readonly (readonly [name: string, CampaignStatus?])[]) {
  const api = await server.account();
  for (const [index, [name, status = 'ACTIVE']] of campaigns.entries())
    await api.ask(CreateCampaignDocument, { input: { id: `c${index}`, name, status } });
  return api;
}

const send = (api: TestAccount, campaignId: string, from: number, count: number) =>
  record(
    api,
    ...Array.from({ length: count }, (_, index) => message(campaignId, { contact: phone(from + index) })),
  );

const open = (api: TestAccount, path?: string) => openConsole(browser, server.url, api.key, path);
const names = (page: Page): Promise<string[]> => page.locator('tbody th').allInnerTexts();
const rowOf = (page: Page, name: string) => page.getByRole('row', { name });

test('a search finds by a part of the name, stays in the address, and is undone by a link', async () => {
  const api = await accountWith(['River'], ['Bridge'], ['Ridge']);
  const { page, faults } = await open(api);
  await expect.poll(() => names(page), SOON).toEqual(['Ridge', 'Bridge', 'River']);
  await page.getByRole('searchbox').fill('IDGE');
  await expect.poll(() => names(page), SOON).toEqual(['Ridge', 'Bridge']);
  expect(new URL(page.url()).search).toBe('?search=IDGE');
  await page.reload();
  await expect.poll(() => names(page), SOON).toEqual(['Ridge', 'Bridge']);
  await page.getByRole('searchbox').fill('nothing like it');
  await page.getByRole('heading', { name: 'No campaign is like this' }).waitFor();
  await page.getByRole('link', { name: 'show all campaigns' }).click();
  await expect.poll(() => names(page), SOON).toHaveLength(3);
  expect(await page.getByRole('searchbox').inputValue()).toBe('');
  expect(faults()).toEqual([]);
});

test('several statuses are shown at once, and a campaign that is paused or archived says so', async () => {
  const api = await accountWith(['Runs'], ['Waits', 'PAUSED'], ['Over', 'ARCHIVED'], ['Comes', 'DRAFT']);
  const { page } = await open(api);
  await page.getByText('Paused', { exact: true }).first().click();
  await expect.poll(() => names(page), SOON).toEqual(['Waits']);
  await page.getByText('Archived', { exact: true }).first().click();
  await expect.poll(() => names(page), SOON).toEqual(['Over', 'Waits']);
  expect(new URL(page.url()).searchParams.getAll('status')).toEqual(['paused', 'archived']);
  expect(await rowOf(page, 'Waits').innerText()).toContain('Paused');
  expect(await rowOf(page, 'Over').innerText()).toContain('Archived');
});

test('a column sorts, sorts the other way round, and says so; the order is in the address', async () => {
  const api = await accountWith(['b'], ['A'], ['c']);
  await send(api, 'c0', 0, 2);
  await send(api, 'c2', 0, 4);
  await record(api, reply('c0', { contact: phone(0) }));
  const { page } = await open(api);
  const sortBy = (column: string) => page.getByRole('button', { name: column, exact: true }).click();
  await sortBy('Campaign');
  await expect.poll(() => names(page), SOON).toEqual(['A', 'b', 'c']);
  await sortBy('Campaign');
  await expect.poll(() => names(page), SOON).toEqual(['c', 'b', 'A']);
  expect(new URL(page.url()).searchParams.get('sort')).toBe('name-desc');
  await sortBy('Initials Sent');
  await expect.poll(() => names(page), SOON).toEqual(['c', 'b', 'A']);
  await sortBy('Reply %');
  await expect.poll(() => names(page), SOON).toEqual(['b', 'c', 'A']);
  const heading = page.getByRole('columnheader', { name: 'Reply %' });
  expect(await heading.getAttribute('aria-sort')).toBe('descending');
  await page.reload();
  await expect.poll(() => names(page), SOON).toEqual(['b', 'c', 'A']);
});

test('pages lead on, and back the way that was come', async () => {
  const api = await accountWith(...Array.from({ length: 103 }, (_, index) => [`n${index}`] as const));
  const { page } = await open(api);
  await expect.poll(() => names(page), SOON).toHaveLength(50);
  const first = await names(page);
  await page.getByRole('link', { name: 'Next page' }).click();
  await expect.poll(async () => (await names(page))[0], SOON).toBe('n52');
  await page.getByRole('link', { name: 'Next page' }).click();
  await expect.poll(() => names(page), SOON).toEqual(['n2', 'n1', 'n0']);
  expect(await page.getByRole('link', { name: 'Next page' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Previous page' }).click();
  await expect.poll(async () => (await names(page))[0], SOON).toBe('n52');
  await page.getByRole('link', { name: 'First page' }).click();
  await expect.poll(() => names(page), SOON).toEqual(first);
});

test('keys lead to the search, through the rows and into a campaign, and back to the same list', async () => {
  const api = await accountWith(['River'], ['Bridge'], ['Ridge']);
  const { page } = await open(api);
  const focused = () => page.locator(':focus').evaluate((element) => element.textContent);
  await expect.poll(() => names(page), SOON).toHaveLength(3);
  await page.keyboard.press('/');
  await page.keyboard.type('ri');
  await page.waitForURL(/search=ri$/);
  await page.keyboard.press('ArrowDown');
  expect(await focused()).toBe('Ridge');
  await page.keyboard.press('j');
  expect(await focused()).toBe('Bridge');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  expect(await focused()).toBe('River');
  await page.keyboard.press('k');
  expect(await focused()).toBe('Bridge');
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('River');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'River' }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('page');
  await page.getByRole('link', { name: 'Campaigns' }).last().click();
  await expect.poll(() => page.getByRole('searchbox').inputValue(), SOON).toBe('ri');
});

test('letters are no keys once they are turned off', async () => {
  const { page } = await open(await accountWith(['River']));
  await page.getByRole('button', { name: 'Turn letter keys off' }).click();
  await page.keyboard.press('j');
  expect(await page.locator('tbody a:focus').count()).toBe(0);
  await page.reload();
  await page.getByRole('button', { name: 'Turn letter keys on' }).click();
  await page.keyboard.press('j');
  await expect.poll(() => page.locator('tbody a:focus').count(), SOON).toBe(1);
});

test('numbers move at once, rows only when nobody points at them', async () => {
  const api = await accountWith(['first'], ['second']);
  await send(api, 'c0', 0, 2);
  const { page, faults } = await open(api, '/?sort=initials-desc');
  await expect.poll(() => names(page), SOON).toEqual(['first', 'second']);
  await rowOf(page, 'second').hover();
  await send(api, 'c1', 0, 5);
  await expect.poll(() => rowOf(page, 'second').innerText(), SOON).toContain('5 / 5');
  // A new order has been read since, and waits.
  await page.waitForResponse((response) => response.url().endsWith('/graphql'));
  await page.waitForResponse((response) => response.url().endsWith('/graphql'));
  expect(await names(page)).toEqual(['first', 'second']);
  await page.mouse.move(0, 0);
  await expect.poll(() => names(page), SOON).toEqual(['second', 'first']);
  await api.ask(SetCampaignStatusDocument, { id: 'c0', status: 'ARCHIVED' });
  await expect.poll(() => rowOf(page, 'first').innerText(), SOON).toContain('Archived');
  expect(faults()).toEqual([]);
});
