// What the layout of the tables is for: boxes that are read without a look at messages, counters that stay in their page,
// bodies that can be forgotten, keys that lead with the account.
import { CampaignDetailsDocument, CampaignsDocument } from '@campaign-analytics/schema/graphql';
import { expect, test } from 'vitest';
import { openApi } from './harness/api.ts';
import { boxes, message, phone, record, reply, startCampaign } from './harness/campaign.ts';
import { eventually } from './harness/deadline.ts';
import { startTestServer, useServer } from './harness/server.ts';

const server = useServer();
const query = async <Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> =>
  (await server.database.client.query(text, values)).rows;

test('campaigns and boxes are read while nobody may look at conversations and messages', async () => {
  const { api, campaignId } = await startCampaign(server);
  await record(api, message(campaignId, { contact: phone(0) }));
  await query('begin');
  await query('lock table conversation, message, status_report, opt_out, opt_in in access exclusive mode');
  expect(await boxes(api, campaignId)).toMatchObject({ initialsSent: 1 });
  expect((await api.ask(CampaignsDocument, { first: 10 })).campaigns.totalCount).toBe(1);
  expect((await api.ask(CampaignDetailsDocument, { id: campaignId })).campaign?.id).toBe(campaignId);
  await query('rollback');
});

test('a body that is forgotten changes no box, and its id still knows its content', async () => {
  const { api, campaignId } = await startCampaign(server);
  const [initial, answer] = [
    message(campaignId, { contact: phone(0), body: 'Hello there' }),
    reply(campaignId, { contact: phone(0), body: 'Yes' }),
  ];
  await record(api, initial, answer);
  const before = await boxes(api, campaignId);
  await query('update message set body = null where account_id = $1', [api.accountId]);
  expect(await record(api, initial, answer)).toEqual({ recorded: 0, duplicates: 2, rejected: [] });
  expect((await record(api, { ...initial, body: 'Something else' })).rejected).toMatchObject([
    { code: 'CONFLICT' },
  ]);
  expect(await boxes(api, campaignId)).toEqual(before);
});

/** What belongs to no account, credentials of which only the hash is known, and the queue from which all processes take. */
const ACROSS_ACCOUNTS = [
  'account.id',
  'api_key.hash',
  'console_session.hash',
  'job.created_at',
  'job.expires_at',
  'migration.id',
  'sign_in_link.hash',
  'signing_key.id',
];

test('every key leads with the account, but for those that are looked up across accounts', async () => {
  const keys = await query<{ name: string; first: string }>(
    `select c.relname as name, a.attname as first
       from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
      where n.nspname = 'public' and c.relkind = 'r'`,
  );
  expect(keys.length).toBeGreaterThan(10);
  const others = keys
    .filter(({ first }) => first !== 'account_id')
    .map(({ name, first }) => `${name}.${first}`);
  expect(others.sort()).toEqual(ACROSS_ACCOUNTS);
});

test('a counter row that moves stays in its page', async () => {
  const { campaignId, api } = await startCampaign(server);
  // A server of its own: its connections tell what they did when they end.
  const other = await startTestServer(server.database.url);
  const there = openApi(other.url, api.key);
  for (let count = 0; count < 100; count++)
    await record(there, message(campaignId, { contact: phone(count) }));
  await other.stop();
  const moves = () =>
    query<{ all: number; hot: number }>(
      `select n_tup_upd::int as all, n_tup_hot_upd::int as hot from pg_stat_user_tables where relname = 'campaign_analytics'`,
    );
  const [moved] = await eventually(moves, ([each]) => (each?.all ?? 0) >= 100);
  expect((moved?.hot ?? 0) / (moved?.all ?? 1)).toBeGreaterThan(0.9);
});
