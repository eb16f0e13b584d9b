// The command recount: every number against the events it was made of, and set right when told to.
import { WatchCampaignAnalyticsDocument } from '@campaign-analytics/schema/graphql';
import { beforeAll, expect, test } from 'vitest';
import { boxes, createCampaign, message, phone, record, reply } from './harness/campaign.ts';
import { runCommand } from './harness/process.ts';
import { type TestAccount, useServer } from './harness/server.ts';
import { openSocket } from './harness/socket.ts';

const server = useServer({ POLL_MS: '100' });
const recount = (...args: string[]) => runCommand(server.database.url, ['recount', ...args]);
const falsify = (statement: string, id: string) => server.database.client.query(statement, [id]);

let account: TestAccount;
let right: string;
let wrong: string;

beforeAll(async () => {
  account = await server.account();
  [right, wrong] = [await createCampaign(account, 'right'), await createCampaign(account, 'wrong')];
  for (const id of [right, wrong])
    await record(
      account,
      ...[0, 1, 2].map((index) => message(id, { contact: phone(index) })),
      reply(id, { contact: phone(0), body: 'STOP' }),
    );
});

const ALL_WELL = { code: 0, stdout: '2 campaigns recounted, 0 differences\n', stderr: '' };

test('numbers that equal their events end with 0 and say so', async () => {
  expect(await recount()).toEqual(ALL_WELL);
});

test('a falsified box is printed with both numbers; repairing sets it right, and readers see it', async () => {
  const before = await boxes(account, wrong);
  const socket = openSocket(server.url, account.key);
  const seen = socket.watch(WatchCampaignAnalyticsDocument, { campaignId: wrong });
  await falsify(
    'update campaign_analytics set replies = 9, initials_sent = 0, revision = revision + 1 where campaign_id = $1',
    wrong,
  );
  await seen.until((each) => each.campaignAnalytics.replies === 9);
  const lines = [
    `account ${account.accountId} campaign wrong initials_sent: kept 0, counted 3\n`,
    `account ${account.accountId} campaign wrong replies: kept 9, counted 1\n`,
  ].join('');
  const told = { code: 1, stdout: `${lines}2 campaigns recounted, 2 differences\n`, stderr: '' };
  expect(await recount()).toEqual(told);
  expect(await recount('--repair')).toEqual({
    ...told,
    stdout: `${lines}2 campaigns recounted, 2 differences, repaired\n`,
  });
  const { updatedAt: _, ...numbers } = { ...before, revision: before.revision + 2 };
  await seen.until((each) => each.campaignAnalytics.revision === numbers.revision);
  expect(seen.seen.at(-1)?.campaignAnalytics).toMatchObject(numbers);
  expect(await boxes(account, wrong)).toMatchObject(numbers);
  expect(await recount()).toEqual(ALL_WELL);
  await socket.close();
});

test.each([
  [
    'counts messages that are not there',
    'update conversation set sent_count = 7 where campaign_id = $1 and contact like $2',
  ],
  [
    'forgot an opt-out',
    'update conversation set opted_out_at = null, opted_out_source = null where campaign_id = $1 and contact like $2',
  ],
  ['is missing', 'delete from conversation where campaign_id = $1 and contact like $2'],
])(
  'a conversation that %s is counted without its phone number, repaired, and counts right again',
  async (_, statement) => {
    const before = await boxes(account, wrong);
    await server.database.client.query(statement, [wrong, phone(0)]);
    const line = `account ${account.accountId} campaign wrong wrong_conversations: kept 1, counted 0\n`;
    const found = await recount();
    expect(found).toEqual({ code: 1, stdout: `${line}2 campaigns recounted, 1 differences\n`, stderr: '' });
    expect((await recount('--repair')).code).toBe(1);
    expect(await recount()).toEqual(ALL_WELL);
    expect(await boxes(account, wrong)).toEqual(before);
  },
);

test('an unknown option is explained and ends with 1', async () => {
  const { code, stdout, stderr } = await recount('--fix');
  expect([code, stdout, stderr]).toEqual([
    1,
    '',
    expect.stringContaining('Usage: npm run recount [-- --repair]'),
  ]);
});
