// Opt Out Management: who is listed and in which order, numbers added and removed by hand, and the boxes, which only an
// opt-in moves.
import { DeleteCampaignDocument, EraseContactDocument } from '@campaign-analytics/schema/graphql';
import { afterAll, describe, expect, test } from 'vitest';
import type { Api } from './harness/api.ts';
import {
  addSenders,
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
import { ADD, addOptOuts, LIST, listOptOuts, removeOptOut } from './opt-outs/managing.ts';

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
const pagesOf = async (api: Api, first: number): Promise<string[]> => {
  const seen: string[] = [];
  for (let after: string | null = null; ; ) {
    const page = await listOptOuts(api, { first, after });
    seen.push(...page.contacts);
    after = page.pageInfo.endCursor;
    if (!page.pageInfo.hasNextPage) return seen;
  }
};

describe('the list', () => {
  test('tells who, when, where and by whom, the newest contact and its newest opt-out first', async () => {
    const { api, campaignId } = await startCampaign(server);
    await addSenders(api, campaignId, 'ana');
    await recordOptOuts(
      api,
      { campaignId, contact, senderId: 'ana', at: at(10) },
      { campaignId, contact, senderId: 'unknown', at: at(5) },
      { contact, source: 'ACCOUNT', at: at(30) },
    );
    await record(api, reply(campaignId, { contact: phone(1), body: 'STOP', at: at(20) }));
    const place = { campaignId, campaignName: 'A campaign' };
    const nowhere = { campaignId: null, campaignName: null };
    const nobody = { senderId: null, senderName: null };
    expect((await listOptOuts(api)).edges.map((edge) => edge.node)).toEqual([
      {
        contact,
        at: at(30),
        optOuts: [
          { at: at(30), source: 'ACCOUNT', ...nowhere, ...nobody },
          { at: at(10), source: 'MANUAL', ...place, senderId: 'ana', senderName: 'ana' },
          { at: at(5), source: 'MANUAL', ...place, senderId: 'unknown', senderName: null },
        ],
      },
      { contact: phone(1), at: at(20), optOuts: [{ at: at(20), source: 'AUTO', ...place, ...nobody }] },
    ]);
  });

  test('has who is opted out now, with the opt-outs that count: an opt-in ends those before it', async () => {
    const { api, campaignId } = await startCampaign(server);
    const out = (index: number, second: number) => ({ campaignId, contact: phone(index), at: at(second) });
    await recordOptOuts(api, out(0, 10), out(1, 10), out(1, 30), out(2, 20), out(3, 10));
    await recordOptIns(api, ...[0, 1, 2, 4].map((index) => ({ contact: phone(index), at: at(20) })));
    const { edges, totalCount } = await listOptOuts(api);
    expect(edges.map(({ node }) => [node.contact, node.optOuts.map((each) => each.at)])).toEqual([
      [phone(1), [at(30)]],
      [phone(2), [at(20)]],
      [phone(3), [at(10)]],
    ]);
    expect(totalCount).toBe(3);
  });

  test("keeps a deleted campaign's contacts, and names no contact that was erased", async () => {
    const { api, campaignId } = await startCampaign(server);
    await recordOptOuts(
      api,
      ...[0, 1].map((index) => ({ campaignId, contact: phone(index), at: at(index) })),
    );
    await api.ask(EraseContactDocument, { phone: contact });
    expect(await listOptOuts(api)).toMatchObject({ contacts: [phone(1)], totalCount: 1 });
    await api.ask(DeleteCampaignDocument, { id: campaignId });
    expect((await listOptOuts(api)).edges).toMatchObject([
      { node: { contact: phone(1), optOuts: [{ source: 'ACCOUNT', campaignId: null }] } },
    ]);
  });

  test('pages hold each contact once, those of one instant too, while others come and go', async () => {
    const { api, campaignId } = await startCampaign(server);
    const other = await createCampaign(api);
    const outs = Array.from({ length: 9 }, (_, index) => ({
      campaignId,
      contact: phone(index),
      at: at(index < 5 ? 0 : index),
    }));
    await recordOptOuts(api, ...outs, ...outs.slice(0, 3).map((each) => ({ ...each, campaignId: other })));
    const all = [8, 7, 6, 5, 4, 3, 2, 1, 0].map(phone);
    for (const first of [1, 2, 3, 9, 10]) expect(await pagesOf(api, first)).toEqual(all);
    const { pageInfo, edges } = await listOptOuts(api, { first: 4 });
    expect(pageInfo).toEqual({ hasNextPage: true, endCursor: edges.at(-1)?.cursor });
    await addOptOuts(api, phone(20));
    await removeOptOut(api, phone(4));
    expect(await listOptOuts(api, { first: 4, after: pageInfo.endCursor })).toMatchObject({
      contacts: [3, 2, 1, 0].map(phone),
      pageInfo: { hasNextPage: false },
      totalCount: 9,
    });
    expect(await listOptOuts(api, { first: 0 })).toMatchObject({ contacts: [], totalCount: 9 });
  });

  test('is the account’s own, 50 of it unless told otherwise', async () => {
    const [api, other] = [await server.account(), await server.account()];
    await addOptOuts(api, ...Array.from({ length: 60 }, (_, index) => phone(index)));
    await addOptOuts(other, phone(70));
    for (const page of [{}, { first: null }])
      expect((await listOptOuts(api, page)).contacts).toHaveLength(50);
    expect((await listOptOuts(other)).contacts).toEqual([phone(70)]);
  });

  test.each([
    [{ first: -1 }, 'first: expected 0 to 1000'],
    [{ first: 1_001 }, 'first: expected 0 to 1000'],
    [{ after: 'none' }, 'after: expected an endCursor or cursor of an earlier page'],
    [
      { after: Buffer.from(JSON.stringify([at(0), "' or true --"])).toString('base64url') },
      'after: expected an endCursor or cursor of an earlier page',
    ],
  ])('%j is BAD_USER_INPUT', async (page, message) => {
    const api = await server.account();
    expect(await api.fails(LIST, page)).toMatchObject({ message, extensions: { code: 'BAD_USER_INPUT' } });
  });
});

test.each([
  ['+12025550142', [42]],
  ['(202) 555-0142', [42]],
  ['1-202-555-0142', [42]],
  ['  202.555.0142 ', [42]],
  ['2025550142 ext 7', [42]],
  ['0142', [142, 42]],
  ['555-014', [142, 42]],
  ['+1 203', [142]],
  ['(203)', [142]],
  ['1 (202) 5', [42, 0]],
  ['+1', [142, 42, 0]],
  ['+', [142, 42, 0]],
  ['', [142, 42, 0]],
  [null, [142, 42, 0]],
  ['+202', []],
  ['9999', []],
  ['%', []],
  ['_', []],
  ["' or true --", []],
  ['Ana', []],
  ['12\0', []],
  ['(404) 555-0100', []],
])('a search for %j finds what people mean by it', async (search, found) => {
  const api = await server.account();
  for (const index of [0, 42, 142]) await addOptOuts(api, phone(index));
  await addOptOuts(api, phone(7));
  await removeOptOut(api, phone(7));
  const contacts = found.map(phone);
  expect(await listOptOuts(api, { search })).toMatchObject({ contacts, totalCount: found.length });
});

test('a search takes national numbers as they are dialled in the account’s country', async () => {
  const api = await server.account();
  await addOptOuts(api, phone(0));
  await api.ask('mutation { setDefaultCountry(country: "GB") { id } }');
  expect((await listOptOuts(api, { search: '00 1 202 555' })).contacts).toEqual([phone(0)]);
  expect((await listOptOuts(api, { search: '001 202 555 0100' })).contacts).toEqual([phone(0)]);
});

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
