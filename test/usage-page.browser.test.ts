// Usage Analytics in a real Chromium: months in UTC, the range in the address, numbers that move, and what is not counted.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser } from './harness/browser.ts';
import { message, phone, record, recordStatuses, startCampaign } from './harness/campaign.ts';
import { openConsole } from './harness/console.ts';
import { useServer } from './harness/server.ts';

const server = useServer();
const browser = useBrowser();
const monthOf = (page: Page, end: 'From' | 'To') => page.getByRole('combobox', { name: end, exact: true });

test('a month is one in UTC wherever its reader is, and those without any are there with zeros', async () => {
  const { api, campaignId } = await startCampaign(server);
  const times = ['2026-08-31T23:59:59.999Z', '2026-10-01T00:00:00Z'];
  await record(api, ...times.map((at) => message(campaignId, { contact: phone(0), at })));
  const path = '/usage?from=2026-01&to=2026-10';
  const { page, faults } = await openConsole(browser, server.url, api.key, path, {
    timezoneId: 'Asia/Tokyo',
  });
  const rows = page.locator('tbody tr');
  await expect.poll(() => rows.count(), { timeout: 12_000 }).toBe(3);
  const numbers = (await rows.allInnerTexts()).map((text) => text.split(/\s+/).slice(0, 4).join(' '));
  expect(numbers).toEqual(['October 2026 1 1', 'September 2026 0 0', 'August 2026 1 1']);
  expect(faults()).toEqual([]);
});

test('the range is in the address, survives a reload, and an empty one says so', async () => {
  const { api, campaignId } = await startCampaign(server);
  await record(api, message(campaignId, { contact: phone(0), at: '2026-08-01T00:00:00Z' }));
  const { page } = await openConsole(browser, server.url, api.key, '/usage');
  await page.getByRole('row', { name: /August 2026/ }).waitFor();
  await monthOf(page, 'To').selectOption('2026-07');
  await page.getByRole('heading', { name: 'Nothing was sent or received in these months' }).waitFor();
  await monthOf(page, 'From').selectOption('2026-09');
  await page.getByRole('row', { name: /August 2026/ }).waitFor();
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toMatchObject({
    from: '2026-09',
    to: '2026-07',
  });
  await page.reload();
  await page.getByRole('row', { name: /August 2026/ }).waitFor();
  expect(await monthOf(page, 'From').inputValue()).toBe('2026-07');
});

test('a message that fails later leaves its month, and the chart is told by key', async () => {
  const { api, campaignId } = await startCampaign(server);
  await record(
    api,
    message(campaignId, { id: 'kept', contact: phone(0), at: '2026-10-05T00:00:00Z' }),
    message(campaignId, { id: 'fails', contact: phone(1), at: '2026-10-06T00:00:00Z' }),
    message(campaignId, { contact: phone(1), at: '2026-09-06T00:00:00Z' }),
  );
  const { page } = await openConsole(browser, server.url, api.key, '/usage?from=2026-01&to=2026-10');
  const chart = page.getByRole('slider', { name: 'Usage by month' });
  const told = () => chart.getAttribute('aria-valuetext');
  await expect.poll(told).toContain('October 2026: Messaged contacts 2, SMS messages 2');
  await chart.press('ArrowLeft');
  await chart.press('ArrowLeft');
  await expect.poll(told).toContain('September 2026: Messaged contacts 1, SMS messages 1');
  await recordStatuses(api, { id: 'fails', status: 'UNDELIVERED', at: '2026-10-07T00:00:00Z' });
  await chart.press('Escape');
  await expect.poll(told, { timeout: 12_000 }).toContain('October 2026: Messaged contacts 1, SMS messages 1');
});
