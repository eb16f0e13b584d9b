// The status of a message: the newest one told, in whatever order they come, before or after the message.
import { type MessageStatus, type MessageStatusInput } from '@campaign-analytics/schema/graphql';
import { afterAll, expect, test } from 'vitest';
import type { Api } from './harness/api.ts';
import {
  allRecorded,
  at,
  boxes,
  createCampaign,
  differences,
  message,
  phone,
  record,
  recordStatuses,
  reply,
  startCampaign,
} from './harness/campaign.ts';
import { orders } from './harness/orders.ts';
import { useServer } from './harness/server.ts';

const server = useServer();
afterAll(async () => expect(await differences(server.database.url)).toEqual([]));

const start = () => startCampaign(server);
const contact = phone(0);
const SENT = { conversations: 1, initialsSent: 1, segments: 2 };
const UNSENT = { conversations: 1, initialsSent: 0, segments: 0 };

/** A status at a second; 'with' the message it is the message's own, at second 0. */
type Told = readonly [second: number | 'with', status: MessageStatus];

test.each<[title: string, history: Told[], sent: boolean]>([
  [
    'FAILED after SENT',
    [
      [0, 'SENT'],
      [1, 'FAILED'],
    ],
    false,
  ],
  [
    'DELIVERED after FAILED',
    [
      [1, 'FAILED'],
      [2, 'DELIVERED'],
    ],
    true,
  ],
  [
    'SENT after FAILED',
    [
      [1, 'FAILED'],
      [2, 'SENT'],
    ],
    true,
  ],
  [
    'UNDELIVERED, which was sent',
    [
      [1, 'SENT'],
      [2, 'UNDELIVERED'],
    ],
    true,
  ],
  [
    'DELIVERED before FAILED',
    [
      [3, 'FAILED'],
      [2, 'DELIVERED'],
    ],
    false,
  ],
  ['FAILED at the time of SENT', [[0, 'FAILED']], false],
  [
    'FAILED at the time of all others',
    [
      [5, 'SENT'],
      [5, 'FAILED'],
      [5, 'DELIVERED'],
    ],
    false,
  ],
  ['FAILED before the message', [[-1, 'FAILED']], true],
  [
    'a message told as FAILED, later DELIVERED',
    [
      ['with', 'FAILED'],
      [2, 'DELIVERED'],
    ],
    true,
  ],
  [
    'a message told as FAILED, DELIVERED before',
    [
      ['with', 'FAILED'],
      [-2, 'DELIVERED'],
    ],
    false,
  ],
  [
    'FAILED between two others',
    [
      [1, 'DELIVERED'],
      [2, 'FAILED'],
      [3, 'SENT'],
    ],
    true,
  ],
])('in every order, message included, and in one batch: %s', async (_, history, isSent) => {
  const api = await server.account();
  const own = history.find(([second]) => second === 'with')?.[1] ?? 'SENT';
  const tell = async (isBatch: boolean, told: readonly (Told | 'message')[]) => {
    const campaignId = await createCampaign(api);
    const id = `${campaignId}.1`;
    const sms = message(campaignId, { id, contact, segments: 2, status: own });
    const reports = (some: readonly (Told | 'message')[]): MessageStatusInput[] =>
      some.flatMap((each) =>
        each === 'message' ? [] : [{ id, status: each[1], at: at(each[0] as number) }],
      );
    for (const each of told)
      if (each === 'message') await record(api, sms);
      else if (!isBatch) await recordStatuses(api, ...reports([each]));
    if (isBatch) await recordStatuses(api, ...reports(told));
    expect(await boxes(api, campaignId)).toMatchObject(isSent ? SENT : UNSENT);
    await recordStatuses(api, ...reports(told).reverse());
    await record(api, sms);
    expect(await boxes(api, campaignId)).toMatchObject(isSent ? SENT : UNSENT);
  };
  const events = ['message' as const, ...history.filter(([second]) => second !== 'with')];
  await Promise.all(orders(events).flatMap((told) => [tell(false, told), tell(true, told)]));
});

test('a status before its message is kept and counts as recorded, again it is a duplicate', async () => {
  const { api, campaignId } = await start();
  const sms = message(campaignId, { contact });
  const failed: MessageStatusInput = { id: sms.id, status: 'FAILED', errorCode: '30003', at: at(5) };
  expect(await recordStatuses(api, failed, failed)).toEqual({ recorded: 1, duplicates: 1, rejected: [] });
  expect(await boxes(api, campaignId)).toMatchObject({ conversations: 0, initialsSent: 0 });
  expect(await record(api, sms)).toEqual(allRecorded(1));
  expect(await boxes(api, campaignId)).toMatchObject(UNSENT);
  expect(await recordStatuses(api, failed)).toEqual({ recorded: 0, duplicates: 1, rejected: [] });
  expect(await recordStatuses(api, { ...failed, errorCode: '30004' })).toEqual(allRecorded(1));
});

test('a status of one account waits for no message of another', async () => {
  const [one, two] = [await start(), await start()];
  const id = `${one.campaignId}.1`;
  await recordStatuses(one.api, { id, status: 'FAILED', at: at(5) });
  await record(two.api, message(two.campaignId, { id, contact, segments: 2 }));
  expect(await boxes(two.api, two.campaignId)).toMatchObject(SENT);
  await recordStatuses(one.api, { id, status: 'FAILED', at: at(6) });
  expect(await boxes(two.api, two.campaignId)).toMatchObject(SENT);
});

