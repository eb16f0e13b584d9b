// What a batch answers, item by item: recorded once, a duplicate ever after, or rejected alone.
import {
  DeleteCampaignDocument,
  type MessageInput,
  RecordMessagesDocument,
} from '@campaign-analytics/schema/graphql';
import { afterAll, expect, test } from 'vitest';
import {
  addContacts,
  allDuplicates,
  allRecorded,
  at,
  boxes,
  createCampaign,
  differences,
  message,
  phone,
  record,
  recordOptIns,
  recordOptOuts,
  recordStatuses,
  reply,
  startCampaign,
} from './harness/campaign.ts';
import { eventually } from './harness/deadline.ts';
import { rejection } from './harness/rejection.ts';
import { useServer } from './harness/server.ts';

const server = useServer();
afterAll(async () => expect(await differences(server.database.url)).toEqual([]));

const start = () => startCampaign(server);
const contact = phone(0);
const rows = async (table: string, { accountId }: { accountId: string }, columns = '*') =>
  (await server.database.client.query(`select ${columns} from ${table} where account_id = $1`, [accountId]))
    .rows;

test('a message is recorded once, within one batch and over batches', async () => {
  const { api, campaignId } = await start();
  const [first, second] = [0, 1].map((index) => message(campaignId, { contact: phone(index) }));
  expect(await record(api, first!, first!, second!, first!)).toEqual({ ...allDuplicates(2), recorded: 2 });
  expect(await record(api, second!, first!)).toEqual(allDuplicates(2));
  const offset = at(0).replace('17:00:00.000Z', '19:00:00+02:00');
  expect(await record(api, { ...first!, at: offset, mediaCount: null, segments: 1 })).toEqual(
    allDuplicates(1),
  );
  expect(await boxes(api, campaignId)).toMatchObject({ initialsSent: 2, segments: 2 });
});

test('an id belongs to its account: another account records it as its own', async () => {
  const [one, two] = [await start(), await start()];
  const sms = message(one.campaignId, { contact });
  await record(one.api, sms);
  expect(await record(two.api, { ...sms, campaignId: two.campaignId })).toEqual(allRecorded(1));
  expect(await record(two.api, sms)).toMatchObject({ rejected: [rejection(0, 'NOT_FOUND', 'campaignId')] });
});

test.each<[field: string, change: (other: string) => Partial<MessageInput>]>([
  ['campaignId', (other) => ({ campaignId: other })],
  ['contact', () => ({ contact: phone(1) })],
  ['direction', () => ({ direction: 'INBOUND' })],
  ['senderId', () => ({ senderId: 'ben' })],
  ['senderId left out', () => ({ senderId: null })],
  ['body', () => ({ body: 'Hello?' })],
  ['body left out', () => ({ body: null })],
  ['mediaCount', () => ({ mediaCount: 2 })],
  ['segments', () => ({ segments: 2 })],
  ['at', () => ({ at: at(0.001) })],
])('the same id with another %s is a conflict, in one batch and over batches', async (_, change) => {
  const { api, campaignId } = await start();
  const other = await createCampaign(api);
  const sms = message(campaignId, { contact, senderId: 'ana', mediaCount: 1, segments: 1 });
  const changed = { ...sms, ...change(other) };
  const conflict = rejection(1, 'CONFLICT', 'id');
  expect(await record(api, sms, changed)).toEqual({ ...allRecorded(1), rejected: [conflict] });
  const before = [await boxes(api, campaignId), await boxes(api, other)];
  expect(await record(api, changed)).toEqual({ ...allRecorded(0), rejected: [{ ...conflict, index: 0 }] });
  expect(await record(api, sms)).toEqual(allDuplicates(1));
  expect([await boxes(api, campaignId), await boxes(api, other)]).toEqual(before);
});

test('64 callers at once with the same four messages have each counted once', async () => {
  const { api, campaignId } = await start();
  const four = [0, 1, 2, 3].map((index) => message(campaignId, { contact: phone(index), segments: 3 }));
  const answers = await Promise.all(Array.from({ length: 64 }, (_, call) => record(api, four[call % 4]!)));
  expect(answers.filter((answer) => answer.recorded === 1)).toHaveLength(4);
  expect(answers.filter((answer) => answer.duplicates === 1)).toHaveLength(60);
  expect(await boxes(api, campaignId)).toMatchObject({ initialsSent: 4, segments: 12, conversations: 4 });
});

test('callers at once with one id and two contents agree on one of them', async () => {
  const { api, campaignId } = await start();
  const sms = message(campaignId, { contact });
  const bodies = Array.from({ length: 20 }, (_, call) => ['one', 'two'][call % 2]!);
  const answers = await Promise.all(bodies.map((body) => record(api, { ...sms, body })));
  const sum = (field: 'recorded' | 'duplicates') =>
    answers.reduce((total, answer) => total + answer[field], 0);
  expect(sum('recorded')).toBe(1);
  expect(sum('duplicates')).toBe(9);
  expect(answers.flatMap((answer) => answer.rejected)).toEqual(
    Array(10).fill(rejection(0, 'CONFLICT', 'id')),
  );
  expect(await boxes(api, campaignId)).toMatchObject({ segments: 1, conversations: 1 });
});

test('good items are stored beside bad ones, which are named by index, code and field', async () => {
  const { api, campaignId } = await start();
  const good = (index: number) => message(campaignId, { contact: phone(index) });
  const items = [
    good(0),
    { ...good(1), at: 'yesterday' },
    message('no-such-campaign', { contact }),
    good(2),
    { ...good(3), contact: '12025550100' },
    { ...good(4), body: null },
    message('no-such-campaign', { contact, id: 'again' }),
    { ...good(5), id: 'again' },
  ];
  expect(await record(api, ...items)).toEqual({
    recorded: 3,
    duplicates: 0,
    rejected: [
      rejection(1, 'BAD_USER_INPUT', 'at'),
      rejection(2, 'NOT_FOUND', 'campaignId'),
      rejection(4, 'BAD_USER_INPUT', 'contact'),
      rejection(5, 'BAD_USER_INPUT', 'segments'),
      rejection(6, 'NOT_FOUND', 'campaignId'),
    ],
  });
  expect(await boxes(api, campaignId)).toMatchObject({ conversations: 3, initialsSent: 3 });
});

