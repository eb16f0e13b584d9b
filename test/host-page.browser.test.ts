// The widget in pages of another origin, in a real Chromium: messages go in over the API, the text of the boxes changes.
import {
  AddContactsDocument,
  AddSendersDocument,
  DeleteCampaignDocument,
  IssueEmbedTokenDocument,
  RecordOptOutsDocument,
  RevokeEmbedTokenDocument,
} from '@campaign-analytics/schema/graphql';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser } from './harness/browser.ts';
import { at, createCampaign, message, phone, record, reply } from './harness/campaign.ts';
import { useServer } from './harness/server.ts';
import { useSite } from './harness/site.ts';

const LABELS = [
  'Initials Sent',
  'Segments',
  'Replies',
  'Reply %',
  'Senders:Contacts',
  'Auto Opt Outs',
  'Manual Opt Outs',
  'Total Opt Outs',
];

const server = useServer();
const site = useSite();
const browser = useBrowser();

/** A campaign of its own, with a token for it. */
async function prepare() {
  const api = await server.account();
  const campaignId = await createCampaign(api);
  const { createEmbedToken } = await api.ask(IssueEmbedTokenDocument, {
    input: { campaignIds: [campaignId] },
  });
  return { api, campaignId, ...createEmbedToken };
}

const plainPage = (element: string): string =>
  site.put(
    '/plain.html',
    `<!doctype html><title>A host</title>
     <script type="module" src="${server.url}/widget/campaign-analytics.js"></script>
     <campaign-analytics ${element}></campaign-analytics>`,
  );

const shown = (page: Page): Promise<string[]> =>
  page
    .locator('[part="value"]')
    .evaluateAll((values) => values.map((value) => (value as HTMLElement).innerText));

/** Settles when the boxes read like this. */
const toShow = (page: Page, ...values: string[]): Promise<void> =>
  expect.poll(() => shown(page), { timeout: 5_000, interval: 20 }).toEqual(values);

test('a plain page with one script and one element shows the boxes, and their text changes with each message', async () => {
  const { api, campaignId, token } = await prepare();
  const { page, faults } = await browser.open();
  await page.goto(plainPage(`campaign-id="${campaignId}" token="${token}"`));
  await toShow(page, '0 / 0', '0', '0', '—', '—', '0', '0', '0');
  expect(await page.locator('[part="label"]').allInnerTexts()).toEqual(LABELS);

  const contacts = Array.from({ length: 13 }, (_, index) => ({ phone: phone(index) }));
  await api.ask(AddContactsDocument, { campaignId, contacts });
  await api.ask(AddSendersDocument, { campaignId, senders: [{ id: 'ana', name: 'Ana' }] });
  await toShow(page, '0 / 13', '0', '0', '—', '1:13', '0', '0', '0');

  await record(api, ...contacts.slice(0, 8).map((each) => message(campaignId, { contact: each.phone })));
  await record(api, ...contacts.slice(0, 3).map((each) => reply(campaignId, { contact: each.phone })));
  await toShow(page, '8 / 13', '8', '3', '38%', '1:13', '0', '0', '0');

  await record(api, reply(campaignId, { contact: phone(3), body: ' stop ' }));
  await api.ask(RecordOptOutsDocument, { optOuts: [{ campaignId, contact: phone(0), at: at(90) }] });
  await toShow(page, '8 / 13', '8', '4', '50%', '1:13', '1', '1', '2');
  expect(await page.getByRole('status').innerText()).toBe('Live');
  expect(faults).toEqual([]);
});

test("large numbers are written as the page's language writes them", async () => {
  const { api, campaignId, token } = await prepare();
  await record(
    api,
    message(campaignId, { contact: phone(0), segments: 1_000 }),
    message(campaignId, { contact: phone(1), segments: 234 }),
  );
  const { page } = await browser.open();
  await page.goto(plainPage(`campaign-id="${campaignId}" token="${token}" lang="de"`));
  await toShow(page, '2 / 2', '1.234', '0', '0\u00a0%', '—', '0', '0', '0');
});

test('a revoked token takes the numbers off the page and says so', async () => {
  const { api, id, campaignId, token } = await prepare();
  await record(api, message(campaignId, { contact: phone(0) }));
  const { page } = await browser.open();
  await page.goto(plainPage(`campaign-id="${campaignId}" token="${token}"`));
  await toShow(page, '1 / 1', '1', '0', '0%', '—', '0', '0', '0');
  await api.ask(RevokeEmbedTokenDocument, { id });
  await expect
    .poll(() => page.getByRole('status').innerText(), { timeout: 10_000 })
    .toBe('Access to these numbers has ended.');
  expect(await shown(page)).toEqual(Array(8).fill(''));
});

test('a token that the server never gave, and a campaign that is gone, are told apart from trouble', async () => {
  const { api, campaignId, token } = await prepare();
  const { page } = await browser.open();
  await page.goto(plainPage(`campaign-id="${campaignId}" token="${token.slice(0, -4)}AAAA"`));
  await expect
    .poll(() => page.getByRole('status').innerText())
    .toBe('These numbers are not open to this page.');
  await api.ask(DeleteCampaignDocument, { id: campaignId });
  await page.goto(plainPage(`campaign-id="${campaignId}" token="${token}"`));
  await expect.poll(() => page.getByRole('status').innerText()).toBe('There is no such campaign.');
});
