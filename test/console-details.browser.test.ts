// Campaign Details in a real Chromium: what stands on the page is what the API says, and goes on saying.
import {
  CampaignBreakdownDocument,
  type CampaignBreakdownQuery,
  SetCampaignStatusDocument,
  UpdateCampaignDocument,
} from '@campaign-analytics/schema/graphql';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser } from './harness/browser.ts';
import {
  addContacts,
  addSenders,
  at,
  boxes,
  createCampaign,
  message,
  phone,
  record,
  recordOptOuts,
  recordStatuses,
  reply,
} from './harness/campaign.ts';
import { openConsole } from './harness/console.ts';
import { eventually } from './harness/deadline.ts';
import { type TestAccount, useServer } from './harness/server.ts';

const SOON = { timeout: 10_000 };
const HOUR_S = 3_600;

const server = useServer();
const browser = useBrowser();

/** Three days of a campaign in New York: two senders, replies, opt-outs of both kinds, one failure with its code. */
async function campaignOfThreeDays(): Promise<{ api: TestAccount; id: string }> {
  const api = await server.account();
  const id = await createCampaign(api, 'three-days');
  await api.ask(UpdateCampaignDocument, { id, input: { timeZone: 'America/New_York' } });
  await addSenders(api, id, 'Ana', 'Ben');
  await addContacts(api, id, 9);
  const hours = [0, 0, 1, 3, 24, 25, 50];
  const senderOf = (index: number): string => (index % 3 === 0 ? 'Ben' : 'Ana');
  await record(
    api,
    ...hours.map((hour, index) =>
      message(id, {
        id: `m${index}`,
        contact: phone(index),
        senderId: senderOf(index),
        at: at(hour * HOUR_S),
      }),
    ),
    reply(id, { contact: phone(0), at: at(2 * HOUR_S) }),
    reply(id, { contact: phone(4), at: at(26 * HOUR_S), body: 'STOP' }),
  );
  await recordOptOuts(api, { campaignId: id, contact: phone(1), at: at(3 * HOUR_S) });
  await recordStatuses(api, { id: 'm6', status: 'UNDELIVERED', errorCode: '30005', at: at(51 * HOUR_S) });
  return { api, id };
}

type Breakdown = NonNullable<CampaignBreakdownQuery['campaignBreakdown']>;
const settled = (api: TestAccount, campaignId: string, interval: 'HOUR' | 'DAY'): Promise<Breakdown> =>
  eventually(
    async () =>
      (await api.ask(CampaignBreakdownDocument, { campaignId, interval })).campaignBreakdown as Breakdown,
    (breakdown) => breakdown.isSettled,
  );

const open = (api: TestAccount, id: string, query = '') =>
  openConsole(browser, server.url, api.key, `/campaigns/${id}${query}`);
const chartOf = (page: Page) => page.getByRole('slider');
/** The cells of each row below the head. */
const rowsOf = (page: Page, table: string): Promise<string[][]> =>
  page
    .getByRole('region', { name: table })
    .locator('tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) => [...row.children].map((cell) => cell.firstChild?.textContent?.trim() ?? '')),
    );

test.each(['HOUR', 'DAY'] as const)(
  'by the %s, the chart and its table hold the numbers of the API',
  async (interval) => {
    const { api, id } = await campaignOfThreeDays();
    const { activity } = await settled(api, id, interval);
    const { page, faults } = await open(api, id, interval === 'DAY' ? '?by=day' : '');
    const { initialsSent, replies, totalOptOuts } = await boxes(api, id);
    await expect
      .poll(() => chartOf(page).getAttribute('aria-valuetext'), SOON)
      .toContain(`: Initials sent ${initialsSent}, Replies ${replies}, Opt outs ${totalOptOuts}`);
    await chartOf(page).press('Home');
    const [first] = activity;
    expect(await chartOf(page).getAttribute('aria-valuetext')).toBe(
      `Mon, Nov 2, 2026${interval === 'HOUR' ? ', 12 PM' : ''}: Initials sent ${first?.initialsSent}, Replies ${first?.replies}, Opt outs ${(first?.autoOptOuts ?? 0) + (first?.manualOptOuts ?? 0)}`,
    );
    await page.getByText('Table', { exact: true }).click();
    await expect.poll(() => rowsOf(page, 'Numbers over time'), SOON).toHaveLength(activity.length + 1);
    const [sums, ...rows] = await rowsOf(page, 'Numbers over time');
    expect(rows.map(([, ...numbers]) => numbers.map(Number)).reverse()).toEqual(
      activity.map((point) => [point.initialsSent, point.replies, point.autoOptOuts, point.manualOptOuts]),
    );
    expect(sums).toEqual(['All', '7', '2', '1', '1']);
    expect(new URL(page.url()).searchParams.get('view')).toBe('table');
    expect(faults()).toEqual([]);
  },
);

