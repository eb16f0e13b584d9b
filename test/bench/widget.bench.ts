// What the widget costs a host page, in a real browser: bytes, time to the first number, time from a message on the socket to
// the painted frame, scripting per update, and memory after many.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser } from '../harness/browser.ts';
import { useBurst } from '../harness/burst.ts';
import { embed, hostCampaign, openHost } from '../harness/host.ts';
import { useServer } from '../harness/server.ts';
import { useSite } from '../harness/site.ts';
import { percentile } from './figures.ts';

const PAGES = 20;
const UPDATES = 150;
const MANY_UPDATES = 100_000;
const DIST = join(import.meta.dirname, '../../widget/dist');

const server = useServer();
const site = useSite();
const browser = useBrowser();
const burst = useBurst();

test.each([
  ['script', 'script/campaign-analytics.js', 18_000],
  ['element', 'element/index.js', 18_000],
  ['React', 'react/index.js', 6_000],
])('bytes of the %s face', (name, path, most) => {
  const code = readFileSync(join(DIST, path));
  const brotli = brotliCompressSync(code).length;
  console.log(`${name}: ${gzipSync(code, { level: 9 }).length} B gzip, ${brotli} B brotli (must ${most})`);
  expect(brotli).toBeLessThanOrEqual(most);
});

test('from the script to the first number', async () => {
  const campaign = await hostCampaign(server);
  const { token } = await campaign.issue();
  const times: { fromStart: number; fromScript: number }[] = [];
  for (let index = 0; index < PAGES; index++) {
    const { page } = await openHost(
      browser,
      site,
      `<script>addEventListener('ready', () => {
         const now = performance.now();
         const [script] = performance.getEntriesByType('resource').filter(({ name }) => name.includes('/widget/'));
         window.times = { fromStart: now, fromScript: now - script.responseEnd };
       })</script>${embed(server.url, `campaign-id="${campaign.campaignId}" token="${token}"`)}`,
    );
    await page.waitForFunction('window.times');
    times.push(await page.evaluate('window.times'));
    await page.context().close();
  }
  const of = (name: 'fromStart' | 'fromScript', part: number): number =>
    percentile(
      times.map((each) => each[name]),
      part,
    );
  console.log(
    `first number, ${PAGES} pages: after the script has arrived p50 ${of('fromScript', 50)} ms, p95 ${of('fromScript', 95)} ms; after the navigation began p50 ${of('fromStart', 50)} ms, p95 ${of('fromStart', 95)} ms`,
  );
});

/** Milliseconds that the page's main thread spent on scripts, so far. */
async function scripting(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1_000 * (metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? Number.NaN);
  };
}

test.each([1, 10, 50])('from a message on the socket to the painted frame, %i elements', async (count) => {
  const campaign = await hostCampaign(server);
  const { token } = await campaign.issue();
  const { page, shows } = await openHost(
    browser,
    site,
    Array.from({ length: count }, (_, index) =>
      embed(server.url, `campaign-id="${campaign.campaignId}" token="${token}"`, `n${index}`),
    ).join(''),
    (blank) =>
      blank.addInitScript(() => {
        const latencies: number[] = [];
        let arrivedMs = 0;
        Object.assign(window, {
          latencies,
          WebSocket: class extends WebSocket {
            constructor(...args: ConstructorParameters<typeof WebSocket>) {
              super(...args);
              this.addEventListener('message', () => {
                arrivedMs ||= performance.now();
              });
            }
          },
        });
        const painted = new MessageChannel();
        painted.port1.onmessage = () => {
          if (arrivedMs) latencies.push(performance.now() - arrivedMs);
          arrivedMs = 0;
        };
        // In the frame already: the message's turn comes once it is painted. The first one's counts.
        document.addEventListener('update', () => painted.port2.postMessage(0));
      }),
  );
  for (const id of [0, count - 1]) await shows('1 / 1', `n${id}`);
  const spent = await scripting(page);
  const before = await spent();
  await page.evaluate('latencies.length = 0');
  for (let update = 2; update <= UPDATES; update++) {
    await campaign.send();
    await page.waitForFunction(
      ([id, text]) =>
        document
          .getElementById(id)
          ?.shadowRoot?.querySelector('[data-box="initialsSent"]')
          ?.textContent?.includes(text),
      [`n${count - 1}`, `${update} / `] as const,
      { polling: 'raf' },
    );
  }
  const after = await spent();
  const latencies = (await page.evaluate('latencies')) as number[];
  console.log(
    `${count} elements, ${UPDATES - 1} updates: message to painted frame p50 ${percentile(latencies, 50)} ms, p95 ${percentile(latencies, 95)} ms; scripting ${((after - before) / (UPDATES - 1) / count).toFixed(2)} ms per update and element`,
  );
});

test(`memory after ${MANY_UPDATES} updates`, async () => {
  const { page, shows } = await openHost(
    browser,
    site,
    embed(server.url, `campaign-id="burst" token="t" endpoint="${burst.url}"`),
  );
  await shows('0 / ');
  const session = await page.context().newCDPSession(page);
  const heap = async (): Promise<number> => {
    await page.evaluate('for (const list of Object.values(told)) list.length = 0');
    await session.send('HeapProfiler.collectGarbage');
    return (await session.send('Runtime.getHeapUsage')).usedSize / 1e6;
  };
  const sendUntil = async (total: number): Promise<number> => {
    while (burst.sent < total) {
      burst.send(1_000);
      await shows(burst.sent.toLocaleString('en'));
    }
    return heap();
  };
  const early = await sendUntil(5_000);
  const late = await sendUntil(MANY_UPDATES);
  console.log(
    `heap: ${early.toFixed(2)} MB after 5,000 updates, ${late.toFixed(2)} MB after ${MANY_UPDATES}`,
  );
  expect(late - early).toBeLessThan(1);
});
