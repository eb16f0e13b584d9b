// Lists of numbers, opted out by a job: what becomes of each, in the numbers and in the report, and what happens to a list
// that is given twice, broken or canceled.
import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import type { Api } from './harness/api.ts';
import * as campaign from './harness/campaign.ts';
import { eventually } from './harness/deadline.ts';
import { useServer } from './harness/server.ts';
import { openSocket } from './harness/socket.ts';
import * as lists from './opt-outs/lists.ts';
import { listOptOuts, removeOptOut } from './opt-outs/managing.ts';

const { at, boxes, phone, record, recordOptIns, recordOptOuts, reply, startCampaign } = campaign;

const server = useServer();
afterAll(async () => expect(await campaign.differences(server.database.url)).toEqual([]));

const linesOf = (from: number, count: number): string =>
  Array.from({ length: count }, (_, index) => phone(from + index)).join('\n');
const optOutsOf = async (accountId: string) =>
  (
    await server.database.client.query<{ contact: string; at: Date; source: string; campaign_id: string }>(
      'select contact, at, source, campaign_id from opt_out where account_id = $1 order by contact, at',
      [accountId],
    )
  ).rows;
const jobsOf = async (accountId: string) =>
  (await server.database.client.query('select payload from job where account_id = $1', [accountId])).rows;
const reportOf = async (api: Api, id: string) =>
  lists.readReport(await lists.fetchReport(server.url, api, id));

test('each number gets its outcome, in the list, in the counts and in the report', async () => {
  const { api, campaignId } = await startCampaign(server);
  await recordOptOuts(api, { campaignId, contact: phone(1), at: at(0) });
  await recordOptIns(api, { contact: phone(2), at: new Date(Date.now() + 3_600_000).toISOString() });
  const csv = [
    'Name;PHONE',
    `Ana;(202) 555-0100`,
    `Bo;${phone(1)}`,
    '',
    `"Cy; the third";${phone(2)}`,
    'Di;=HYPERLINK(1)',
    `Ed;202.555.0100`,
    'Fe;',
    `Gus;"+1 (202) 555-0103"`,
  ].join('\r\n');
  const given = await lists.giveList(api, { csv, fileName: 'Stop list.csv' });
  expect(given).toMatchObject({ fileName: 'Stop list.csv', recorded: 0, error: null, expiresAt: null });
  const done = await lists.listOver(api, given.id);
  expect(done).toMatchObject({
    state: 'DONE',
    progress: { done: 7, total: 7 },
    recorded: 2,
    duplicates: 2,
    rejected: 3,
    error: null,
    createdAt: given.createdAt,
    expiresAt: expect.any(String),
  });

  const text = await lists.fetchReport(server.url, api, given.id);
  const notANumber = 'phone: expected a phone number, such as +14155550123, or one as dialled in US';
  expect(text.split('\r\n')).toEqual([
    'row,phone,outcome,code,message',
    '2,(202) 555-0100,recorded,,',
    `3,${phone(1)},duplicate,,opted out already`,
    `5,${phone(2)},rejected,CONFLICT,phone: expected a contact who has not opted in since the list came`,
    `6,'=HYPERLINK(1),rejected,BAD_USER_INPUT,"${notANumber}"`,
    '7,202.555.0100,duplicate,,the same as in row 2',
    `8,,rejected,BAD_USER_INPUT,"${notANumber}"`,
    "9,'+1 (202) 555-0103,recorded,,",
    '',
  ]);
  const account = { at: new Date(given.createdAt), source: 'ACCOUNT', campaign_id: '' };
  expect(await optOutsOf(api.accountId)).toEqual([
    { contact: phone(0), ...account },
    { contact: phone(1), at: new Date(at(0)), source: 'MANUAL', campaign_id: campaignId },
    { contact: phone(3), ...account },
  ]);
  expect(await jobsOf(api.accountId)).toEqual([{ payload: null }]);
});

test('a report that was put right can be given again', async () => {
  const api = await server.account();
  const { id } = await lists.doneList(api, `${phone(0)}, 12\n+1 (202) 555-0101`);
  const mended = (await lists.fetchReport(server.url, api, id)).replace(',12,', `,${phone(2)},`);
  expect(await lists.doneList(api, mended)).toMatchObject({ recorded: 1, duplicates: 2, rejected: 0 });
  expect((await listOptOuts(api)).totalCount).toBe(3);
});

