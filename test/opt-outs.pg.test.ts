// Numbers opted out by hand and opted in again, and the boxes, which only an opt-in moves.
import { afterAll, describe, expect, test } from 'vitest';
import {
  allDuplicates,
  allRecorded,
  at,
  boxes,
  createCampaign,
  differences,
  phone,
  record,
  recordOptIns,
  recordOptOuts,
  reply,
  startCampaign,
} from './harness/campaign.ts';
import { rejection } from './harness/rejection.ts';
import { useServer } from './harness/server.ts';
import { ADD, addOptOuts, listOptOuts, removeOptOut } from './opt-outs/managing.ts';

const server = useServer();
afterAll(async () => expect(await differences(server.database.url)).toEqual([]));

const contact = phone(0);
const rowsOf = async (accountId: string, table: 'opt_out' | 'opt_in') =>
  (
    await server.database.client.query<{ contact: string; source?: string; at: Date }>(
      `select * from ${table} where account_id = $1 order by contact, at`,
      [accountId],
    )
  ).rows;
/** An instant so many milliseconds from now on the database's clock, which is this machine's. */
const ahead = (ms: number): string => new Date(Date.now() + ms).toISOString();

describe('numbers added by hand', () => {
  test('are opt-outs of the account at the time of the database, as people write them, item by item', async () => {
    const api = await server.account();
    const before = Date.now();
    const phones = ['(202) 555-0100', ' +1 202-555-0101', 'nobody', '202.555.0102', '', '1234', 'canary'];
    expect(await addOptOuts(api, ...phones)).toEqual({
      recorded: 3,
      duplicates: 0,
      rejected: [2, 4, 5, 6].map((index) => rejection(index, 'BAD_USER_INPUT', 'phones')),
    });
    const rows = await rowsOf(api.accountId, 'opt_out');
    expect(rows.map((row) => [row.contact, row.source])).toEqual(
      [0, 1, 2].map((index) => [phone(index), 'ACCOUNT']),
    );
    for (const row of rows) expect(Math.abs(row.at.getTime() - before)).toBeLessThan(5_000);
  });

  test('who is opted out already is a duplicate, wherever that was, and gets no further row', async () => {
    const { api, campaignId } = await startCampaign(server);
    await recordOptOuts(api, { campaignId, contact: phone(1), at: at(0) });
    expect(await addOptOuts(api, contact, contact, '202-555-0100', phone(1))).toMatchObject({
      recorded: 1,
      duplicates: 3,
    });
    const rows = await rowsOf(api.accountId, 'opt_out');
    expect(rows).toHaveLength(2);
    expect(await addOptOuts(api, contact, phone(1))).toEqual(allDuplicates(2));
    expect(await rowsOf(api.accountId, 'opt_out')).toEqual(rows);
    expect(await removeOptOut(api, phone(1))).toEqual(allRecorded(1));
    expect(await addOptOuts(api, contact, phone(1))).toMatchObject({ recorded: 1, duplicates: 1 });
  });

  test('at the same time from many sides are kept once', async () => {
    const api = await server.account();
    const phones = Array.from({ length: 50 }, (_, index) => phone(index));
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) => addOptOuts(api, ...(index % 2 ? phones : phones.toReversed()))),
    );
    expect(answers.reduce((sum, each) => sum + each.recorded, 0)).toBe(50);
    expect(answers.reduce((sum, each) => sum + each.duplicates, 0)).toBe(250);
    expect(await rowsOf(api.accountId, 'opt_out')).toHaveLength(50);
  });

  test('more than 1,000 at once is BAD_USER_INPUT, and none is stored', async () => {
    const api = await server.account();
    const phones = Array.from({ length: 1_001 }, () => contact);
    expect(await api.fails(ADD, { phones })).toMatchObject({
      message: '$phones: expected at most 1000 items',
      extensions: { code: 'BAD_USER_INPUT' },
    });
    expect(await listOptOuts(api)).toMatchObject({ totalCount: 0 });
    expect(await addOptOuts(api)).toEqual(allRecorded(0));
  });

  test('count, though an opt-in was dated ahead', async () => {
    const api = await server.account();
    await recordOptIns(api, { contact, at: ahead(3_600_000) });
    expect(await addOptOuts(api, contact)).toEqual(allRecorded(1));
    expect((await listOptOuts(api)).contacts).toEqual([contact]);
    expect(await removeOptOut(api, contact)).toEqual(allRecorded(1));
    expect((await listOptOuts(api)).contacts).toEqual([]);
  });
});

