// How long a recorded message takes to the text of a box in a real browser, with a thousand other readers of its campaign.
// Measured from the row's own `updatedAt`, taken before the commit, on the one clock of this machine.
import { IssueEmbedTokenDocument, WatchCampaignAnalyticsDocument } from '@campaign-analytics/schema/graphql';
import { print } from 'graphql';
import { createClient } from 'graphql-ws';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openApi } from '../harness/api.ts';
import { useBrowser } from '../harness/browser.ts';
import { boxes, createCampaign, message, phone, record } from '../harness/campaign.ts';
import { useProcesses } from '../harness/process.ts';
import { useServer } from '../harness/server.ts';
import { useSite } from '../harness/site.ts';
import { percentile } from './figures.ts';

const MESSAGES = 200;

// Only its accounts and database are used: the server that is measured is a process of its own.
const home = useServer();
const start = useProcesses();
const site = useSite();
const browser = useBrowser();

test.each([0, 1_000])('commit to the text in the browser beside %i other readers', async (readers) => {
  const { url } = await start(home.database.url);
  const { key } = await home.account();
  const api = openApi(url, key);
  const campaignId = await createCampaign(api);
  const { createEmbedToken } = await api.ask(IssueEmbedTokenDocument, {
    input: { campaignIds: [campaignId] },
  });
  const clients = Array.from({ length: readers }, () =>
    createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      lazy: true,
      connectionParams: { authorization: `Bearer ${key}` },
    }),
  );
  const query = print(WatchCampaignAnalyticsDocument);
  await Promise.all(
    clients.map(
      (client) =>
        new Promise<void>((resolve, reject) => {
          client.subscribe(
            { query, variables: { campaignId } },
            { next: () => resolve(), error: reject, complete() {} },
          );
        }),
    ),
  );

  const { page } = await browser.open();
  await page.goto(
    site.put(
      '/host.html',
      `<!doctype html><script type="module" src="${url}/widget/campaign-analytics.js"></script>
       <campaign-analytics campaign-id="${campaignId}" token="${createEmbedToken.token}"></campaign-analytics>`,
    ),
  );
  const segments = page.locator('[data-box="segments"]');
  await expect.poll(() => segments.innerText()).toBe('0');
  await segments.evaluate((box) => {
    const seen = new Map<string, number>();
    Object.assign(window, { seen });
    new MutationObserver(() => {
      const text = (box as HTMLElement).textContent;
      if (!seen.has(text)) seen.set(text, performance.timeOrigin + performance.now());
    }).observe(box, { childList: true, characterData: true, subtree: true });
  });

  const committedMs = new Map<string, number>();
  for (let count = 1; count <= MESSAGES; count++) {
    await record(api, message(campaignId, { contact: phone(count % 100) }));
    await expect.poll(() => segments.innerText(), { interval: 5, timeout: 5_000 }).toBe(String(count));
    committedMs.set(String(count), Date.parse((await boxes(api, campaignId)).updatedAt));
  }
  const seen = await page.evaluate(() => [...(window as unknown as { seen: Map<string, number> }).seen]);
  const latencies = seen.map(([text, ms]) => ms - (committedMs.get(text) ?? Number.NaN));
  expect(latencies.length).toBe(MESSAGES);
  console.log(
    `latency, ${readers} other readers, ${MESSAGES} messages: p50 ${percentile(latencies, 50)} ms, p95 ${percentile(latencies, 95)} ms (must 150, aim 50)`,
  );
  await Promise.all(clients.map((client) => client.dispose()));
});