test('another status in a repeated message is a status of that message, at its time', async () => {
  const { api, campaignId } = await start();
  const sms = message(campaignId, { contact, segments: 2, at: at(10) });
  const again = (status: MessageStatus) => record(api, { ...sms, status });
  await record(api, sms);
  expect(await again('FAILED')).toEqual({ recorded: 0, duplicates: 1, rejected: [] });
  expect(await boxes(api, campaignId)).toMatchObject(UNSENT);
  await again('DELIVERED');
  expect(await boxes(api, campaignId)).toMatchObject(UNSENT);
  await recordStatuses(api, { id: sms.id, status: 'SENT', at: at(11) });
  await again('FAILED');
  expect(await boxes(api, campaignId)).toMatchObject(SENT);
  const other = { ...sms, id: `${campaignId}.2`, contact: phone(1) };
  expect(await record(api, other, { ...other, status: 'FAILED' }, other)).toMatchObject({ duplicates: 2 });
  expect(await boxes(api, campaignId)).toMatchObject({ ...SENT, conversations: 2 });
});

test('no INBOUND message is recorded as UNDELIVERED or FAILED', async () => {
  const { api, campaignId } = await start();
  const statuses = ['UNDELIVERED', 'FAILED', 'DELIVERED', 'SENT'] as const;
  const messages = statuses.map((status, index) => reply(campaignId, { contact: phone(index), status }));
  const message = expect.stringMatching(/^status: expected SENT or DELIVERED/);
  expect(await record(api, ...messages)).toEqual({
    recorded: 2,
    duplicates: 0,
    rejected: [0, 1].map((index) => ({ index, code: 'BAD_USER_INPUT', message })),
  });
  expect(await boxes(api, campaignId)).toMatchObject({ conversations: 2, replies: 2 });
});

test.each(['UNDELIVERED', 'FAILED'] as const)('an INBOUND message does not become %s', async (status) => {
  const { api, campaignId } = await start();
  const inbound = reply(campaignId, { contact, body: 'STOP' });
  const report: MessageStatusInput = { id: inbound.id, status, at: at(99) };
  const delivered: MessageStatusInput = { ...report, status: 'DELIVERED' };
  const told = { replies: 1, autoOptOuts: 1, conversations: 1 };
  // Nobody knows yet that it is an inbound message's: kept until the message tells.
  expect(await recordStatuses(api, report)).toEqual(allRecorded(1));
  await record(api, inbound);
  expect(await boxes(api, campaignId)).toMatchObject(told);
  expect(await recordStatuses(api, delivered, report)).toEqual({
    recorded: 1,
    duplicates: 0,
    rejected: [
      { index: 1, code: 'BAD_USER_INPUT', message: expect.stringMatching(/^status: expected SENT/) },
    ],
  });
  expect(await record(api, inbound)).toMatchObject({ duplicates: 1 });
  expect(await boxes(api, campaignId)).toMatchObject(told);
  // Whichever came first, no trace is left of it.
  const { rows } = await server.database.client.query(
    `select m.status, array(select r.status::text from status_report r where r.message_id = m.id) as reports
       from message m where m.account_id = $1`,
    [api.accountId],
  );
  expect(rows).toEqual([{ status: 'DELIVERED', reports: ['DELIVERED'] }]);
});

test('an INBOUND message keeps its own status where only impossible ones came before', async () => {
  const { api, campaignId } = await startCampaign(server);
  const inbound = reply(campaignId, { contact });
  await recordStatuses(api, { id: inbound.id, status: 'FAILED', at: at(99) });
  await record(api, inbound);
  const { rows } = await server.database.client.query('select status from message where account_id = $1', [
    api.accountId,
  ]);
  expect(rows).toEqual([{ status: 'SENT' }]);
});

test('a failed MMS takes its initial away and no segments, one of many messages only its own', async () => {
  const { api, campaignId } = await start();
  const mms = message(campaignId, { contact, mediaCount: 1, segments: 9 });
  const many = [1, 2, 3].map((segments) =>
    message(campaignId, { contact: phone(1), segments, at: at(segments) }),
  );
  await record(api, mms, ...many);
  const fail = (...messages: { id: MessageStatusInput['id'] }[]) =>
    recordStatuses(api, ...messages.map(({ id }) => ({ id, status: 'FAILED' as const, at: at(99) })));
  await fail(mms, ...many.slice(1, 2));
  expect(await boxes(api, campaignId)).toMatchObject({ conversations: 2, initialsSent: 1, segments: 4 });
  await fail(...many);
  expect(await boxes(api, campaignId)).toMatchObject({ conversations: 2, initialsSent: 0, segments: 0 });
});

test('one batch of statuses moves each campaign by its own messages', async () => {
  const { api, campaignId } = await start();
  const second = await createCampaign(api);
  const messages = [campaignId, campaignId, second].map((campaign, index) =>
    message(campaign, { contact: phone(index) }),
  );
  await record(api, ...messages);
  const failed = messages.map(({ id }) => ({ id, status: 'FAILED' as const, at: at(1) }));
  await recordStatuses(api, ...failed.slice(1), { ...failed[0]!, id: 'not-there' });
  expect(await boxes(api, campaignId)).toMatchObject({ conversations: 2, initialsSent: 1, segments: 1 });
  expect(await boxes(api, second)).toMatchObject({ conversations: 1, initialsSent: 0, segments: 0 });
});

test('statuses told while their messages are being recorded apply, whichever is first', async () => {
  const { api, campaignId } = await start();
  const messages = Array.from({ length: 40 }, (_, index) => message(campaignId, { contact: phone(index) }));
  const failed = (api: Api, id: MessageStatusInput['id']) =>
    recordStatuses(api, { id, status: 'FAILED', at: at(1) });
  await Promise.all(messages.flatMap((each) => [record(api, each), failed(api, each.id)]));
  expect(await boxes(api, campaignId)).toMatchObject({ conversations: 40, initialsSent: 0, segments: 0 });
});
