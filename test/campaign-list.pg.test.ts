// The list of campaigns: newest first, page by page, filtered and searched.
import {
  type CampaignStatus,
  CreateCampaignDocument,
  DeleteCampaignDocument,
} from '@campaign-analytics/schema/graphql';
import { expect, test } from 'vitest';
import type { Api } from './harness/api.ts';
import { addContacts, createCampaign } from './harness/campaign.ts';
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
}
const LIST = `query ($first: Int, $after: String, $status: [CampaignStatus!], $search: String) {
  campaigns(first: $first, after: $after, status: $status, search: $search) {
    totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id status analytics { revision } } } } }`;
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
  ['after', { after: cursor(['2026-01-01T00:00:00.000Z', 'a\0b']) }],
  ['after', { after: cursor(['+275760-09-13T00:00:00.000Z', 'a']) }],
  ['after', { after: cursor([{}, 'a']) }],
  ['after', { after: cursor(null) }],
])('a faulty %s is refused: %o', async (field, page) => {
  const api = await server.account();
  expect(await api.fails(LIST, page)).toMatchObject({
    message: expect.stringMatching(new RegExp(`^${field}: expected `)),
    extensions: { code: 'BAD_USER_INPUT' },
  });
});
