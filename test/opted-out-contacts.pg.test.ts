// The list of contacts who are opted out: who, when, where and by whom, page by page, and found by what people type.
import { DeleteCampaignDocument, EraseContactDocument } from '@campaign-analytics/schema/graphql';
import { afterAll, describe, expect, test } from 'vitest';
import type { Api } from './harness/api.ts';
import {
  addSenders,
  at,
  createCampaign,
  differences,
  phone,
  record,
  recordOptIns,
  recordOptOuts,
  reply,
  startCampaign,
} from './harness/campaign.ts';
import { useServer } from './harness/server.ts';
import { addOptOuts, LIST, listOptOuts, removeOptOut } from './opt-outs/managing.ts';

const server = useServer();
afterAll(async () => expect(await differences(server.database.url)).toEqual([]));

const contact = phone(0);
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
