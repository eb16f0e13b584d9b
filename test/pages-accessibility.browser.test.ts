// WCAG by axe over exports, usage and opt-outs, with something on them, with nothing, and with their dialogs open: light and
// dark, on a desk and on a phone; and nothing wider than the screen.
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { createExport, exportOver } from './exports/exporting.ts';
import { violationsOn } from './harness/axe.ts';
import { useBrowser } from './harness/browser.ts';
import {
  addSenders,
  at,
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
let used: TestAccount;
let unused: TestAccount;

beforeAll(async () => {
  unused = await server.account();
  const { api, campaignId } = await startCampaign(server);
  used = api;
  await addSenders(api, campaignId, 'ana');
  await record(
    api,
    message(campaignId, { contact: phone(0), senderId: 'ana' }),
    message(campaignId, { contact: phone(1), mediaCount: 1, at: '2026-09-01T00:00:00Z' }),
    reply(campaignId, { contact: phone(0), body: 'STOP' }),
  );
  await recordOptOuts(
    api,
    { campaignId, contact: phone(1), source: 'MANUAL', senderId: 'ana', at: at(10) },
    { contact: phone(1), source: 'ACCOUNT', at: at(20) },
  );
  await exportOver(api, { kind: 'MESSAGES', campaignId });
  await exportOver(api, { kind: 'OPT_OUTS' });
  await createExport(api, {
    kind: 'CONVERSATIONS',
    from: '2026-11-01T00:00:00Z',
    to: '2026-12-01T00:00:00Z',
  });
});

const views = ['light', 'dark'].flatMap((scheme) => [1280, 390].map((width) => ({ scheme, width })));

describe.each(views)('$scheme, $width px', ({ scheme, width }) => {
  const open = async (api: TestAccount, path: string): Promise<Page> => {
    const options = {
      viewport: { width, height: 844 },
      colorScheme: scheme as 'light',
      reducedMotion: 'reduce' as const,
    };
    return (await openConsole(browser, server.url, api.key, path, options)).page;
  };
  const expectSound = async (page: Page): Promise<void> => {
    expect(await violationsOn(page)).toEqual([]);
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(beyond).toBeLessThanOrEqual(0);
  };

  test('exports: the list, a summary, the chooser', async () => {
    const page = await open(used, '/exports');
    await page.getByText(/^Equals the boxes/).click();
    await expectSound(page);
    await page.getByRole('combobox').click();
    await page.getByRole('option').first().waitFor();
    await expectSound(page);
    await page.getByRole('radio', { name: 'Whole account' }).check();
    await expectSound(page);
  });

  test('usage: the chart and the table', async () => {
    const page = await open(used, '/usage');
    await page.getByRole('row', { name: /November 2026/ }).waitFor();
    await expectSound(page);
  });

  test('opt-outs: the list, and each dialog', async () => {
    const page = await open(used, '/opt-outs');
    await page.getByText('and 1 earlier').click();
    await expectSound(page);
    for (const name of [`Remove ${phone(1)}`, 'Add numbers', 'Import a file']) {
      await page.getByRole('button', { name }).click();
      await page.getByRole('dialog').waitFor();
      await expectSound(page);
      await page.keyboard.press('Escape');
    }
  });

  test('an account in which nothing has happened yet', async () => {
    for (const path of ['/exports', '/usage', '/opt-outs']) {
      const page = await open(unused, path);
      await page.locator('.notice').waitFor();
      await expectSound(page);
    }
  });
});

test('at 320 px, as on a desk at four times the size, nothing is wider than the page', async () => {
  for (const path of ['/exports?of=account', '/usage', '/opt-outs']) {
    const { page } = await openConsole(browser, server.url, used.key, path, {
      viewport: { width: 320, height: 600 },
    });
    await page.locator('.export, .usage, .opt-outs').first().waitFor();
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect([path, beyond]).toEqual([path, 0]);
  }
});
