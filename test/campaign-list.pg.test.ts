// The list of campaigns: newest first, page by page, filtered and searched.
import {
  AddSendersDocument,
  type CampaignSort,
  type CampaignStatus,
  CreateCampaignDocument,
  DeleteCampaignDocument,
  RemoveSendersDocument,
  type SortDirection,
} from '@campaign-analytics/schema/graphql';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Api } from './harness/api.ts';
import {
  addContacts,
  createCampaign,
  message,
  phone,
  record,
  recordOptOuts,
  reply,
} from './harness/campaign.ts';
import { useServer } from './harness/server.ts';

const server = useServer();

interface Listing {
  campaigns: {
    totalCount: number;
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
    edges: {
      cursor: string;
      node: { id: string; status: CampaignStatus; analytics: { revision: number } };
    }[];
  };
}
interface Page {
  first?: number | null;
  after?: string | null;
  status?: CampaignStatus[] | null;
  search?: string | null;
  sort?: CampaignSort | null;
  direction?: SortDirection | null;
}
const LIST = `query ($first: Int, $after: String, $status: [CampaignStatus!], $search: String, $sort: CampaignSort, $direction: SortDirection) {
  campaigns(first: $first, after: $after, status: $status, search: $search, sort: $sort, direction: $direction) {
    totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id name status createdAt analytics { initialsSent replyRate totalOptOuts revision } } } } }`;
async function list(api: Api, page: Page = {}) {
  const { campaigns } = await api.ask<Listing, Page>(LIST, page);
  return { ...campaigns, ids: campaigns.edges.map((edge) => edge.node.id) };
}

async function seven() {
  const api = await server.account();
  for (const id of 'abcdefg') await createCampaign(api, id);
  return api;
}

test('pages go from the newest to the oldest and stay so while campaigns are added and deleted', async () => {
  const api = await seven();
  const first = await list(api, { first: 3 });
  expect(first).toMatchObject({ totalCount: 7, ids: ['g', 'f', 'e'], pageInfo: { hasNextPage: true } });
  expect(first.pageInfo.endCursor).toBe(first.edges[2]!.cursor);
  await createCampaign(api, 'h');
  await api.ask(DeleteCampaignDocument, { id: 'e' });
  const second = await list(api, { first: 3, after: first.pageInfo.endCursor });
  expect(second).toMatchObject({ totalCount: 7, ids: ['d', 'c', 'b'], pageInfo: { hasNextPage: true } });
  const third = await list(api, { first: 3, after: second.pageInfo.endCursor });
  expect(third).toMatchObject({ totalCount: 7, ids: ['a'], pageInfo: { hasNextPage: false } });
  expect(await list(api, { after: third.pageInfo.endCursor })).toMatchObject({
    ids: [],
    pageInfo: { hasNextPage: false, endCursor: null },
  });
});

test('campaigns of one instant follow each other by id, none twice', async () => {
  const api = await seven();
  await server.database.client.query(
    "update campaign set created_at = '2026-01-01T00:00:00Z' where account_id = $1",
    [api.accountId],
  );
  const seen: string[] = [];
  for (let after: string | null = null; ; ) {
    const page = await list(api, { first: 2, after });
    seen.push(...page.ids);
    after = page.pageInfo.endCursor;
    if (!page.pageInfo.hasNextPage) break;
  }
  expect(seen).toEqual([...'gfedcba']);
});

test('it holds the account alone, 50 of it unless told otherwise, each with its numbers', async () => {
  const [api, other] = [await server.account(), await seven()];
  await Promise.all(Array.from({ length: 51 }, (_, index) => createCampaign(api, `c${index}`)));
  for (const first of [undefined, null])
    expect((await list(api, first === undefined ? {} : { first })).ids).toHaveLength(50);
  expect((await list(api, { first: 51 })).pageInfo).toMatchObject({ hasNextPage: false });
  expect(await list(api, { first: 0 })).toMatchObject({ ids: [], totalCount: 51 });
  await addContacts(other, 'c', 2);
  expect((await list(other)).edges.map((edge) => edge.node.analytics.revision)).toEqual([
    0, 0, 0, 0, 1, 0, 0,
  ]);
});

