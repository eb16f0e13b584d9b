// What the console costs who opens it, in a real browser: bytes as they are sent, and the time from the navigation to the
// first numbers of the list and of Campaign Details.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateCampaignDocument } from '@campaign-analytics/schema/graphql';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser } from '../harness/browser.ts';
import { addContacts, message, phone, record } from '../harness/campaign.ts';
import { openConsole } from '../harness/console.ts';
import { useServer } from '../harness/server.ts';
import { percentile } from './figures.ts';

const VISITS = 10;
const CAMPAIGNS = 200;
const ASSETS = join(import.meta.dirname, '../../widget/dist/console/assets');

const server = useServer();
const browser = useBrowser();

test('bytes of the first load and of each page', () => {
  const sizes = readdirSync(ASSETS)
    .filter((name) => name.endsWith('.br'))
    .map(
      (name) =>
        [name.replace(/-[\w-]{8}(\.\w+)\.br$/, '$1'), readFileSync(join(ASSETS, name)).length] as const,
    );
  for (const [name, bytes] of sizes) console.log(`${name}: ${bytes} B brotli`);
  expect(sizes.find(([name]) => name === 'index.js')?.[1]).toBeLessThanOrEqual(120_000);
});

/** What the page's requests have sent, in bytes, bodies only. */
const sent = (page: Page): Promise<number> =>
  page.evaluate(() =>
    (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
      .filter(({ name }) => name.includes('/assets/'))
      .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
  );

test.each([
  [`the list of ${CAMPAIGNS}`, '/', 'tbody tr'],
  ['Campaign Details, its boxes', '/campaigns/c0', 'campaign-analytics [part="value"]'],
  ['Campaign Details, its chart', '/campaigns/c0', '.chart-bars'],
])('from the navigation to the first numbers of %s', async (name, path, selector) => {
  const api = await server.account();
  for (let index = 0; index < CAMPAIGNS; index++)
    await api.ask(CreateCampaignDocument, { input: { id: `c${index}`, name: `Campaign ${index}` } });
  await addContacts(api, 'c0', 9);
  await record(api, ...[0, 1, 2].map((index) => message('c0', { contact: phone(index) })));
  const { page } = await openConsole(browser, server.url, api.key, path);
  const session = await page.context().newCDPSession(page);
  const times: number[] = [];
  let bytes = 0;
  for (let visit = 0; visit < VISITS; visit++) {
    await session.send('Network.clearBrowserCache');
    await page.goto(server.url + path);
    await page.locator(selector).first().waitFor();
    times.push(await page.evaluate(() => performance.now()));
    bytes = await sent(page);
  }
  console.log(
    `${name}: p50 ${percentile(times, 50)} ms, p95 ${percentile(times, 95)} ms after the navigation, cache empty, ${bytes} B of scripts and styles`,
  );
});
