// The whole way of an admin, in a real Chromium on a real server: from the list to a campaign, its export, the account's
// usage, and its opt-outs, each as one page leads to the next.
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { readRows } from './exports/exporting.ts';
import { useBrowser } from './harness/browser.ts';
import {
  addContacts,
  addSenders,
  at,
  boxes,
  createCampaign,
  differences,
  message,
  phone,
  record,
  reply,
} from './harness/campaign.ts';
import { type OpenConsole, openConsole } from './harness/console.ts';
import { type TestAccount, useServer } from './harness/server.ts';

const server = useServer({ JOB_POLL_MS: '100' });
const browser = useBrowser();
let api: TestAccount;
let campaignId: string;
let opened: OpenConsole;
let page: Page;

/** What is shown beside a label. */
const boxOf = (label: string) => page.locator('.summary-boxes > div', { hasText: label }).locator('dd');
const section = (name: string) =>
  page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name });

beforeAll(async () => {
  api = await server.account();
  campaignId = await createCampaign(api);
  await addContacts(api, campaignId, 13);
  await addSenders(api, campaignId, 'ana', 'ben');
  await record(
    api,
    ...Array.from({ length: 8 }, (_, index) =>
      message(campaignId, {
        contact: phone(index),
        senderId: 'ana',
        at: at(index),
        ...(index < 2 && { segments: 2 }),
      }),
    ),
    reply(campaignId, { contact: phone(0) }),
    reply(campaignId, { contact: phone(1) }),
    reply(campaignId, { contact: phone(2), body: 'STOP' }),
  );
  opened = await openConsole(browser, server.url, api.key);
  page = opened.page;
});

test('the list shows the campaign with its numbers and leads to its details', async () => {
  await expect.poll(() => page.getByRole('row', { name: /A campaign/ }).textContent()).toContain('8 / 13');
  await page.getByRole('link', { name: 'A campaign' }).click();
  await page.getByRole('heading', { level: 1, name: 'A campaign' }).waitFor();
  const values = page.locator('campaign-analytics [part="value"]');
  await expect.poll(() => values.first().innerText()).toBe('8 / 13');
});

test('an export is followed to its file, whose rows are counted and are the boxes', async () => {
  await page.goto(`${server.url}/exports?kind=MESSAGES&campaign=${campaignId}`);
  await expect.poll(() => page.getByRole('combobox').inputValue()).toBe('A campaign');
  // The table is held, so that the export is seen on its way.
  const { client } = server.database;
  await client.query('begin; lock table message in access exclusive mode');
  await page.getByRole('button', { name: 'Create export' }).click();
  await page.getByRole('progressbar', { name: /^Progress of messages-/ }).waitFor();
  await client.query('commit');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: /^Download messages-/ }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^messages-.*\.csv$/);
  const rows = readRows(await readFile(await file.path()), { kind: 'MESSAGES' });
  expect(rows).toHaveLength(11);
  await page.getByText(/^Equals the boxes at/).click();
  expect(await page.getByText('11 rows').count()).toBe(1);
  const sent = rows.filter(({ direction }) => direction === 'OUTBOUND');
  const segments = sent.reduce((sum, row) => sum + Number(row.segments), 0);
  const replied = new Set(
    rows.filter(({ direction }) => direction === 'INBOUND').map(({ contact }) => contact),
  );
  expect(await boxOf('Initials Sent').innerText()).toBe(
    `${new Set(sent.map(({ contact }) => contact)).size} / 13`,
  );
  expect(await boxOf('Segments').innerText()).toBe(String(segments));
  expect(await boxOf('Replies').innerText()).toBe(String(replied.size));
  expect(await boxes(api, campaignId)).toMatchObject({ initialsSent: 8, segments: 10, replies: 3 });
});

test('usage counts the same messages, and its file is what it shows', async () => {
  await section('Usage').click();
  const row = page.getByRole('row', { name: /November 2026/ });
  await expect
    .poll(() => row.innerText().then((text) => text.split(/\s+/).join(' ')))
    .toContain('8 11 8 sent, 3 received 13 10 sent, 3 received 0');
  await record(api, reply(campaignId, { contact: phone(3), at: at(90) }));
  await expect.poll(() => row.innerText(), { timeout: 12_000 }).toContain('8 sent, 4 received');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download as CSV' }).click();
  const text = new TextDecoder().decode(await readFile(await (await download).path()));
  expect(text.trimEnd().split('\r\n')).toEqual([
    'month,messagedContacts,smsMessages,smsSegments,mmsMessages,sentSmsMessages,sentSmsSegments,sentMmsMessages',
    '2026-11,8,12,14,0,8,10,0',
  ]);
});

test('a file of numbers opts them out, and its report says what came of each row', async () => {
  await section('Opt Outs').click();
  await page.getByRole('rowheader', { name: phone(2) }).waitFor();
  await page.getByRole('button', { name: 'Import a file' }).click();
  const csv = `phone\n(202) 555-0105\n${phone(2)}\nnobody\n`;
  await page
    .getByLabel('CSV file')
    .setInputFiles({ name: 'do-not-text.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await page.getByRole('button', { name: 'Opt them out' }).click();
  await page.getByText('1 opted out, 1 already, 1 not taken.', { exact: true }).waitFor();
  await page.getByRole('rowheader', { name: phone(5) }).waitFor();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Report of do-not-text.csv' }).click();
  const report = await readFile(await (await download).path(), 'utf8');
  expect(report.trimEnd().split('\n')).toHaveLength(4);
  // The account's opt-outs are in no campaign's boxes.
  expect(await boxes(api, campaignId)).toMatchObject({ autoOptOuts: 1, manualOptOuts: 0 });
});

test('numbers added by hand are undone by one press, and only they', async () => {
  await page.getByRole('button', { name: 'Add numbers' }).click();
  await page.getByLabel('Phone numbers').fill(`(202) 555-0106, ${phone(2)}\n${phone(7)}`);
  await page.getByRole('button', { name: 'Opt out 3 numbers' }).click();
  await page.getByText('2 numbers opted out, 1 number already opted out.').waitFor();
  await page.getByRole('rowheader', { name: phone(6) }).waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Undone for 2 numbers.').waitFor();
  await expect.poll(() => page.getByRole('rowheader').allInnerTexts()).toEqual([phone(5), phone(2)]);
  expect(await boxes(api, campaignId)).toMatchObject({ autoOptOuts: 1 });
});

test('removing an opt-out names the campaign whose box it leaves, and takes it out of that box', async () => {
  await page.getByRole('button', { name: `Remove ${phone(2)}` }).click();
  const question = page.getByRole('dialog');
  expect(await question.innerText()).toContain('It leaves the opt-out boxes of “A campaign”.');
  await question.getByRole('button', { name: 'Opt in again' }).click();
  await expect.poll(() => page.getByRole('rowheader').allInnerTexts()).toEqual([phone(5)]);
  expect(await boxes(api, campaignId)).toMatchObject({ autoOptOuts: 0 });
  expect(await differences(server.database.url)).toEqual([]);
  expect(opened.faults()).toEqual([]);
});
