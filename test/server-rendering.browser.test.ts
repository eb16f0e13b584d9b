// Numbers in the HTML of a server: by React's own renderer on 19 and 18, and by `renderSnapshot` for servers without React.
import { runInThisContext } from 'node:vm';
import { IssueEmbedTokenDocument } from '@campaign-analytics/schema/graphql';
import type { Snapshot } from '@campaign-analytics/widget';
import { renderSnapshot } from '@campaign-analytics/widget/server';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { useBrowser } from './harness/browser.ts';
import { bundle } from './harness/bundle.ts';
import { createCampaign, message, phone, record } from './harness/campaign.ts';
import { useServer } from './harness/server.ts';
import { useSite } from './harness/site.ts';

const server = useServer();
const site = useSite();
const browser = useBrowser();

interface Host {
  readSnapshot(campaignId: string): Promise<Snapshot>;
  page(snapshot: Snapshot): string;
  skeleton(): string;
}

/** A host's server on this React, with this key. */
async function openHost(react: 18 | 19, key: string): Promise<Host> {
  const edit = (example: string): string =>
    example.replaceAll('http://localhost:4000', server.url).replaceAll('API_KEY', key);
  const code = await bundle('react-server.tsx', { react, isDevelopment: true, edit });
  runInThisContext(`(() => {${code}})()`);
  return (globalThis as unknown as { host: Host }).host;
}

async function prepare() {
  const api = await server.account();
  const campaignId = await createCampaign(api);
  await record(api, message(campaignId, { contact: phone(0) }));
  const { createEmbedToken } = await api.ask(IssueEmbedTokenDocument, {
    input: { campaignIds: [campaignId] },
  });
  return { api, campaignId, token: createEmbedToken.token };
}

/** What the page shows at each frame from its very beginning on, and how far anything moved. */
const watch = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    const seen: string[] = [];
    const shifts: number[] = [];
    Object.assign(window, { seen, shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
    }).observe({ type: 'layout-shift', buffered: true });
    const look = (): void => {
      const roots = [...document.querySelectorAll('*')].flatMap(({ shadowRoot }) => shadowRoot ?? []);
      const values = roots.flatMap((root) => [
        ...root.querySelectorAll<HTMLElement>('[data-box="initialsSent"]'),
      ]);
      const text = values.map((value) => value.innerText).join(' and ');
      if (values.length > 0 && text !== seen.at(-1)) seen.push(text);
      requestAnimationFrame(look);
    };
    look();
  });

const seen = (page: Page) =>
  page.evaluate(() => {
    const { seen, shifts } = window as unknown as { seen: string[]; shifts: number[] };
    return { seen, shifts };
  });

/** What a reader without scripts has. */
async function still(address: string): Promise<{ values: string[]; updated: string }> {
  const { page } = await browser.open({ javaScriptEnabled: false });
  await page.goto(address);
  const values = await page.locator('[part="value"]').allInnerTexts();
  return { values, updated: await page.locator('[part="updated"]').innerText() };
}

describe.each([19, 18] as const)('React %i', (react) => {
  test('has the numbers in its HTML, and hydrates them without a warning, a shift or a blank', async () => {
    const { api, campaignId, token } = await prepare();
    const host = await openHost(react, api.key);
    const snapshot = await host.readSnapshot(campaignId);
    const client = await bundle('react-hydrate.tsx', { react, isDevelopment: true });
    site.put('/hydrate.js', client);
    const data = JSON.stringify({ url: `${server.url.replace('http', 'ws')}/graphql`, token, snapshot });
    const address = site.put(
      '/react.html',
      `<!doctype html><html lang="en"><title>A host</title><div id="root">${host.page(snapshot)}</div>
       <script type="application/json" id="data">${data}</script><script type="module" src="/hydrate.js"></script>`,
    );
    const html = await still(address);
    expect(html.values).toEqual(['1 / 1', '1', '0', '0%', '—', '0', '0', '0']);
    expect(html.updated).toMatch(/^Updated .* UTC$/);

    const { page, faults } = await browser.open();
    await watch(page);
    await page.goto(address);
    await expect.poll(() => page.getByRole('status').innerText(), { timeout: 10_000 }).toBe('Live');
    await record(api, message(campaignId, { contact: phone(1) }));
    await expect.poll(() => seen(page).then((all) => all.seen.at(-1)), { timeout: 10_000 }).toBe('2 / 2');
    expect(await seen(page)).toEqual({ seen: ['1 / 1', '2 / 2'], shifts: [] });
    expect(await page.locator('style').count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test('has a skeleton in its HTML where it was given no numbers', async () => {
    const { key } = await server.account();
    const html = (await openHost(react, key)).skeleton();
    expect(html.match(/part="box"/g)).toHaveLength(8);
    expect(html).not.toContain('part="updated"');
  });
});

test('`renderSnapshot` gives HTML that needs no script, and the element takes it over without a shift or a blank', async () => {
  const { api, campaignId, token } = await prepare();
  const host = await openHost(19, api.key);
  const snapshot = await host.readSnapshot(campaignId);
  const html = renderSnapshot(snapshot, { locale: 'en', theme: 'light', attributes: { token } });
  const address = site.put(
    '/snapshot.html',
    `<!doctype html><html lang="en"><title>A host</title>${html}
     <script type="module" src="${server.url}/widget/campaign-analytics.js"></script>`,
  );
  expect((await still(address)).values).toEqual(['1 / 1', '1', '0', '0%', '—', '0', '0', '0']);

  const { page, faults } = await browser.open();
  await watch(page);
  await page.goto(address);
  await expect.poll(() => page.getByRole('status').innerText(), { timeout: 10_000 }).toBe('Live');
  await record(api, message(campaignId, { contact: phone(1) }));
  await expect.poll(() => seen(page).then((all) => all.seen.at(-1)), { timeout: 10_000 }).toBe('2 / 2');
  expect(await seen(page)).toEqual({ seen: ['1 / 1', '2 / 2'], shifts: [] });
  const left = await page.evaluate(
    () => document.querySelector('campaign-analytics')?.shadowRoot?.childElementCount,
  );
  expect(left).toBe(1);
  await page.getByRole('button', { name: 'Replies' }).click();
  expect(await page.locator('[popover]:popover-open').count()).toBe(1);
  expect(faults).toEqual([]);
});

test('nothing in a snapshot or an option becomes markup', async () => {
  const { page, faults } = await browser.open();
  const hostile = '"></template><script>throw new Error("ran")</script>';
  const snapshot = { ...(await aSnapshot()), campaignId: hostile };
  const messages = { replies: hostile, title: hostile };
  await page.goto(
    site.put(
      '/hostile.html',
      `<!doctype html><title>A host</title>${renderSnapshot(snapshot, { messages })}`,
    ),
  );
  expect(await page.getByRole('button', { name: hostile }).count()).toBe(1);
  expect(await page.locator('campaign-analytics').getAttribute('campaign-id')).toBe(hostile);
  expect(await page.locator('script').count()).toBe(0);
  expect(faults).toEqual([]);
});

async function aSnapshot(): Promise<Snapshot> {
  const { api, campaignId } = await prepare();
  return (await openHost(19, api.key)).readSnapshot(campaignId);
}
