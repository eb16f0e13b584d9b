// One suite for every face: the built script, whose components run on Preact, and the built package on React 19 and 18
// with Apollo Client. Each is opened in a page of another origin and reads a real server; the suite sees the page alone.
import { IssueEmbedTokenDocument, RevokeEmbedTokenDocument } from '@campaign-analytics/schema/graphql';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { useBrowser } from './harness/browser.ts';
import { bundle } from './harness/bundle.ts';
import { useBurst } from './harness/burst.ts';
import { createCampaign, message, phone, record, reply } from './harness/campaign.ts';
import { type TestAccount, useServer } from './harness/server.ts';
import { useSite } from './harness/site.ts';

const server = useServer();
const site = useSite();
const browser = useBrowser();
const burst = useBurst();

interface Place {
  readonly campaignId: string;
  readonly token: string;
}

/** Puts a page of this face on the site. @returns its address. */
type Put = (place: Place) => Promise<string>;

const script: Put = async ({ campaignId, token }) =>
  site.put(
    `/${campaignId}.html`,
    `<!doctype html><html lang="en"><title>A host</title>
     <script type="module" src="${server.url}/widget/campaign-analytics.js"></script>
     <campaign-analytics class="analytics" campaign-id="${campaignId}" token="${token}"></campaign-analytics>`,
  );

const react =
  (major: 18 | 19): Put =>
  async ({ campaignId, token }) => {
    const edit = (example: string): string =>
      example
        .replaceAll('ws://localhost:4000', server.url.replace('http', 'ws'))
        .replaceAll('my-campaign', campaignId)
        .replaceAll('TOKEN', token);
    const code = await bundle('react-app.tsx', { react: major, isDevelopment: true, edit });
    site.put(`/${campaignId}.js`, `${code}\nmount();`);
    return site.put(
      `/${campaignId}.html`,
      `<!doctype html><html lang="en"><title>A host</title><div id="root"></div>
       <script type="module" src="/${campaignId}.js"></script>`,
    );
  };

interface Opened extends Place {
  readonly api: TestAccount;
  readonly id: string;
  readonly page: Page;
  readonly faults: string[];
}

async function open(put: Put): Promise<Opened> {
  const api = await server.account();
  const campaignId = await createCampaign(api);
  const { createEmbedToken } = await api.ask(IssueEmbedTokenDocument, {
    input: { campaignIds: [campaignId] },
  });
  const { page, faults } = await browser.open();
  await page.goto(await put({ campaignId, token: createEmbedToken.token }));
  await toShow(page, '0 / 0', '0', '0', '—', '—', '0', '0', '0');
  return { api, campaignId, page, faults, ...createEmbedToken };
}

const boxes = (page: Page) => page.locator('.analytics');
const toShow = (page: Page, ...values: string[]): Promise<void> =>
  expect
    .poll(() => boxes(page).locator('[part="value"]').allInnerTexts(), { timeout: 10_000, interval: 20 })
    .toEqual(values);
const toSay = (page: Page, status: string): Promise<void> =>
  expect.poll(() => boxes(page).getByRole('status').innerText(), { timeout: 10_000 }).toBe(status);

describe.each([
  { face: 'the script', put: script },
  { face: 'React 19', put: react(19) },
  { face: 'React 18', put: react(18) },
])('$face', ({ put }) => {
  test('shows the eight boxes in their order, and each message as it is recorded', async () => {
    const { api, campaignId, page, faults } = await open(put);
    expect(await boxes(page).locator('[part="label"]').allInnerTexts()).toEqual([
      ...['Initials Sent', 'Segments', 'Replies', 'Reply %', 'Senders:Contacts'],
      ...['Auto Opt Outs', 'Manual Opt Outs', 'Total Opt Outs'],
    ]);
    await record(api, message(campaignId, { contact: phone(0) }), message(campaignId, { contact: phone(1) }));
    await toShow(page, '2 / 2', '2', '0', '0%', '—', '0', '0', '0');
    await record(api, reply(campaignId, { contact: phone(0), body: 'STOP' }));
    await toShow(page, '2 / 2', '2', '1', '50%', '—', '1', '0', '1');
    await toSay(page, 'Live');
    expect(faults).toEqual([]);
  });

  test('keeps a definition open while its numbers move', async () => {
    const { api, campaignId, page } = await open(put);
    await record(api, message(campaignId, { contact: phone(0) }), message(campaignId, { contact: phone(1) }));
    await toShow(page, '2 / 2', '2', '0', '0%', '—', '0', '0', '0');
    await boxes(page).getByRole('button', { name: 'Reply %' }).click();
    const definition = boxes(page).locator('[popover]:popover-open [part="basis"]');
    expect(await definition.innerText()).toBe('0 of 2 conversations whose initial was sent');
    await record(api, reply(campaignId, { contact: phone(0) }));
    await expect
      .poll(() => definition.innerText(), { timeout: 10_000 })
      .toBe('1 of 2 conversations whose initial was sent');
  });

  test('holds its numbers still from "Pause" to "Resume", with the focus where it was', async () => {
    const { api, campaignId, page } = await open(put);
    await boxes(page).getByRole('button', { name: 'Pause' }).press('Enter');
    await toSay(page, 'Updates paused');
    await record(api, message(campaignId, { contact: phone(0) }));
    const resume = boxes(page).getByRole('button', { name: 'Resume' });
    expect(await resume.evaluate((button) => button.matches(':focus'))).toBe(true);
    await toShow(page, '0 / 0', '0', '0', '—', '—', '0', '0', '0');
    await resume.press('Enter');
    await toShow(page, '1 / 1', '1', '0', '0%', '—', '0', '0', '0');
    await toSay(page, 'Live');
  });

  test('takes the numbers off the page when the token is revoked, paused or not', async () => {
    const { api, id, campaignId, page } = await open(put);
    await record(api, message(campaignId, { contact: phone(0) }));
    await toShow(page, '1 / 1', '1', '0', '0%', '—', '0', '0', '0');
    await boxes(page).getByRole('button', { name: 'Pause' }).click();
    await api.ask(RevokeEmbedTokenDocument, { id });
    await toSay(page, 'Access to these numbers has ended.');
    await toShow(page, ...Array<string>(8).fill(''));
  });
});

