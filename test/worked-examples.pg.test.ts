// The design's three worked examples, told and read over the public API.
import {
  AddContactsDocument,
  AddSendersDocument,
  RecordOptOutsDocument,
} from '@campaign-analytics/schema/graphql';
import { expect, test } from 'vitest';
import { at, boxes, createCampaign, message, phone, record, reply } from './harness/campaign.ts';
import { useServer } from './harness/server.ts';

const server = useServer();
const contacts = (count: number) => Array.from({ length: count }, (_, index) => ({ phone: phone(index) }));

test('13 conversations, 8 initials, 10 segments, 3 replies, 2 senders and 2 manual opt-outs', async () => {
  const api = await server.account();
  const campaignId = await createCampaign(api);
  await api.ask(AddContactsDocument, { campaignId, contacts: contacts(13) });
  const senders = ['ana', 'ben'].map((id) => ({ id, name: id }));
  await api.ask(AddSendersDocument, { campaignId, senders });
  const initials = contacts(8).map((each) => message(campaignId, { contact: each.phone, senderId: 'ana' }));
  const replies = contacts(3).map((each) => reply(campaignId, { contact: each.phone }));
  const answers = contacts(2).map((each) => message(campaignId, { contact: each.phone, at: at(90) }));
  expect(await record(api, ...initials, ...replies, ...answers)).toEqual({
    recorded: 13,
    duplicates: 0,
    rejected: [],
  });
  await api.ask(RecordOptOutsDocument, {
    optOuts: [2, 3].map((index) => ({ campaignId, contact: phone(index), at: at(120) })),
  });
  expect(await boxes(api, campaignId)).toMatchObject({
    campaignId,
    status: 'ACTIVE',
    initialsSent: 8,
    conversations: 13,
    segments: 10,
    replies: 3,
    replyRate: 0.375,
    replyPercent: 38,
    senders: 2,
    contactsPerSender: 6,
    autoOptOuts: 0,
    manualOptOuts: 2,
    totalOptOuts: 2,
  });
});

test('286 conversations, 84 initials, 84 segments, 3 replies and 1 sender', async () => {
  const api = await server.account();
  const campaignId = await createCampaign(api);
  await api.ask(AddContactsDocument, { campaignId, contacts: contacts(286) });
  await api.ask(AddSendersDocument, { campaignId, senders: [{ id: 'ana', name: 'Ana' }] });
  await record(api, ...contacts(84).map((each) => message(campaignId, { contact: each.phone })));
  await record(api, ...contacts(3).map((each) => reply(campaignId, { contact: each.phone })));
  expect(await boxes(api, campaignId)).toMatchObject({
    initialsSent: 84,
    conversations: 286,
    segments: 84,
    replies: 3,
    replyPercent: 4,
    senders: 1,
    contactsPerSender: 286,
    totalOptOuts: 0,
  });
});

test('an empty campaign has zeros, and null where there is nothing to divide by', async () => {
  const api = await server.account();
  const campaignId = await createCampaign(api);
  expect(await boxes(api, campaignId)).toMatchObject({
    initialsSent: 0,
    conversations: 0,
    segments: 0,
    replies: 0,
    replyRate: null,
    replyPercent: null,
    senders: 0,
    contactsPerSender: null,
    autoOptOuts: 0,
    manualOptOuts: 0,
    totalOptOuts: 0,
  });
});
