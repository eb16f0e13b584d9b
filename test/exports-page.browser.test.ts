// The exports page in a real Chromium: its form in the address, jobs that outlive the page and the server, and the words for
// what goes wrong.
import type { Server } from '@campaign-analytics/server/server.js';
import { describe, expect, test } from 'vitest';
import { createExport } from './exports/exporting.ts';
import { openApi } from './harness/api.ts';
import { useBrowser } from './harness/browser.ts';
import { createCampaign, message, phone, record, startCampaign } from './harness/campaign.ts';
import { openConsole } from './harness/console.ts';
import { startTestServer, useServer } from './harness/server.ts';

const browser = useBrowser();

describe('on a server that works on jobs', () => {
  const server = useServer({ JOB_POLL_MS: '100' });

  test('every choice is in the address, and there again after a reload', async () => {
    const { api, campaignId } = await startCampaign(server);
    const { page, faults } = await openConsole(browser, server.url, api.key, '/exports');
    await page.getByRole('radio', { name: /^Conversations/ }).check();
    await page.getByRole('combobox').fill('a camp');
    await page.getByRole('option', { name: /A campaign/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('radio', { name: 'JSON Lines' }).check();
    await page.getByRole('checkbox', { name: 'Compressed (gzip)' }).check();
    const { searchParams } = new URL(page.url());
    expect(Object.fromEntries(searchParams)).toEqual({
      kind: 'CONVERSATIONS',
      campaign: campaignId,
      format: 'JSON_LINES',
      compressed: 'yes',
    });
    await page.reload();
    await expect.poll(() => page.getByRole('combobox').inputValue()).toBe('A campaign');
    expect(await page.getByRole('radio', { name: /^Conversations/ }).isChecked()).toBe(true);
    expect(await page.getByRole('checkbox', { name: 'Compressed (gzip)' }).isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Create export' }).click();
    await page.getByRole('button', { name: /^Download conversations-.*\.jsonl\.gz$/ }).waitFor();
    expect(faults()).toEqual([]);
  });

  test('days of the whole account are whole days in UTC, the last one included', async () => {
    const { api, campaignId } = await startCampaign(server);
    const times = ['2026-11-02T00:00:00Z', '2026-11-03T23:59:59.999Z', '2026-11-04T00:00:00Z'];
    await record(api, ...times.map((at, index) => message(campaignId, { contact: phone(index), at })));
    const path = '/exports?of=account&from=2026-11-02&to=2026-11-03';
    const { page } = await openConsole(browser, server.url, api.key, path, { timezoneId: 'Asia/Tokyo' });
    await page.getByRole('button', { name: 'Create export' }).click();
    await page.getByText('2 rows').waitFor();
    expect(await page.getByRole('listitem').innerText()).toMatch(/Nov 2\s–\s3, 2026 \(UTC\)/);
  });

  test('what is missing is said where it is missing, and nothing is started', async () => {
    const api = await server.account();
    const { page } = await openConsole(browser, server.url, api.key, '/exports');
    await page.getByRole('heading', { name: 'No exports yet' }).waitFor();
    await page.getByRole('button', { name: 'Create export' }).click();
    await page.getByText('Choose a campaign.').waitFor();
    expect(await page.getByRole('combobox').evaluate((field) => field.matches(':focus'))).toBe(true);
    await page.goto(`${server.url}/exports?of=account&from=2026-11-03&to=2026-11-02`);
    await page.getByRole('button', { name: 'Create export' }).click();
    await page.getByText('The last day is before the first one.').waitFor();
    expect(await page.getByRole('listitem').count()).toBe(0);
  });
});

describe('on a server that is restarted', () => {
  const home = useServer({ JOBS_AT_ONCE: '0' });

  test('an export waits, is canceled, goes on after a reload, and is there when a server has done it', async () => {
    const { api, campaignId } = await startCampaign(home);
    await record(api, message(campaignId, { contact: phone(0) }));
    const first = await startTestServer(home.database.url, { JOBS_AT_ONCE: '0', JOB_POLL_MS: '100' });
    const port = new URL(first.url).port;
    let second: Server | undefined;
    try {
      const { page } = await openConsole(
        browser,
        first.url,
        api.key,
        `/exports?kind=MESSAGES&campaign=${campaignId}`,
      );
      await page.getByRole('button', { name: 'Create export' }).click();
      await page.getByText('Waits for its turn').waitFor();
      await page.getByRole('button', { name: /^Cancel/ }).click();
      await page.getByText('Canceled. There is no file.').waitFor();
      await page.getByRole('button', { name: /^Export again/ }).click();
      await page.getByText('Waits for its turn').waitFor();
      await page.reload();
      await page.getByText('Waits for its turn').waitFor();
      await first.stop();
      await page.getByText('The server does not answer.').waitFor();
      expect(await page.getByText('Waits for its turn').count()).toBe(1);
      second = await startTestServer(home.database.url, { PORT: port, JOB_POLL_MS: '100' });
      await page.getByRole('button', { name: /^Download/ }).waitFor({ timeout: 15_000 });
      expect(await page.getByText('1 row ·').count()).toBe(1);
    } finally {
      await first.stop();
      await second?.stop();
    }
  });

  test('of many exports each goes on by itself, and a page of them leads to the next', async () => {
    const api = await home.account();
    const campaignId = await createCampaign(api);
    const ask = openApi(home.url, api.key);
    for (let index = 0; index < 20; index++) await createExport(ask, { kind: 'MESSAGES', campaignId });
    const worker = await startTestServer(home.database.url, { JOBS_AT_ONCE: '2', JOB_POLL_MS: '100' });
    try {
      const { page } = await openConsole(browser, worker.url, api.key, '/exports');
      await expect
        .poll(() => page.getByRole('button', { name: /^Download/ }).count(), { timeout: 15_000 })
        .toBe(20);
      await createExport(ask, { kind: 'SENDERS', campaignId });
      await page.getByRole('link', { name: 'Next page' }).click();
      await expect.poll(() => page.getByRole('listitem').count()).toBe(1);
    } finally {
      await worker.stop();
    }
  });
});
