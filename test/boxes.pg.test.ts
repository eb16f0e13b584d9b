// What each box counts, told and read over the public API: the definitions of the contract, one by one.
import { randomUUID } from 'node:crypto';
import {
  AddSendersDocument,
  type EightBoxesFragment,
  RemoveContactsDocument,
  RemoveSendersDocument,
  SetCampaignStatusDocument,
  UpdateCampaignDocument,
} from '@campaign-analytics/schema/graphql';
import { afterAll, expect, test } from 'vitest';
import {
  addContacts,
  addSenders,
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
import { useServer } from './harness/server.ts';

const server = useServer();
afterAll(async () => expect(await differences(server.database.url)).toEqual([]));

const start = () => startCampaign(server);
const contact = phone(0);
const phones = (count: number) => Array.from({ length: count }, (_, index) => phone(index));

test.each([
  [8, 1, 0.125, 13],
  [8, 3, 0.375, 38],
  [40, 1, 0.025, 3],
  [200, 29, 0.145, 15],
  [200, 1, 0.005, 1],
  [201, 1, 1 / 201, 0],
  [3, 2, 2 / 3, 67],
  [2, 3, 1.5, 150],
  [1, 0, 0, 0],
])('%i initials and %i replies are a rate of %f and %i percent', async (initials, replies, rate, percent) => {
  const { api, campaignId } = await start();
  await record(
    api,
    ...phones(initials).map((contact) => message(campaignId, { contact })),
    ...phones(replies).map((contact) => reply(campaignId, { contact })),
  );
  expect(await boxes(api, campaignId)).toMatchObject({
    initialsSent: initials,
    replies,
    replyRate: rate,
    replyPercent: percent,
  });
});

test('the rate divides by conversations whose initial was sent, and is null while there is none', async () => {
  const { api, campaignId } = await start();
  await addContacts(api, campaignId, 10);
  await record(api, reply(campaignId, { contact }));
  expect(await boxes(api, campaignId)).toMatchObject({ replies: 1, replyRate: null, replyPercent: null });
  await record(api, ...phones(2).map((contact) => message(campaignId, { contact })));
  expect(await boxes(api, campaignId)).toMatchObject({ conversations: 10, replyRate: 0.5, replyPercent: 50 });
});

test('all conversations count, sent or not, opted out or not, with or without an outbound message', async () => {
  const { api, campaignId } = await start();
  await addContacts(api, campaignId, 2);
  await record(api, message(campaignId, { contact: phone(1) }), reply(campaignId, { contact: phone(2) }));
  await recordOptOuts(api, { campaignId, contact: phone(3), at: at(0) });
  expect(await boxes(api, campaignId)).toMatchObject({ conversations: 4, initialsSent: 1, replies: 1 });
});

test('a conversation with several outbound messages counts one initial and all their segments', async () => {
  const { api, campaignId } = await start();
  const three = [0, 1, 2].map((seconds) => message(campaignId, { contact, at: at(seconds) }));
  await record(api, ...three);
  await record(api, message(campaignId, { contact, at: at(3) }));
  expect(await boxes(api, campaignId)).toMatchObject({ initialsSent: 1, segments: 4, conversations: 1 });
});

test('replies count conversations, not messages, those opted out since included', async () => {
  const { api, campaignId } = await start();
  const replies = [0, 0, 0, 1].map((index) => reply(campaignId, { contact: phone(index) }));
  await record(api, ...replies);
  await record(api, reply(campaignId, { contact, at: at(70) }));
  await recordOptOuts(api, { campaignId, contact, at: at(80) });
  expect(await boxes(api, campaignId)).toMatchObject({ replies: 2, totalOptOuts: 1 });
});

test('an auto opt-out counts as a reply as well; the total is that of auto and manual', async () => {
  const { api, campaignId } = await start();
  await record(api, reply(campaignId, { contact, body: 'STOP' }), reply(campaignId, { contact: phone(1) }));
  await recordOptOuts(api, ...[1, 2].map((each) => ({ campaignId, contact: phone(each), at: at(80) })));
  expect(await boxes(api, campaignId)).toMatchObject({
    replies: 2,
    autoOptOuts: 1,
    manualOptOuts: 2,
    totalOptOuts: 3,
  });
});

test('opt-outs of another campaign or of the account change no box of this one', async () => {
  const { api, campaignId } = await start();
  const other = await createCampaign(api);
  await addContacts(api, campaignId, 2);
  const before = await boxes(api, campaignId);
  await recordOptOuts(api, { contact, source: 'ACCOUNT', at: at(0) });
  await record(api, reply(other, { contact, body: 'STOP' }));
  await recordOptOuts(api, { campaignId: other, contact: phone(1), at: at(0) });
  expect(await boxes(api, campaignId)).toEqual(before);
  expect(await boxes(api, other)).toMatchObject({ autoOptOuts: 1, manualOptOuts: 1 });
});

test('a message that fails leaves the boxes, and comes back with a later status that is no failure', async () => {
  const { api, campaignId } = await start();
  const sms = message(campaignId, { contact, segments: 2 });
  await record(api, sms);
  await recordStatuses(api, { id: sms.id, status: 'FAILED', at: at(10) });
  expect(await boxes(api, campaignId)).toMatchObject({ conversations: 1, initialsSent: 0, segments: 0 });
  await recordStatuses(api, { id: sms.id, status: 'UNDELIVERED', at: at(20) });
  expect(await boxes(api, campaignId)).toMatchObject({ conversations: 1, initialsSent: 1, segments: 2 });
});

test('the initial stays sent while any outbound message of the conversation has not failed', async () => {
  const { api, campaignId } = await start();
  const [late, early] = [at(10), at(0)].map((at) => message(campaignId, { contact, at })) as [never, never];
  await record(api, late);
  await record(api, early);
  const fail = (sms: { id: string }) => recordStatuses(api, { id: sms.id, status: 'FAILED', at: at(99) });
  await fail(early);
  expect(await boxes(api, campaignId)).toMatchObject({ initialsSent: 1, segments: 1 });
  await fail(late);
  expect(await boxes(api, campaignId)).toMatchObject({ initialsSent: 0, segments: 0, replyRate: null });
});

test.each([
  [13, 2, 6],
  [286, 1, 286],
  [5, 6, 0],
  [0, 1, 0],
  [3, 0, null],
])('%i conversations and %i senders are 1:%s', async (conversations, senders, contactsPerSender) => {
  const { api, campaignId } = await start();
  await addContacts(api, campaignId, conversations);
  await addSenders(api, campaignId, ...phones(senders).map((_, index) => `sender-${index}`));
  expect(await boxes(api, campaignId)).toMatchObject({ conversations, senders, contactsPerSender });
});

test("a removed sender's messages stay counted, and an unknown sender's activate nobody", async () => {
  const { api, campaignId } = await start();
  await addSenders(api, campaignId, 'ana', 'ben');
  const [known, unknown] = ['ana', 'who'].map((senderId, index) =>
    message(campaignId, { contact: phone(index), senderId }),
  );
  await record(api, known as never, unknown as never);
  await api.ask(RemoveSendersDocument, { campaignId, senderIds: ['ana'] });
  expect(await boxes(api, campaignId)).toMatchObject({ senders: 1, initialsSent: 2, segments: 2 });
  await api.ask(RemoveSendersDocument, { campaignId, senderIds: ['ben'] });
  expect(await boxes(api, campaignId)).toMatchObject({ senders: 0, contactsPerSender: null });
});

test('revision grows with every visible change and with nothing else; updatedAt never falls', async () => {
  const { api, campaignId } = await start();
  const sms = message(campaignId, { contact, id: randomUUID() });
  const failed = { id: sms.id, status: 'FAILED', at: at(9) } as const;
  const optOut = { campaignId, contact, at: at(70) };
  const optIn = { contact, at: at(80) };
  const stop = reply(campaignId, { contact, body: 'Stop', at: at(90) });
  const named = (name: string) => api.ask(AddSendersDocument, { campaignId, senders: [{ id: 'a', name }] });
  const remove = (contact: string) => api.ask(RemoveContactsDocument, { campaignId, contacts: [contact] });
  const setStatus = () => api.ask(SetCampaignStatusDocument, { id: campaignId, status: 'PAUSED' });
  const steps: [what: string, step: () => Promise<unknown>, moves: boolean][] = [
    ['a contact', () => addContacts(api, campaignId, 1), true],
    ['the same contact', () => addContacts(api, campaignId, 1), false],
    ['an initial', () => record(api, sms), true],
    ['the same message', () => record(api, sms), false],
    ['a late MMS', () => record(api, message(campaignId, { contact, mediaCount: 1, at: at(50) })), false],
    ['a conflict', () => record(api, { ...sms, body: 'Other' }), false],
    ['a delivery', () => recordStatuses(api, { ...failed, status: 'DELIVERED', at: at(5) }), false],
    ['a first reply', () => record(api, reply(campaignId, { contact })), true],
    ['a second reply', () => record(api, reply(campaignId, { contact })), false],
    ['a manual opt-out', () => recordOptOuts(api, optOut), true],
    ['the same opt-out', () => recordOptOuts(api, optOut), false],
    ['a later opt-out', () => recordOptOuts(api, { ...optOut, at: at(71) }), false],
    ['an opt-in', () => recordOptIns(api, optIn), true],
    ['the same opt-in', () => recordOptIns(api, optIn), false],
    ['an opt-out term', () => record(api, stop), true],
    ['the same opt-out term', () => record(api, stop), false],
    ['a sender', () => named('Ana'), true],
    ['the same sender', () => named('Ana'), false],
    ['another name for the sender', () => named('Anna'), false],
    ['a contact in use', () => remove(contact), false],
    ['a contact who is not there', () => remove(phone(1)), false],
    ['another status', setStatus, true],
    ['the same status', setStatus, false],
    ['another name', () => api.ask(UpdateCampaignDocument, { id: campaignId, input: { name: 'B' } }), false],
    ['a failure of one segment', () => recordStatuses(api, failed), true],
    ['the same failure', () => recordStatuses(api, failed), false],
  ];
  let before: EightBoxesFragment = await boxes(api, campaignId);
  for (const [what, step, moves] of steps) {
    await step();
    const after = await boxes(api, campaignId);
    expect(after.revision > before.revision, `revision after ${what}`).toBe(moves);
    expect(after.updatedAt >= before.updatedAt, `updatedAt after ${what}`).toBe(true);
    if (!moves) expect(after, what).toEqual(before);
    before = after;
  }
});

test('updatedAt is the creation until something counts, and the time of the newest change then', async () => {
  const api = await server.account();
  const document = 'query ($id: ID!) { campaign(id: $id) { createdAt analytics { updatedAt } } }';
  const campaignId = await createCampaign(api);
  const read = async () =>
    (
      await api.ask<{ campaign: { createdAt: string; analytics: { updatedAt: string } } }, object>(document, {
        id: campaignId,
      })
    ).campaign;
  const { createdAt, analytics } = await read();
  expect(analytics.updatedAt).toBe(createdAt);
  const before = Date.now();
  await record(api, message(campaignId, { contact, at: at(-9_999_999) }));
  const updatedAt = Date.parse((await read()).analytics.updatedAt);
  // The database's clock rounds to the nearest millisecond, this one down.
  expect(updatedAt).toBeGreaterThanOrEqual(before);
  expect(updatedAt).toBeLessThanOrEqual(Date.now() + 1);
});