test('one batch counts in each of its campaigns, and opens the conversations that are not there', async () => {
  const { api, campaignId } = await start();
  const other = await createCampaign(api);
  await addContacts(api, other, 1);
  const batch = [
    message(campaignId, { contact }),
    reply(other, { contact }),
    message(other, { contact: phone(1) }),
    reply(campaignId, { contact: phone(2) }),
  ];
  expect(await record(api, ...batch)).toEqual(allRecorded(4));
  expect(await boxes(api, campaignId)).toMatchObject({ conversations: 2, initialsSent: 1, replies: 1 });
  expect(await boxes(api, other)).toMatchObject({ conversations: 2, initialsSent: 1, replies: 1 });
});

test('1,000 messages are one batch, 1,001 are refused and none of them is stored', async () => {
  const { api, campaignId } = await start();
  const messages = Array.from({ length: 1_001 }, (_, index) =>
    message(campaignId, { contact: phone(index % 600) }),
  );
  expect(await api.fails(RecordMessagesDocument, { messages })).toMatchObject({
    message: '$messages: expected at most 1000 items',
    extensions: { code: 'BAD_USER_INPUT' },
  });
  expect(await boxes(api, campaignId)).toMatchObject({ conversations: 0, revision: 0 });
  expect(await record(api, ...messages.slice(1))).toEqual(allRecorded(1_000));
  expect(await boxes(api, campaignId)).toMatchObject({ conversations: 600, segments: 1_000 });
});

test('an empty batch is answered with zeros', async () => {
  const { api } = await start();
  expect(await record(api)).toEqual(allRecorded(0));
});

test('what an interrupted deletion left is none of the next campaign of that id', async () => {
  const { api, campaignId } = await start();
  const batch = [message(campaignId, { contact, id: 'sms' }), reply(campaignId, { contact: phone(1) })];
  await record(api, ...batch);
  // A deletion folds what it deletes.
  await eventually(
    () => rows('movement', api),
    (movements) => movements.length === 0,
  );
  await server.database.client.query('delete from campaign where id = $1', [campaignId]);
  await recordStatuses(api, { id: 'sms', status: 'FAILED', at: at(1) });
  await createCampaign(api, campaignId);
  expect(await record(api, reply(campaignId, { contact }))).toEqual(allRecorded(1));
  expect(await boxes(api, campaignId)).toMatchObject({ conversations: 1, initialsSent: 0, replies: 1 });
  expect(await rows('conversation', api)).toHaveLength(1);
  expect(await rows('message', api)).toHaveLength(1);
});

test('what an interrupted deletion left is removed by deleting the campaign again', async () => {
  const { api, campaignId } = await start();
  await record(api, message(campaignId, { contact }), reply(campaignId, { contact: phone(1) }));
  await eventually(
    () => rows('movement', api),
    (movements) => movements.length === 0,
  );
  await server.database.client.query('delete from campaign where id = $1', [campaignId]);
  expect(await api.fails(DeleteCampaignDocument, { id: campaignId })).toMatchObject({
    extensions: { code: 'NOT_FOUND' },
  });
  for (const table of ['message', 'conversation']) expect(await rows(table, api)).toEqual([]);
});

test('a deleted campaign leaves nothing: its id and those of its messages are free again', async () => {
  const { api, campaignId } = await start();
  const batch = [message(campaignId, { contact }), reply(campaignId, { contact: phone(1) })];
  await record(api, ...batch);
  await api.ask(DeleteCampaignDocument, { id: campaignId });
  const gone = [0, 1].map((index) => rejection(index, 'NOT_FOUND', 'campaignId'));
  expect(await record(api, ...batch)).toMatchObject({ recorded: 0, rejected: gone });
  for (const table of ['message', 'conversation', 'status_report'])
    expect(await rows(table, api)).toEqual([]);
  await createCampaign(api, campaignId);
  expect(await record(api, ...batch)).toEqual(allRecorded(2));
  expect(await boxes(api, campaignId)).toMatchObject({ conversations: 2, initialsSent: 1, replies: 1 });
});

test('opt-outs and opt-ins are recorded once, and rejected alone', async () => {
  const { api, campaignId } = await start();
  const out = { campaignId, contact, at: at(10) };
  expect(await recordOptOuts(api, out, out, { ...out, senderId: 'ana' }, { contact, at: at(1) })).toEqual({
    recorded: 2,
    duplicates: 1,
    rejected: [rejection(3, 'BAD_USER_INPUT', 'campaignId')],
  });
  const account = { contact, source: 'ACCOUNT' as const, at: at(1) };
  const unknown = { ...out, campaignId: 'no-such-campaign' };
  const answer = { recorded: 1, duplicates: 1, rejected: [rejection(0, 'NOT_FOUND', 'campaignId')] };
  expect(await recordOptOuts(api, unknown, account, out)).toEqual(answer);
  const back = { contact, at: at(5) };
  expect(await recordOptIns(api, back, back, { ...back, contact: '+1' })).toEqual({
    recorded: 1,
    duplicates: 1,
    rejected: [rejection(2, 'BAD_USER_INPUT', 'contact')],
  });
  expect(await boxes(api, campaignId)).toMatchObject({ conversations: 1, manualOptOuts: 1 });
});
