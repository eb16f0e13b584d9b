// WCAG 2.2 AA over the console's list and Campaign Details, in both themes, on a screen and on a phone.
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { useBrowser } from './harness/browser.ts';
import {
  addContacts,
  addSenders,
  createCampaign,
  message,
  phone,
  record,
  reply,
} from './harness/campaign.ts';
import { openConsole } from './harness/console.ts';
import { type TestAccount, useServer } from './harness/server.ts';

const server = useServer();
const browser = useBrowser();
let api: TestAccount;

beforeAll(async () => {
  api = await server.account();
  await createCampaign(api, 'c');
  await createCampaign(api, 'empty');
  await addSenders(api, 'c', 'Ana', 'Ben');
  await addContacts(api, 'c', 6);
  const nowish = (index: number): string => new Date(Date.now() - (5 - index) * 3_600_000).toISOString();
  await record(
    api,
    ...[0, 1, 2, 3].map((index) =>
      message('c', { contact: phone(index), senderId: 'Ana', at: nowish(index) }),
    ),
    reply('c', { contact: phone(0), at: nowish(5) }),
  );
});

async function violationsOn(page: Page): Promise<{ id: string; targets: string[] }[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run();
    return violations.map(({ id, nodes }) => ({ id, targets: nodes.map(({ target }) => target.join(' ')) }));
  });
}

const PAGES = [
  ['the list', '/', 'tbody tr'],
  ['a list without a match', '/?search=none', '.notice'],
  ['Campaign Details', '/campaigns/c', '.chart-bars'],
  ['its table', '/campaigns/c?view=table&by=day', '.sum'],
  ['a campaign without a message', '/campaigns/empty', '.activity .notice'],
  ['no page', '/campaigns/none', '.notice'],
] as const;
const views = (['light', 'dark'] as const).flatMap((theme) =>
  [1280, 390].flatMap((width) => ({ theme, width })),
);

test.each(views)(
  'axe finds nothing, and nothing is wider than the window: $theme, $width px',
  async (view) => {
    const { page } = await openConsole(browser, server.url, api.key, '/', {
      colorScheme: view.theme,
      viewport: { width: view.width, height: 900 },
      reducedMotion: 'reduce',
    });
    for (const [name, path, selector] of PAGES) {
      await page.goto(server.url + path);
      await page.locator(selector).first().waitFor();
      if (path.startsWith('/campaigns/c'))
        await page.locator('campaign-analytics [part="value"]').first().waitFor();
      expect({ name, found: await violationsOn(page) }).toEqual({ name, found: [] });
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect({ name, width }).toEqual({ name, width: view.width });
    }
  },
  60_000,
);

test('everything on Campaign Details is reached by key, in the order in which it is read', async () => {
  const { page } = await openConsole(browser, server.url, api.key, '/campaigns/c');
  await page.locator('.chart-bars').first().waitFor();
  await page.locator('campaign-analytics [part="value"]').first().waitFor();
  const stops: string[] = [];
  await page.getByRole('link', { name: 'Skip to the page' }).focus();
  for (let stop = 0; stop < 40; stop++) {
    stops.push(
      await page.evaluate(() => {
        const active = document.activeElement;
        return active?.getAttribute('aria-label') ?? active?.textContent?.trim() ?? '';
      }),
    );
    await page.keyboard.press('Tab');
  }
  const order = [
    ...['Skip to the page', 'Exports', 'Export messages', 'Export conversations'],
    ...['Initials sent, replies and opt outs by the hour', 'Sender', 'Deliveries'],
  ];
  const places = order.map((name) => stops.indexOf(name));
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((one, other) => one - other));
});
