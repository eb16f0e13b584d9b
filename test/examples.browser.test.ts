// The example files for pages without React, opened as they are on a foreign site.
import { expect, test } from 'vitest';
import { useBrowser } from './harness/browser.ts';
import { example } from './harness/examples.ts';
import { hostCampaign } from './harness/host.ts';
import { useServer } from './harness/server.ts';
import { useSite } from './harness/site.ts';

const server = useServer();
const site = useSite();
const browser = useBrowser();

test('plain HTML shows the boxes', async () => {
  const { campaignId, issue } = await hostCampaign(server);
  const { page, faults } = await browser.open();
  const { token } = await issue();
  await page.goto(site.put('/plain.html', example('plain-html.html', server.url, campaignId, token)));
  await expect.poll(() => page.locator('[data-box="initialsSent"]').textContent()).toContain('1 / 1');
  expect(faults).toEqual([]);
});

test('a page that swaps its content shows the boxes of what it shows, and leaves no socket behind', async () => {
  const [one, other] = [await hostCampaign(server), await hostCampaign(server)];
  await other.send();
  const { page, faults } = await browser.open();
  const open = new Set<unknown>();
  page.on('websocket', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  await page.route('**/analytics-token?campaign=*', async (route) => {
    const id = new URL(route.request().url()).searchParams.get('campaign');
    const { token } = await (id === one.campaignId ? one : other).issue();
    await route.fulfill({ json: { token } });
  });
  const text = example('page-swap.html', server.url, one.campaignId).replace(
    'my-other-campaign',
    other.campaignId,
  );
  await page.goto(site.put('/swap.html', text));
  const box = page.locator('[data-box="initialsSent"]');
  await expect.poll(() => box.textContent()).toContain('1 / 1');
  await page.getByText('My other campaign').click();
  await expect.poll(() => box.textContent()).toContain('2 / 2');
  await page.getByText('My campaign').click();
  await expect.poll(() => box.textContent()).toContain('1 / 1');
  await expect.poll(() => open.size).toBe(1);
  await page.locator('main').evaluate((main) => main.replaceChildren());
  await expect.poll(() => open.size).toBe(0);
  expect(faults).toEqual([]);
});

test('an iframe shows the boxes at the height that they need, whatever its width', async () => {
  const { campaignId, issue, send } = await hostCampaign(server);
  const { page, faults } = await browser.open();
  const { token } = await issue();
  await page.goto(site.put('/iframe.html', example('iframe.html', server.url, campaignId, token)));
  const frame = page.frameLocator('iframe');
  const box = frame.locator('[data-box="initialsSent"]');
  await expect.poll(() => box.textContent()).toContain('1 / 1');
  await send();
  await expect.poll(() => box.textContent()).toContain('2 / 2');
  const heights = async () => {
    const outer = await page.locator('iframe').evaluate((each) => each.clientHeight);
    const inner = await frame.locator('html').evaluate((html) => html.scrollHeight);
    return [outer - inner, outer] as const;
  };
  await expect.poll(async () => (await heights())[0]).toBe(0);
  const [, wide] = await heights();
  await page.setViewportSize({ width: 390, height: 700 });
  await expect.poll(async () => (await heights())[1]).toBeGreaterThan(wide);
  await expect.poll(async () => (await heights())[0]).toBe(0);
  expect(faults).toEqual([]);
});

test("the page for an iframe takes theme and language from its query, and follows the reader's scheme if asked to", async () => {
  const { campaignId, issue } = await hostCampaign(server);
  const { page, faults } = await browser.open();
  const address = `${server.url}/embed/campaigns/${campaignId}?token=${(await issue()).token}`;
  const open = async (query: string) => {
    await page.goto(address + query);
    await page.locator('[data-box="initialsSent"]', { hasText: '1' }).waitFor();
    return page.evaluate(() => [
      document.querySelector('campaign-analytics')?.getAttribute('theme'),
      document.querySelector('campaign-analytics')?.getAttribute('lang'),
      getComputedStyle(document.documentElement).colorScheme,
    ]);
  };
  expect(await open('')).toEqual([null, null, 'normal']);
  expect(await open('&theme=dark&lang=fr')).toEqual(['dark', 'fr', 'normal']);
  expect(await open('&theme=auto')).toEqual(['auto', null, 'light dark']);
  expect(faults).toEqual([]);
});
