// Which opt-out counts, and what undoes it: the words of OptOutSource, in every order of arrival.
import {
  AddContactsDocument,
  DeleteCampaignDocument,
  type OptOutSource,
  RemoveContactsDocument,
} from '@campaign-analytics/schema/graphql';
import { afterAll, expect, test } from 'vitest';
import type { Api } from './harness/api.ts';
import {
  addContacts,
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
  reply,
  startCampaign,
} from './harness/campaign.ts';
import { orders } from './harness/orders.ts';
import { useServer } from './harness/server.ts';

const server = useServer();
afterAll(async () => expect(await differences(server.database.url)).toEqual([]));

const start = () => startCampaign(server);
const contact = phone(0);

/** Something that happens to one contact, at a second; told again, it is the same. */
type Event = (place: { api: Api; campaignId: string; other: string; contact: string }) => Promise<unknown>;
const stop =
  (second: number): Event =>
  ({ api, campaignId, contact }) =>
    record(api, reply(campaignId, { id: `${campaignId}.${second}`, contact, body: 'STOP', at: at(second) }));
const out =
  (second: number, source: OptOutSource = 'MANUAL'): Event =>
  ({ api, campaignId, contact }) =>
    recordOptOuts(api, { campaignId, contact, source, at: at(second) });
const account = (second: number): Event => out(second, 'ACCOUNT');
const elsewhere =
  (second: number): Event =>
  ({ api, other, contact }) =>
    recordOptOuts(api, { campaignId: other, contact, at: at(second) });
const back =
  (second: number): Event =>
  ({ api, contact }) =>
    recordOptIns(api, { contact, at: at(second) });

test.each<[title: string, history: Event[], auto: 0 | 1, manual: 0 | 1]>([
  ['an opt-out term is AUTO', [stop(10)], 1, 0],
  ['an opt-out by hand is MANUAL', [out(10)], 0, 1],
  ['an opt-out reported as AUTO is AUTO', [out(10, 'AUTO')], 1, 0],
  ['at equal times MANUAL beats AUTO', [stop(10), out(10)], 0, 1],
  ['AUTO, where it is the earliest', [stop(10), out(20)], 1, 0],
  ['MANUAL, where it is the earliest', [stop(20), out(10)], 0, 1],
  ['an opt-in undoes what was before it', [stop(10), out(11), back(20)], 0, 0],
  ['an opt-in undoes nothing later', [back(10), stop(20)], 1, 0],
  ['at equal times an opt-out beats an opt-in', [back(10), stop(10)], 1, 0],
  ['at equal times MANUAL beats AUTO, and both an opt-in', [back(10), stop(10), out(10)], 0, 1],
  ['the earliest after the last opt-in gives the source', [stop(10), back(20), out(30), stop(40)], 0, 1],
  ['an opt-out older than the last opt-in is none', [stop(10), back(20), out(5)], 0, 0],
  ['an older opt-in undoes nothing that a newer one left', [out(5), back(10), stop(10), back(3)], 1, 0],
  ['an opt-out of the account hides none made here', [account(1), stop(10)], 1, 0],
  ['an opt-out of the account counts in no box', [account(30), back(20), out(10)], 0, 0],
  ['an opt-out elsewhere hides none made here', [elsewhere(1), back(5), out(10), stop(12)], 0, 1],
  ['an opt-out elsewhere counts in no box here', [elsewhere(30), back(20), stop(10)], 0, 0],
])('in every order, at once and repeated: %s', async (_, history, autoOptOuts, manualOptOuts) => {
  const api = await server.account();
  const told = async (events: readonly Event[], index: number, isAtOnce: boolean) => {
    const [campaignId, other] = [await createCampaign(api), await createCampaign(api)];
    const place = { api, campaignId, other, contact: phone(index) };
    if (isAtOnce) await Promise.all(events.map((event) => event(place)));
    else for (const event of events) await event(place);
    expect(await boxes(api, campaignId)).toMatchObject({ autoOptOuts, manualOptOuts, conversations: 1 });
    for (const event of events) await event(place);
    expect(await boxes(api, campaignId)).toMatchObject({ autoOptOuts, manualOptOuts, conversations: 1 });
  };
  const all = orders(history);
  await Promise.all(all.map((events, index) => told(events, index, false)));
  await told(history, all.length, true);
});

test('each opt-out term opts out, in any case, surrounding white space aside, and is a reply', async () => {
  const { api, campaignId } = await start();
  const terms = ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT'];
  const written = [...terms, 'stop', 'sToPaLl', '  Cancel', 'end \n', '\r\n\tquit\u00a0', 'Optout'];
  const messages = written.map((body, index) => reply(campaignId, { contact: phone(index), body }));
  await record(api, ...messages, reply(campaignId, { contact: phone(99), body: 'Stop', mediaCount: 1 }));
  const autoOptOuts = written.length + 1;
  expect(await boxes(api, campaignId)).toMatchObject({ autoOptOuts, totalOptOuts: 15, replies: 15 });
});

