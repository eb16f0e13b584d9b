// Who is in a campaign: its contacts, each with one conversation, and its active senders.
import {
  AddContactsDocument,
  AddSendersDocument,
  RemoveContactsDocument,
  RemoveSendersDocument,
} from '@campaign-analytics/schema/graphql';
import { afterAll, expect, test } from 'vitest';
import type { Api } from './harness/api.ts';
import {
  addContacts,
  addSenders,
  allDuplicates,
  allRecorded,
  boxes,
  createCampaign,
  differences,
  message,
  phone,
  record,
  reply,
  startCampaign,
} from './harness/campaign.ts';
import { rejection } from './harness/rejection.ts';
import { useServer } from './harness/server.ts';

const server = useServer();
afterAll(async () => expect(await differences(server.database.url)).toEqual([]));

const start = () => startCampaign(server);
const contact = phone(0);
const rows = async (table: string, { accountId }: { accountId: string }, columns = '*') =>
  (await server.database.client.query(`select ${columns} from ${table} where account_id = $1`, [accountId]))
    .rows;

const removeContacts = async (api: Api, campaignId: string, ...contacts: string[]) =>
  (await api.ask(RemoveContactsDocument, { campaignId, contacts })).removeContacts;
const removeSenders = async (api: Api, campaignId: string, ...senderIds: string[]) =>
  (await api.ask(RemoveSendersDocument, { campaignId, senderIds })).removeSenders;

test('a contact who is there stays as first told, in one batch and over batches', async () => {
  const { api, campaignId } = await start();
  const ada = { phone: contact, firstName: 'Ada', lastName: 'L', senderId: 'ana' };
  const add = async (...contacts: { phone: string; firstName?: string; lastName?: string }[]) =>
    (await api.ask(AddContactsDocument, { campaignId, contacts })).addContacts;
  const answer = { recorded: 1, duplicates: 1, rejected: [rejection(1, 'BAD_USER_INPUT', 'phone')] };
  expect(await add(ada, { phone: '555' }, { ...ada, firstName: 'Eve' })).toEqual(answer);
  expect(await add({ phone: contact }, { ...ada, lastName: 'X' })).toEqual(allDuplicates(2));
  expect(await rows('conversation', api, 'contact, first_name, last_name, sender_id')).toEqual([
    { contact, first_name: 'Ada', last_name: 'L', sender_id: 'ana' },
  ]);
  expect(await boxes(api, campaignId)).toMatchObject({ conversations: 1 });
});

test('a contact is removed while no message was recorded, and is in use from then on', async () => {
  const { api, campaignId } = await start();
  await addContacts(api, campaignId, 3);
  await record(api, reply(campaignId, { contact }), message(campaignId, { contact: phone(3), body: '' }));
  const answer = await removeContacts(api, campaignId, contact, phone(1), phone(1), 'me', phone(3), phone(9));
  expect(answer).toEqual({
    recorded: 1,
    duplicates: 2,
    rejected: [
      rejection(0, 'IN_USE', 'contacts'),
      rejection(3, 'BAD_USER_INPUT', 'contacts'),
      rejection(4, 'IN_USE', 'contacts'),
    ],
  });
  expect(await boxes(api, campaignId)).toMatchObject({ conversations: 3, replies: 1, initialsSent: 1 });
});

test('a sender is renamed in the whole account, and active in each campaign apart', async () => {
  const { api, campaignId } = await start();
  const other = await createCampaign(api);
  const add = async (campaignId: string, ...names: string[]) =>
    (await api.ask(AddSendersDocument, { campaignId, senders: names.map((name) => ({ id: 'ana', name })) }))
      .addSenders;
  expect(await add(campaignId, 'Ana', 'Ana', 'Anna')).toEqual({ ...allDuplicates(1), recorded: 2 });
  expect(await add(other, 'Anna')).toEqual(allRecorded(1));
  expect(await add(campaignId, 'Anna')).toEqual(allDuplicates(1));
  expect(await removeSenders(api, campaignId, 'ana', 'ana')).toEqual({ ...allDuplicates(1), recorded: 1 });
  expect(await boxes(api, campaignId)).toMatchObject({ senders: 0 });
  expect(await boxes(api, other)).toMatchObject({ senders: 1 });
  expect(await add(campaignId, 'Ana B')).toEqual(allRecorded(1));
  expect(await rows('sender', api, 'id, name')).toEqual([{ id: 'ana', name: 'Ana B' }]);
  expect(await boxes(api, campaignId)).toMatchObject({ senders: 1 });
});

test('a sender who is not active in the campaign is removed as a duplicate', async () => {
  const { api, campaignId } = await start();
  await addSenders(api, await createCampaign(api), 'ana');
  expect(await removeSenders(api, campaignId, 'ana', 'nobody')).toEqual(allDuplicates(2));
  const malformed = rejection(0, 'BAD_USER_INPUT', 'senderIds');
  expect(await removeSenders(api, campaignId, 'no id')).toEqual({
    ...allRecorded(0),
    rejected: [malformed],
  });
  expect(await boxes(api, campaignId)).toMatchObject({ senders: 0, revision: 0 });
});

test.each(['no-such-campaign', 'no id'])('beside a batch, campaign "%s" is an error', async (campaignId) => {
  const { api } = await start();
  const answers = await Promise.all([
    api.fails(AddContactsDocument, { campaignId, contacts: [{ phone: contact }] }),
    api.fails(RemoveContactsDocument, { campaignId, contacts: [contact, 'malformed'] }),
    api.fails(AddSendersDocument, { campaignId, senders: [] }),
    api.fails(RemoveSendersDocument, { campaignId, senderIds: ['ana'] }),
  ]);
  for (const answer of answers)
    expect(answer).toMatchObject({
      message: 'campaignId: expected the id of a campaign in reach',
      extensions: { code: 'NOT_FOUND' },
    });
  expect(await rows('sender', api)).toEqual([]);
});
