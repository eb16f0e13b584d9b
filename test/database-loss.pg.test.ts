// The database goes away in every way it can: nothing is acknowledged that is not committed, callers learn that the same
// again will work, and it does.
import {
  CampaignAnalyticsDocument,
  RecordMessagesDocument,
  WatchCampaignAnalyticsDocument,
} from '@campaign-analytics/schema/graphql';
import { generateKey } from '@campaign-analytics/server/accounts/keys.js';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { openApi } from './harness/api.ts';
import { boxes, createCampaign, message, phone, record } from './harness/campaign.ts';
import { eventually } from './harness/deadline.ts';
import { ROOT_FIELDS } from './harness/fields.ts';
import { type TestAccount, useServer } from './harness/server.ts';
import { openSocket } from './harness/socket.ts';

const lines: string[] = [];
const server = useServer({ POLL_MS: '100' }, lines);
const BODY = 'Words that nobody may find in a log';

let account: TestAccount;
let campaignId: string;
beforeEach(async () => {
  account = await server.account();
  campaignId = await createCampaign(account);
});

const nameOfDatabase = (): string => new URL(server.database.url).pathname.slice(1);
/** From outside of the database, with every connection of the server cut afterwards. */
async function administer(statement: string): Promise<void> {
  const client = new Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  await client.query(statement.replace('$database', nameOfDatabase()));
  await client.query(
    `select pg_terminate_backend(pid, 5000) from pg_stat_activity
      where datname = $1 and application_name like 'campaign-analytics%'`,
    [nameOfDatabase()],
  );
  await client.end();
}
const READ_ONLY = 'alter database $database set default_transaction_read_only = on';
const WRITABLE = 'alter database $database reset default_transaction_read_only';
const CLOSED = 'alter database $database with allow_connections false';
const OPEN = 'alter database $database with allow_connections true';
afterEach(async () => {
  await administer(WRITABLE);
  await administer(OPEN);
});

const messages = (count: number) =>
  Array.from({ length: count }, (_, index) => message(campaignId, { contact: phone(index), body: BODY }));
const stored = async (): Promise<number> => {
  const of = [account.accountId];
  return (await server.database.client.query('select from message where account_id = $1', of)).rowCount ?? 0;
};
/** They look a file up and sign a link to it, or find that nobody is to be opted in again. */
const WRITES_NOTHING = new Set(['createExportDownload', 'createOptOutReportDownload', 'removeOptOut']);
const REFUSED = { status: 503, errors: [{ extensions: { code: 'UNAVAILABLE' } }] };

test('a read-only database refuses every mutation with UNAVAILABLE, answers queries, and takes the same later', async () => {
  const batch = messages(10);
  const api = openApi(server.url, account.key);
  await administer(READ_ONLY);
  const answer = await api.send(RecordMessagesDocument, { messages: batch });
  expect(answer).toMatchObject({ ...REFUSED, data: null });
  expect(answer.headers.get('retry-after')).toBe('1');
  for (const field of ROOT_FIELDS.filter(
    ({ kind, name }) => kind === 'mutation' && !WRITES_NOTHING.has(name),
  ))
    expect([field.name, await api.send(field.operation(campaignId))]).toMatchObject([field.name, REFUSED]);
  expect((await boxes(api, campaignId)).conversations).toBe(0);
  expect(await stored()).toBe(0);
  await administer(WRITABLE);
  const again = () => api.send(RecordMessagesDocument, { messages: batch });
  const { data } = await eventually(again, ({ errors }) => !errors);
  expect(data?.recordMessages).toEqual({ recorded: 10, duplicates: 0, rejected: [] });
  expect(await stored()).toBe(10);
});

test('without a database everything is UNAVAILABLE, sockets stay or are told to come back, and all recovers', async () => {
  const batch = messages(3);
  const socket = openSocket(server.url, account.key);
  const seen = socket.watch(WatchCampaignAnalyticsDocument, { campaignId });
  await seen.until(() => true);
  await administer(CLOSED);
  for (const field of ROOT_FIELDS)
    if (field.kind === 'subscription')
      expect(await socket.watch(field.operation(campaignId)).end()).toMatchObject(REFUSED.errors);
    else
      expect([field.name, await account.send(field.operation(campaignId))]).toMatchObject([
        field.name,
        REFUSED,
      ]);
  expect(await account.send(RecordMessagesDocument, { messages: batch })).toMatchObject(REFUSED);
  // Signed with a key that another process may just have made.
  const strange = `${Buffer.from('{"alg":"HS256","kid":"unknown"}').toString('base64url')}.e30.AAAA`;
  expect(await openApi(server.url, strange).send('{ __typename }')).toMatchObject(REFUSED);
  const unknown = generateKey();
  expect(await openApi(server.url, unknown).send('{ __typename }')).toMatchObject(REFUSED);
  expect(await openSocket(server.url, unknown).closed()).toMatchObject({ code: 1013, reason: 'UNAVAILABLE' });
  expect(await stored()).toBe(0);
  await administer(OPEN);
  const again = () => account.send(RecordMessagesDocument, { messages: batch });
  expect((await eventually(again, ({ errors }) => !errors)).data?.recordMessages.rejected).toEqual([]);
  await seen.until((each) => each.campaignAnalytics.initialsSent === 3);
  expect((await openApi(server.url, unknown).send('{ __typename }')).status).toBe(401);
  await socket.close();
});

test('a connection that is lost in the middle of a transaction acknowledges nothing and ends nothing else', async () => {
  const batch = messages(5);
  const locker = new Client({ connectionString: server.database.url });
  await locker.connect();
  for (const table of ['campaign_analytics', 'message']) {
    await locker.query('begin');
    await locker.query(`lock table ${table} in access exclusive mode`);
    let answer: unknown;
    void account.send(RecordMessagesDocument, { messages: batch }).then((given) => {
      answer = given;
    });
    // It is tried again a few times, and each attempt is lost.
    await eventually(
      async () => {
        await server.database.client.query(
          `select pg_terminate_backend(pid, 5000) from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return answer;
      },
      (given) => given !== undefined,
    );
    expect(answer).toMatchObject({ ...REFUSED, data: null });
    await locker.query('rollback');
    expect(await stored()).toBe(0);
  }
  await locker.end();
  expect(await record(account, ...batch, ...batch)).toEqual({ recorded: 5, duplicates: 5, rejected: [] });
  expect(await boxes(account, campaignId)).toMatchObject({ initialsSent: 5, revision: 1 });
});

test('connections that are cut again and again while messages come in lose none and count none twice', async () => {
  const batch = messages(200);
  let isDone = false;
  const cutting = (async () => {
    while (!isDone) await administer('select 1');
  })();
  await Promise.all(
    batch.map(async (each) => {
      const attempt = () => account.send(RecordMessagesDocument, { messages: [each] });
      await eventually(attempt, (answer) => {
        if (answer.errors) expect(answer).toMatchObject(REFUSED);
        return !answer.errors;
      });
    }),
  );
  isDone = true;
  await cutting;
  expect(await stored()).toBe(200);
  const ask = () => account.send(CampaignAnalyticsDocument, { campaignId });
  const { data } = await eventually(ask, ({ status }) => status === 200);
  expect(data?.campaignAnalytics).toMatchObject({ conversations: 200, initialsSent: 200, segments: 200 });
});

test('nothing of all this left a phone number, a body or a key in the log', () => {
  const log = lines.join('');
  expect(log).toContain('UNAVAILABLE');
  for (const secret of [BODY, 'cak_', phone(0).slice(0, 8), phone(0).slice(1, 8), 'Bearer '])
    expect(log).not.toContain(secret);
});