test('it is filtered by status, one or several, and by none where the list is null', async () => {
  const api = await server.account();
  for (const status of ['DRAFT', 'ACTIVE', 'PAUSED', 'ARCHIVED'] as const)
    await api.ask(CreateCampaignDocument, { input: { id: status, name: 'A', status } });
  const ids = async (status: CampaignStatus[] | null) => (await list(api, { status })).ids;
  expect(await ids(['DRAFT'])).toEqual(['DRAFT']);
  expect(await ids(['ACTIVE', 'ARCHIVED'])).toEqual(['ARCHIVED', 'ACTIVE']);
  expect(await ids(null)).toHaveLength(4);
  expect(await ids([])).toEqual([]);
  expect(await list(api, { status: ['PAUSED', 'DRAFT'], first: 1 })).toMatchObject({ totalCount: 2 });
});

test.each([
  ['vote', ['Get out the VOTE', 'voters_2026']],
  ['VOTE', ['Get out the VOTE', 'voters_2026']],
  ['%', ['100% turnout']],
  ['_', ['voters_2026']],
  ['\\', ['back\\slash']],
  ["'", ["O'Neil"]],
  ['äpfel', ['ÄPFEL']],
  ['', ['Get out the VOTE', 'voters_2026', '100% turnout', 'back\\slash', "O'Neil", 'ÄPFEL']],
  ['nothing', []],
  ['vo\0te', ['Get out the VOTE', 'voters_2026']],
])(
  'a search for %j finds what it says in any case, and takes no character for a pattern',
  async (search, names) => {
    const api = await server.account();
    const all = ['Get out the VOTE', 'voters_2026', '100% turnout', 'back\\slash', "O'Neil", 'ÄPFEL'];
    for (const [index, name] of all.entries())
      await api.ask(CreateCampaignDocument, { input: { id: `${index}`, name } });
    const found = await list(api, { search });
    expect(found.ids.map((id) => all[Number(id)]).sort()).toEqual([...names].sort());
    expect(found.totalCount).toBe(names.length);
  },
);

const cursor = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
test.each<[field: string, page: Page]>([
  ['first', { first: -1 }],
  ['first', { first: 1_001 }],
  ['after', { after: '' }],
  ['after', { after: 'not a cursor' }],
  ['after', { after: cursor(['CREATED_AT', '2026-01-01T00:00:00.000Z', 'a\0b']) }],
  ['after', { after: cursor(['CREATED_AT', '+275760-09-13T00:00:00.000Z', 'a']) }],
  ['after', { after: cursor(['CREATED_AT', {}, 'a']) }],
  ['after', { after: cursor(null) }],
  ['after', { after: cursor(['NAME', 'a', 'a']) }],
  ['after', { sort: 'CREATED_AT', after: cursor(['NAME', 'a', 'a']) }],
  ['after', { sort: 'NAME', after: cursor(['NAME', 'a\0', 'a']) }],
  ['after', { sort: 'INITIALS_SENT', after: cursor(['INITIALS_SENT', '1', 'a']) }],
  ['after', { sort: 'REPLY_RATE', after: cursor(['REPLY_RATE', null, 'a']) }],
])('a faulty %s is refused: %o', async (field, page) => {
  const api = await server.account();
  expect(await api.fails(LIST, page)).toMatchObject({
    message: expect.stringMatching(new RegExp(`^${field}: expected `)),
    extensions: { code: 'BAD_USER_INPUT' },
  });
});

/** Every campaign's id, page by page. @param between - done after each page but the last */
async function walk(api: Api, page: Page, between: () => Promise<unknown> = async () => undefined) {
  const ids: string[] = [];
  for (let after: string | null = null; ; await between()) {
    const found = await list(api, { ...page, after });
    ids.push(...found.ids);
    after = found.pageInfo.endCursor;
    if (!found.pageInfo.hasNextPage) return ids;
  }
}

const NAMES = ['beta', 'Alpha', 'ALPHA', 'gamma', 'Ärmel'];
/** Campaigns c0, c1, ... with so many initials, replies and opt-outs. */
async function withNumbers(
  numbers: readonly (readonly [initials: number, replies: number, optOuts: number])[],
) {
  const api = await server.account();
  for (const [index, [initials, replies, optOuts]] of numbers.entries()) {
    const id = `c${index}`;
    await api.ask(CreateCampaignDocument, { input: { id, name: NAMES[index % NAMES.length] ?? '' } });
    const contacts = (count: number) => Array.from({ length: count }, (_, contact) => phone(contact));
    await record(
      api,
      ...contacts(initials).map((contact) => message(id, { contact })),
      ...contacts(replies).map((contact) => reply(id, { contact })),
    );
    if (optOuts > 0)
      await recordOptOuts(
        api,
        ...contacts(optOuts).map((contact) => ({ campaignId: id, contact, at: new Date(0).toISOString() })),
      );
  }
  return api;
}