test('numbers are read as dialled in the country of the time when the list came', async () => {
  const api = await server.account();
  await api.ask('mutation { setDefaultCountry(country: "NO") { id } }');
  expect(await lists.doneList(api, '00 1 202 555 0100\n2025550101')).toMatchObject({
    recorded: 1,
    rejected: 1,
  });
});

test('what is opted out already, or opted in meanwhile, stays as it is', async () => {
  const api = await server.account();
  const first = await lists.doneList(api, linesOf(0, 3));
  expect(first).toMatchObject({ recorded: 3, duplicates: 0 });
  const before = await optOutsOf(api.accountId);
  expect(await lists.doneList(api, linesOf(0, 3))).toMatchObject({ recorded: 0, duplicates: 3 });
  expect(await optOutsOf(api.accountId)).toEqual(before);
  await removeOptOut(api, phone(1));
  expect(await lists.doneList(api, linesOf(0, 3))).toMatchObject({ recorded: 1, duplicates: 2 });
  expect((await listOptOuts(api)).totalCount).toBe(3);
});

describe('a list that cannot be read', () => {
  test.each([
    ['', 'csv: expected a column phone, or numbers, got an empty file'],
    ['name,mobile\nAna,1', 'csv: row 1: expected a column phone, or numbers alone'],
    ['\n"phone', 'csv: row 2: expected a quote for each quote'],
    ['PK\u0003\u0004\0', 'csv: expected text in UTF-8, got something else'],
  ])('%j is BAD_USER_INPUT at once, and no import', async (csv, message) => {
    const api = await server.account();
    expect(await api.fails(lists.CREATE, { input: { csv } })).toMatchObject({
      message,
      extensions: { code: 'BAD_USER_INPUT' },
    });
    expect(await lists.listLists(api)).toEqual([]);
  });

  test('for a fault further down has failed with its row, and nothing of it is recorded', async () => {
    const api = await server.account();
    const failed = await lists.doneList(
      api,
      `phone,name\n${linesOf(0, 5_000)}\n${phone(1)},"Ana\n${phone(2)}`,
    );
    expect(failed).toMatchObject({
      state: 'FAILED',
      error: { code: 'BAD_USER_INPUT', message: 'csv: row 5002: expected a quote for each quote' },
      recorded: 0,
    });
    expect(await listOptOuts(api)).toMatchObject({ totalCount: 0 });
    expect(await api.fails(lists.LINK, { id: failed.id })).toMatchObject({
      message: 'id: expected an import that is DONE',
    });
  });

  test('for a bad id or name is BAD_USER_INPUT', async () => {
    const api = await server.account();
    for (const input of [{ id: 'no id!' }, { fileName: 'x'.repeat(201) }, { fileName: '\0' }])
      expect(await api.fails(lists.CREATE, { input: { csv: phone(0), ...input } })).toMatchObject({
        extensions: { code: 'BAD_USER_INPUT' },
      });
  });
});

test('the same id with the same list is the same import, with another list a CONFLICT, when it is over too', async () => {
  const api = await server.account();
  const input = { id: 'list', csv: linesOf(0, 10) };
  const [one, other] = await Promise.all([lists.giveList(api, input), lists.giveList(api, input)]);
  expect(one.createdAt).toBe(other.createdAt);
  await lists.listOver(api, 'list');
  expect(await lists.giveList(api, input)).toMatchObject({ state: 'DONE', recorded: 10 });
  expect(await api.fails(lists.CREATE, { input: { ...input, csv: phone(11) } })).toMatchObject({
    extensions: { code: 'CONFLICT' },
  });
  expect(await lists.listLists(api)).toHaveLength(1);
});