test('senders are sorted by each of their numbers, deliveries tell status and code', async () => {
  const { api, id } = await campaignOfThreeDays();
  const { senders, deliveries } = await settled(api, id, 'HOUR');
  const { page } = await open(api, id);
  await expect.poll(() => rowsOf(page, 'Senders'), SOON).toHaveLength(senders.length);
  const told = senders.map((each) => [
    each.name ?? 'Nobody',
    ...[each.assigned, each.messagesSent, each.replies, each.optOuts].map(String),
  ]);
  expect(await rowsOf(page, 'Senders')).toEqual(told);
  await page.getByRole('region', { name: 'Senders' }).getByRole('button', { name: 'Replies' }).click();
  await page.waitForURL(/senders=replies-desc$/);
  const byReplies = [...told].sort((one, other) => Number(other[3]) - Number(one[3])).map(([name]) => name);
  expect((await rowsOf(page, 'Senders')).map(([name]) => name)).toEqual(byReplies);
  expect((await rowsOf(page, 'Deliveries')).map((row) => row.slice(0, 3))).toEqual(
    deliveries.map(({ status, errorCode, messages }) => [
      `${status.charAt(0)}${status.slice(1).toLowerCase()}`,
      errorCode ?? '—',
      String(messages),
    ]),
  );
});

test('the chart goes on by itself at its right edge', async () => {
  const api = await server.account();
  const id = await createCampaign(api);
  await addContacts(api, id, 3);
  const { page, faults } = await open(api, id);
  await page.getByRole('heading', { name: 'Nothing has happened yet' }).waitFor();
  const sendNow = (index: number) =>
    record(api, message(id, { contact: phone(index), at: new Date().toISOString() }));
  await sendNow(0);
  await expect.poll(() => chartOf(page).getAttribute('aria-valuetext'), SOON).toContain('Initials sent 1');
  await sendNow(1);
  await expect.poll(() => chartOf(page).getAttribute('aria-valuetext'), SOON).toContain('Initials sent 2');
  await expect.poll(() => page.getByText('all initials are sent by').count(), SOON).toBe(1);
  expect(faults()).toEqual([]);
});

test('a campaign that is paused or archived says so in words, one that is gone is not there', async () => {
  const { api, id } = await campaignOfThreeDays();
  const { page } = await open(api, id);
  await api.ask(SetCampaignStatusDocument, { id, status: 'PAUSED' });
  await expect.poll(() => page.getByText('Paused: nobody sends for now.').count(), SOON).toBe(1);
  await api.ask(SetCampaignStatusDocument, { id, status: 'ARCHIVED' });
  await expect.poll(() => page.getByText('Archived: it has ended for good.').count(), SOON).toBe(1);
  await page.goto(`${server.url}/campaigns/nothing%20here`);
  await page.getByRole('heading', { name: 'There is no such campaign' }).waitFor();
});

test('it leads to the exports of the campaign', async () => {
  const { api, id } = await campaignOfThreeDays();
  const { page } = await open(api, id);
  const hrefOf = (name: string) => page.getByRole('link', { name }).getAttribute('href');
  expect(await hrefOf('Export messages')).toBe(`/exports?campaign=${id}&kind=MESSAGES`);
  expect(await hrefOf('Export conversations')).toBe(`/exports?campaign=${id}&kind=CONVERSATIONS`);
});