test('more than the term, another word, no text or an outbound term opts nobody out', async () => {
  const { api, campaignId } = await start();
  const others = ['stop please', 'STOP.', '"STOP"', 'stop stop', 'opt out', 'opt-out', 'unstop', '', null];
  await record(api, ...others.map((body, index) => reply(campaignId, { contact: phone(index), body })));
  await record(api, message(campaignId, { contact: phone(50), body: 'STOP' }));
  expect(await boxes(api, campaignId)).toMatchObject({ totalOptOuts: 0, replies: others.length });
});

test("with the account's switch off a term is only a reply, decided when the message is recorded", async () => {
  const { api, campaignId } = await start();
  const turn = (isOn: boolean) =>
    server.database.client.query('update account set has_auto_opt_out = $2 where id = $1', [
      api.accountId,
      isOn,
    ]);
  const term = reply(campaignId, { contact, body: 'STOP' });
  await turn(false);
  await record(api, term);
  await turn(true);
  await record(api, term);
  expect(await boxes(api, campaignId)).toMatchObject({ autoOptOuts: 0, replies: 1 });
  await record(api, reply(campaignId, { contact, body: 'STOP', at: at(99) }));
  expect(await boxes(api, campaignId)).toMatchObject({ autoOptOuts: 1, replies: 1 });
});

test('an opt-in holds in all campaigns of the account, for this contact and in this account alone', async () => {
  const { api, campaignId } = await start();
  const second = await createCampaign(api);
  const foreign = await start();
  const optOut = (campaignId: string, index = 0) => ({ campaignId, contact: phone(index), at: at(10) });
  await recordOptOuts(api, optOut(campaignId), optOut(second), optOut(second, 1));
  await recordOptOuts(foreign.api, optOut(foreign.campaignId));
  await recordOptIns(api, { contact, at: at(20) });
  expect(await boxes(api, campaignId)).toMatchObject({ manualOptOuts: 0 });
  expect(await boxes(api, second)).toMatchObject({ manualOptOuts: 1 });
  expect(await boxes(foreign.api, foreign.campaignId)).toMatchObject({ manualOptOuts: 1 });
});

test('an opt-out opens the conversation, an opt-in and an opt-out of the account open none', async () => {
  const { api, campaignId } = await start();
  await recordOptIns(api, { contact, at: at(0) });
  await recordOptOuts(api, { contact: phone(1), source: 'ACCOUNT', at: at(0) });
  await recordOptOuts(api, { campaignId, contact: phone(2), source: 'ACCOUNT', at: at(0) });
  expect(await boxes(api, campaignId)).toMatchObject({ conversations: 0, totalOptOuts: 0 });
  await recordOptOuts(api, { campaignId, contact: phone(3), at: at(0) });
  expect(await boxes(api, campaignId)).toMatchObject({ conversations: 1, manualOptOuts: 1 });
});

test('a removed contact comes back opted out, unless there was an opt-in since', async () => {
  const { api, campaignId } = await start();
  const contacts = [0, 1, 2].map(phone);
  const optOuts = contacts.map((contact) => ({ campaignId, contact, at: at(10) }));
  expect(await recordOptOuts(api, ...optOuts)).toEqual(allRecorded(3));
  await api.ask(RemoveContactsDocument, { campaignId, contacts });
  const none = { conversations: 0, totalOptOuts: 0 };
  expect(await boxes(api, campaignId)).toMatchObject(none);
  // What was known before is a duplicate, and moves nothing.
  expect(await recordOptOuts(api, ...optOuts)).toMatchObject({ recorded: 0, duplicates: 3 });
  expect(await boxes(api, campaignId)).toMatchObject(none);
  await recordOptIns(api, { contact: phone(2), at: at(20) });
  expect(await boxes(api, campaignId)).toMatchObject(none);
  await api.ask(AddContactsDocument, { campaignId, contacts: [{ phone: phone(0) }, { phone: phone(2) }] });
  await record(api, message(campaignId, { contact: phone(1) }));
  expect(await boxes(api, campaignId)).toMatchObject({ conversations: 3, manualOptOuts: 2, autoOptOuts: 0 });
});

test("a deleted campaign's opt-outs stay as the account's, and count in no campaign of its id", async () => {
  const { api, campaignId } = await start();
  await recordOptOuts(api, ...[10, 30].map((second) => ({ campaignId, contact, at: at(second) })));
  await record(api, reply(campaignId, { contact: phone(1), body: 'STOP' }));
  await api.ask(DeleteCampaignDocument, { id: campaignId });
  const { rows } = await server.database.client.query(
    'select contact, campaign_id, source, at from opt_out where account_id = $1 order by contact',
    [api.accountId],
  );
  const kept = { campaign_id: '', source: 'ACCOUNT' };
  expect(rows).toEqual([
    { contact, at: new Date(at(30)), ...kept },
    { contact: phone(1), at: new Date(at(60)), ...kept },
  ]);
  await createCampaign(api, campaignId);
  await addContacts(api, campaignId, 2);
  expect(await boxes(api, campaignId)).toMatchObject({ conversations: 2, totalOptOuts: 0 });
});