test('lists are the account’s own, newest first; what is out of reach answers like what does not exist', async () => {
  const [api, other] = [await server.account(), await server.account()];
  const ids: string[] = [];
  for (const index of [0, 1, 2]) ids.unshift((await lists.doneList(api, phone(index))).id);
  expect((await lists.listLists(api)).map((each) => each.id)).toEqual(ids);
  expect(await lists.listLists(api, 2)).toHaveLength(2);
  expect(await lists.listLists(other)).toEqual([]);
  for (const id of [ids[0] as string, randomUUID(), 'no id!']) {
    expect(await lists.readList(other, id)).toBeNull();
    for (const source of [lists.CANCEL, lists.LINK])
      expect(await other.fails(source, { id })).toMatchObject({
        message: 'id: expected the id of one in reach',
        extensions: { code: 'NOT_FOUND' },
      });
    const socket = openSocket(server.url, other.key);
    expect(await socket.watch(lists.FOLLOW, { id }).end()).toMatchObject([
      { extensions: { code: 'NOT_FOUND' } },
    ]);
    await socket.close();
  }
});

test('its progress is followed from the beginning to the end', async () => {
  const api = await server.account();
  const socket = openSocket(server.url, api.key);
  const { id } = await lists.giveList(api, { csv: linesOf(0, 20_000) });
  const watch = socket.watch<{ optOutImportProgress: lists.ListImport }, object>(lists.FOLLOW, { id });
  expect(await watch.end()).toEqual([]);
  const seen = watch.seen.map((each) => each.optOutImportProgress);
  expect(seen.at(-1)).toMatchObject({
    state: 'DONE',
    recorded: 20_000,
    progress: { done: 20_000, total: 20_000 },
  });
  const done = seen.map((each) => each.progress.done);
  expect(done).toEqual(done.toSorted((one, two) => one - two));
  await socket.close();
});

test('one that is canceled ends; what it has opted out stays, and the same list again does the rest', async () => {
  const api = await server.account();
  const csv = linesOf(0, 60_000);
  const { id } = await lists.giveList(api, { csv });
  await eventually(
    () => lists.readList(api, id),
    (each) => (each?.progress.done ?? 0) > 0,
  );
  expect(await lists.cancelList(api, id)).toMatchObject({ state: 'CANCELED', recorded: 0 });
  expect(await lists.cancelList(api, id)).toMatchObject({ state: 'CANCELED' });
  const again = await lists.doneList(api, csv);
  expect(again).toMatchObject({ state: 'DONE', rejected: 0, progress: { done: 60_000 } });
  expect(again.duplicates).toBeGreaterThan(0);
  expect(again.recorded).toBeGreaterThan(0);
  expect(again.recorded + again.duplicates).toBe(60_000);
  expect(await lists.readList(api, id)).toMatchObject({ state: 'CANCELED' });
  expect((await listOptOuts(api)).totalCount).toBe(60_000);
}, 60_000);

test('100,000 numbers are opted out while others record, no box moves, and the report has a row for each', async () => {
  const { api, campaignId } = await startCampaign(server);
  await record(api, ...[0, 1].map((index) => reply(campaignId, { contact: phone(index), body: 'Yes' })));
  await recordOptOuts(api, { campaignId, contact: phone(0), at: at(0) });
  const all = Array.from({ length: 100_000 }, (_, index) => phone(index % 79_000));
  const national = (number: string) => `(${number.slice(2, 5)}) ${number.slice(5, 8)}-${number.slice(8)}`;
  const rows = all.map((number, index) => `${index},${index % 2 ? number : national(number)}`);
  const { id } = await lists.giveList(api, { csv: `id,phone\n${rows.join('\n')}\n` });
  let recorded = 0;
  const isRunning = async () => !lists.isOver(await lists.readList(api, id));
  while (await isRunning()) {
    await record(api, reply(campaignId, { contact: phone(1), body: 'Yes' }));
    recorded++;
  }
  expect(await lists.readList(api, id)).toMatchObject({
    state: 'DONE',
    recorded: 78_999,
    duplicates: 21_001,
    rejected: 0,
  });
  expect(recorded).toBeGreaterThan(5);
  expect(await boxes(api, campaignId)).toMatchObject({
    conversations: 2,
    replies: 2,
    manualOptOuts: 1,
    autoOptOuts: 0,
  });
  expect((await listOptOuts(api)).totalCount).toBe(79_000);
  const report = await reportOf(api, id);
  expect(report.map((each) => each.row)).toEqual(all.map((_, index) => String(index + 2)));
  expect(report.map((each) => each.phone)).toEqual(rows.map((row) => row.split(',')[1]));
  expect(report.filter((each) => each.outcome === 'recorded')).toHaveLength(78_999);
}, 120_000);