describe.each([19, 18] as const)('React %i', (major) => {
  test('single boxes share one subscription, which ends when they leave the page', async () => {
    const api = await server.account();
    const campaignId = await createCampaign(api);
    const { createEmbedToken } = await api.ask(IssueEmbedTokenDocument, {
      input: { campaignIds: [campaignId] },
    });
    const { page, faults } = await browser.open();
    const told: { type: string; id: string }[] = [];
    page.on('websocket', (socket) =>
      socket.on('framesent', ({ payload }) => told.push(JSON.parse(String(payload)))),
    );
    await page.goto(await react(major)({ campaignId, token: createEmbedToken.token }));
    expect(await page.evaluate(() => (window as unknown as { reactVersion: string }).reactVersion)).toMatch(
      new RegExp(`^${major}\\.`),
    );
    const own = page.locator('header [part="value"]');
    await expect.poll(() => own.allInnerTexts(), { timeout: 10_000 }).toEqual(['0 / 0', '—']);
    await record(api, message(campaignId, { contact: phone(0) }));
    await expect.poll(() => own.allInnerTexts(), { timeout: 10_000 }).toEqual(['1 / 1', '0%']);
    await page.locator('header').getByRole('button', { name: 'Pause' }).click();
    await expect.poll(() => page.locator('header').getByRole('status').innerText()).toBe('Updates paused');
    expect(await boxes(page).getByRole('status').innerText()).toBe('Live');
    const idsOf = (type: string): string[] => told.filter((each) => each.type === type).map(({ id }) => id);
    // Apollo Client makes one of the two providers' as well; StrictMode begins it twice and ends the first.
    const standing = (): number => new Set(idsOf('subscribe')).size - new Set(idsOf('complete')).size;
    expect(standing()).toBe(1);
    await page.evaluate(() => (window as unknown as { unmount(): void }).unmount());
    await expect.poll(standing).toBe(0);
    expect(faults).toEqual([]);
  });
});

test('a React host has its language, its numbers, its theme, and may answer for a box itself', async () => {
  site.put('/options.js', await bundle('react-options.tsx'));
  const { page, faults } = await browser.open();
  await page.goto(
    site.put(
      '/options.html',
      `<!doctype html><html lang="en" data-endpoint="${burst.url.replace('http', 'ws')}"><title>A host</title>
       <div id="root"></div><script type="module" src="/options.js"></script>`,
    ),
  );
  await expect
    .poll(() => page.locator('[data-box="initialsSent"]').innerText(), { timeout: 10_000 })
    .toBe('0 / 1.000.000');
  expect((await page.locator('[part="label"]').allInnerTexts()).slice(0, 3)).toEqual([
    ...['Iniciales enviados', 'Segmentos', 'Contestaciones'],
  ]);
  expect(await page.locator('section').getAttribute('lang')).toBe('es');
  expect(await page.locator('section').evaluate((section) => getComputedStyle(section).colorScheme)).toBe(
    'dark',
  );
  const opened = page.locator('[popover]:popover-open');
  await page.getByRole('button', { name: 'Segmentos' }).click();
  expect(await opened.count()).toBe(0);
  await page.getByRole('button', { name: 'Contestaciones' }).click();
  expect(await opened.count()).toBe(1);
  const asked = await page.evaluate(
    () => (window as unknown as { asked: [string, { conversations: number }][] }).asked,
  );
  expect(asked.map(([box, snapshot]) => [box, snapshot.conversations])).toEqual([
    ['segments', 1_000_000],
    ['replies', 1_000_000],
  ]);
  expect(faults).toEqual([]);
});