describe('a removal', () => {
  test('is one opt-in at the time of the database, that undoes all opt-outs of the contact and of nobody else', async () => {
    const { api, campaignId } = await startCampaign(server);
    const other = await createCampaign(api);
    for (const id of [campaignId, other])
      await recordOptOuts(
        api,
        ...[0, 1].map((index) => ({ campaignId: id, contact: phone(index), at: at(0) })),
      );
    await addOptOuts(api, phone(2));
    expect(await removeOptOut(api, contact)).toEqual(allRecorded(1));
    expect((await listOptOuts(api)).contacts).toEqual([phone(2), phone(1)]);
    const [optIn, ...more] = await rowsOf(api.accountId, 'opt_in');
    expect([optIn?.contact, more]).toEqual([contact, []]);
    expect(Math.abs((optIn?.at.getTime() ?? 0) - Date.now())).toBeLessThan(5_000);
  });

  test('of who is not opted out is a duplicate and leaves nothing', async () => {
    const api = await server.account();
    await addOptOuts(api, contact);
    expect(await removeOptOut(api, contact)).toEqual(allRecorded(1));
    expect(await removeOptOut(api, contact)).toEqual(allDuplicates(1));
    expect(await removeOptOut(api, phone(1))).toEqual(allDuplicates(1));
    expect(await rowsOf(api.accountId, 'opt_in')).toHaveLength(1);
  });

  test.each([
    ['of this millisecond', 0],
    ['a minute ahead', 60_000],
    ['hours ahead', 14 * 3_600_000],
  ])('undoes an opt-out %s too, and the contact can opt out again', async (_, ms) => {
    const { api, campaignId } = await startCampaign(server);
    await recordOptOuts(api, { campaignId, contact, at: ahead(ms) });
    expect(await removeOptOut(api, contact)).toEqual(allRecorded(1));
    expect(await listOptOuts(api)).toMatchObject({ contacts: [] });
    expect(await boxes(api, campaignId)).toMatchObject({ manualOptOuts: 0, conversations: 1 });
    expect(await addOptOuts(api, contact)).toEqual(allRecorded(1));
    expect(await listOptOuts(api)).toMatchObject({ contacts: [contact] });
  });

  test('does not follow an opt-out that is dated years ahead: every later opt-out would be undone with it', async () => {
    const { api, campaignId } = await startCampaign(server);
    await recordOptOuts(api, { campaignId, contact, at: '2099-01-01T00:00:00Z' });
    expect(await removeOptOut(api, contact)).toEqual({
      recorded: 0,
      duplicates: 0,
      rejected: [rejection(0, 'CONFLICT', 'phone')],
    });
    expect((await listOptOuts(api)).contacts).toEqual([contact]);
    expect(await rowsOf(api.accountId, 'opt_in')).toEqual([]);
  });

  test('takes a number in E.164 form', async () => {
    const api = await server.account();
    expect(await removeOptOut(api, '(202) 555-0100')).toMatchObject({
      rejected: [rejection(0, 'BAD_USER_INPUT', 'phone')],
    });
  });
});

test("nothing of it changes a campaign's boxes but the opt-in of a contact that had opted out there", async () => {
  const { api, campaignId } = await startCampaign(server);
  const elsewhere = await createCampaign(api);
  await record(api, ...[0, 1, 2].map((index) => reply(campaignId, { contact: phone(index), body: 'Yes' })));
  await recordOptOuts(api, { campaignId, contact: phone(0), at: at(0) });
  await recordOptOuts(api, { campaignId: elsewhere, contact: phone(1), at: at(0) });
  const before = await boxes(api, campaignId);
  expect(before).toMatchObject({ conversations: 3, manualOptOuts: 1 });

  await addOptOuts(api, ...[0, 1, 2, 3, 4].map(phone));
  await api.ask('mutation { setAutoOptOut(isOn: false) { id } setDefaultCountry(country: "CA") { id } }');
  await listOptOuts(api);
  expect(await boxes(api, campaignId)).toEqual(before);
  for (const index of [1, 2, 3, 5]) await removeOptOut(api, phone(index));
  expect(await boxes(api, campaignId)).toEqual(before);
  expect(await boxes(api, elsewhere)).toMatchObject({ manualOptOuts: 0, conversations: 1 });

  await removeOptOut(api, phone(0));
  const after = await boxes(api, campaignId);
  expect(after).toMatchObject({ conversations: 3, replies: 3, manualOptOuts: 0, totalOptOuts: 0 });
  expect(after.revision).toBe(before.revision + 1);
  await addOptOuts(api, phone(0));
  expect(await boxes(api, campaignId)).toEqual(after);
});