test('it is sorted by each of its columns in both directions, a campaign without a rate always last', async () => {
  const api = await withNumbers([
    [2, 1, 1],
    [0, 0, 2],
    [3, 3, 0],
    [10, 1, 1],
  ]);
  const sorted = (sort: CampaignSort, direction: SortDirection) => walk(api, { sort, direction, first: 1 });
  expect(await sorted('CREATED_AT', 'ASC')).toEqual(['c0', 'c1', 'c2', 'c3']);
  expect(await sorted('NAME', 'ASC')).toEqual(['c1', 'c2', 'c0', 'c3']);
  expect(await sorted('NAME', 'DESC')).toEqual(['c3', 'c0', 'c2', 'c1']);
  expect(await sorted('INITIALS_SENT', 'DESC')).toEqual(['c3', 'c2', 'c0', 'c1']);
  expect(await sorted('REPLY_RATE', 'DESC')).toEqual(['c2', 'c0', 'c3', 'c1']);
  expect(await sorted('REPLY_RATE', 'ASC')).toEqual(['c3', 'c0', 'c2', 'c1']);
  expect(await sorted('OPT_OUTS', 'DESC')).toEqual(['c1', 'c3', 'c0', 'c2']);
  expect(await sorted('OPT_OUTS', 'ASC')).toEqual(['c2', 'c0', 'c3', 'c1']);
});

test('whatever the sort and the numbers, pages hold every campaign once', async () => {
  const sorts = ['CREATED_AT', 'NAME', 'INITIALS_SENT', 'REPLY_RATE', 'OPT_OUTS'] as const;
  const some = fc.integer({ min: 0, max: 3 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(some, some, some), { minLength: 1, maxLength: 8 }),
      fc.constantFrom(...sorts),
      fc.constantFrom('ASC' as const, 'DESC' as const),
      fc.integer({ min: 1, max: 4 }),
      async (numbers, sort, direction, first) => {
        const api = await withNumbers(numbers);
        const ids = await walk(api, { sort, direction, first });
        expect(ids).toEqual((await list(api, { sort, direction })).ids);
        expect([...ids].sort()).toEqual(numbers.map((_, index) => `c${index}`));
      },
    ),
    { numRuns: 20 },
  );
}, 60_000);

test('while others change their places between pages, a campaign that keeps its own is met once', async () => {
  const api = await withNumbers(Array.from({ length: 8 }, (_, index) => [index * 2, 0, 0] as const));
  const movers = ['c0', 'c7', 'c3'];
  let contact = 100;
  const ids = await walk(api, { sort: 'INITIALS_SENT', first: 2 }, async () => {
    const id = movers.shift();
    if (!id) return;
    await record(api, ...Array.from({ length: 9 }, () => message(id, { contact: phone(contact++) })));
  });
  for (const still of ['c1', 'c2', 'c4', 'c5', 'c6'])
    expect(ids.filter((id) => id === still)).toEqual([still]);
});

test('each campaign carries its active senders by name, as many as are asked for', async () => {
  const api = await server.account();
  for (const id of ['a', 'b', 'none']) await createCampaign(api, id);
  const senders = [
    { id: '1', name: 'Zoe' },
    { id: '2', name: 'ana' },
    { id: '3', name: 'Ben' },
  ];
  await api.ask(AddSendersDocument, { campaignId: 'a', senders });
  await api.ask(AddSendersDocument, { campaignId: 'b', senders: senders.slice(1) });
  await api.ask(RemoveSendersDocument, { campaignId: 'b', senderIds: ['3'] });
  type Named = { node: { id: string; all: { name: string }[]; two: { name: string }[] } };
  const { campaigns } = await api.ask<{ campaigns: { edges: Named[] } }, object>(
    '{ campaigns { edges { node { id all: senders { name } two: senders(first: 2) { name } } } } }',
    {},
  );
  const names = campaigns.edges.map(({ node }) => [
    node.id,
    node.all.map(({ name }) => name).join(),
    node.two.map(({ name }) => name).join(),
  ]);
  expect(names).toEqual([
    ['none', '', ''],
    ['b', 'ana', 'ana'],
    ['a', 'ana,Ben,Zoe', 'ana,Ben'],
  ]);
  expect(await api.fails('{ campaign(id: "a") { senders(first: 1001) { id } } }', {})).toMatchObject({
    message: 'first: expected 0 to 1000',
  });
});
