// Bad input, field by field: it is named and not repeated, and leaves nothing behind.
import { CreateCampaignDocument, UpdateCampaignDocument } from '@campaign-analytics/schema/graphql';
import { expect, test } from 'vitest';
import type { Answer } from './harness/api.ts';
import { at, createCampaign, phone, startCampaign } from './harness/campaign.ts';
import { rejection } from './harness/rejection.ts';
import { useServer } from './harness/server.ts';

const server = useServer();

/** What no answer may contain: parts of the values given, all of which have one of them. */
const CANARIES = /canary|5550188/i;
const discreet = <A extends Answer<unknown>>(answer: A): A => {
  expect(JSON.stringify(answer)).not.toMatch(CANARIES);
  return answer;
};

/** How many rows each table has. */
async function census(): Promise<unknown> {
  const { client } = server.database;
  const tables = await client.query(
    `select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`,
  );
  const counts = tables.rows.map(({ relname }) => `(select count(*)::int from "${relname}") as "${relname}"`);
  return (await client.query(`select ${counts.join(', ')}, (select sum(revision) from campaign_analytics)`))
    .rows;
}

const ids = [
  '',
  'canary id',
  'canary/1',
  'canary\n',
  'canary\0',
  'cänary',
  '\ud800canary',
  'canary'.repeat(22),
];
const phones = [
  '',
  'canary',
  '2025550188',
  '12025550188',
  '+2025550188x',
  '+1 202 555 0188',
  '+1-202-5550188',
  '+12025550188 ',
  '+12025550188\0',
  '+120255501885550188',
  '+02025550188',
  '+15550188',
  '\uff0b12025550188',
  'tel:+12025550188',
];
const instants = [
  '',
  'canary',
  '2026-11-02',
  '2026-11-02T17:00:00',
  '2026-11-02T17:00Z',
  '2026-02-30T17:00:00Z',
  '2026-13-01T17:00:00Z',
  '2026-11-02T24:00:00Z',
  '2026-11-02T17:00:00+24:00',
  '2026-11-02T17:00:00Z canary',
  '20261102T170000Z',
  '1793638800',
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00+00:01',
  '9999-12-31T23:59:59-00:01',
  '+12026-11-02T17:00:00Z',
];
const texts = (longest: number) => ['canary\0', 'canary'.padEnd(longest + 1, 'x')];
const names = [...texts(200), '', ' \n\t'];
const counts = (most: number) => [-1, most + 1, 2 ** 31 - 1, -(2 ** 31)];

interface Kind {
  readonly type: string;
  readonly argument: string;
  readonly good: Record<string, unknown>;
  readonly bad: Record<string, readonly unknown[]>;
}
const contact = phone(0);
const sms = { id: 'sms', campaignId: 'c', contact, direction: 'OUTBOUND', body: 'Hello', at: at(0) };
/** Each mutation that takes a batch: one good item, and what makes each of its fields a bad one. */
const KINDS: Record<string, Kind> = {
  recordMessages: {
    type: 'MessageInput',
    argument: 'messages',
    good: sms,
    bad: {
      id: ids,
      campaignId: ids,
      contact: phones,
      senderId: ids,
      body: texts(10_000),
      mediaCount: counts(100),
      segments: counts(1_000),
      at: instants,
    },
  },
  recordMessageStatuses: {
    type: 'MessageStatusInput',
    argument: 'statuses',
    good: { id: 'sms', status: 'FAILED', at: at(0) },
    bad: { id: ids, errorCode: texts(100), at: instants },
  },
  recordOptOuts: {
    type: 'OptOutInput',
    argument: 'optOuts',
    good: { campaignId: 'c', contact, at: at(0) },
    bad: { campaignId: [...ids, null], contact: phones, senderId: ids, at: instants },
  },
  recordOptIns: {
    type: 'OptInInput',
    argument: 'optIns',
    good: { contact, at: at(0) },
    bad: { contact: phones, at: instants },
  },
  addContacts: {
    type: 'ContactInput',
    argument: 'contacts',
    good: { phone: contact },
    bad: { phone: phones, firstName: texts(200), lastName: texts(200), senderId: ids },
  },
  addSenders: {
    type: 'SenderInput',
    argument: 'senders',
    good: { id: 'ana', name: 'Ana' },
    bad: { id: ids, name: names },
  },
};
function batchDocument(mutation: string): string {
  const { type, argument } = KINDS[mutation]!;
  const campaign = mutation.startsWith('add') ? 'campaignId: "c", ' : '';
  return `mutation ($items: [${type}!]!) {
    answer: ${mutation}(${campaign}${argument}: $items) { recorded duplicates rejected { index code message } } }`;
}

const fields = Object.entries(KINDS).flatMap(([mutation, { bad }]) =>
  Object.keys(bad).map((field) => [mutation, field] as const),
);
test.each(fields)('%s rejects each bad %s by its name and stores none of them', async (mutation, field) => {
  const api = await server.account();
  await createCampaign(api, 'c');
  const before = await census();
  const { good, bad } = KINDS[mutation]!;
  const items = bad[field]!.map((value) => ({ ...good, [field]: value }));
  const { data } = discreet(await api.send(batchDocument(mutation), { items }));
  const rejected = items.map((_, index) => rejection(index, 'BAD_USER_INPUT', field));
  expect(data).toEqual({ answer: { recorded: 0, duplicates: 0, rejected } });
  expect(await census()).toEqual(before);
});

test.each([
  ['removeContacts(campaignId: "c", contacts: $items)', 'PhoneNumber', 'contacts', phones],
  ['removeSenders(campaignId: "c", senderIds: $items)', 'ID', 'senderIds', ids],
])('%s rejects what is malformed', async (mutation, type, field, items) => {
  const api = await server.account();
  await createCampaign(api, 'c');
  const document = `mutation ($items: [${type}!]!) { ${mutation} { recorded rejected { index code message } } }`;
  const { data } = discreet(await api.send(document, { items }));
  const rejected = items.map((_, index) => rejection(index, 'BAD_USER_INPUT', field));
  expect(Object.values(data as object)).toEqual([{ recorded: 0, rejected }]);
});

test.each<[field: string, values: readonly unknown[]]>([
  ['id', ids],
  ['name', names],
  ['description', texts(10_000)],
  ['initialMessage', texts(10_000)],
  ['sendingStartsAt', instants],
  ['sendingEndsAt', instants],
  ['timeZone', ['canary', 'Canary/Time', '', '+05:00', 'UTC\0canary']],
  ['opensAt', ['canary', '', '9:00', '24:00', '09:60', '09:00:00', '09:00\n', '٠٩:٠٠']],
  ['closesAt', ['canary', '', '25:00']],
  ['phoneNumbers', [...phones.map((each) => [contact, each]), Array(1_001).fill(contact)]],
])('a campaign with a bad %s is neither created nor changed', async (field, values) => {
  const { api, campaignId } = await startCampaign(server);
  const before = await census();
  for (const value of values) {
    const input = { name: 'A', [field]: value };
    const answers: Answer<unknown>[] = [discreet(await api.send(CreateCampaignDocument, { input }))];
    if (field !== 'id')
      answers.push(discreet(await api.send(UpdateCampaignDocument, { id: campaignId, input })));
    for (const { errors } of answers)
      expect(errors).toEqual([
        expect.objectContaining({
          message: expect.stringMatching(new RegExp(`^(\\$input\\.)?${field}: expected `)),
          extensions: { code: 'BAD_USER_INPUT' },
        }),
      ]);
  }
  expect(await census()).toEqual(before);
});

test('unpaired surrogates in a text are replaced, not refused', async () => {
  const api = await server.account();
  const body = 'a\ud800b\udfff';
  const { id } = (await api.ask(CreateCampaignDocument, { input: { name: body } })).createCampaign;
  const document = 'query ($id: ID!) { campaign(id: $id) { name } }';
  expect(await api.ask(document, { id })).toEqual({ campaign: { name: 'a\ufffdb\ufffd' } });
  const items = [0, 1].map(() => ({ ...sms, campaignId: id, body }));
  expect(await api.ask(batchDocument('recordMessages'), { items })).toMatchObject({
    answer: { recorded: 1, duplicates: 1 },
  });
});

const wrong = { canary: 'canary' };
test.each<[what: string, mutation: string, change: unknown]>([
  ['a number for a phone number', 'recordMessages', { contact: 12025550188 }],
  ['an object for a phone number', 'recordMessages', { contact: wrong }],
  ['a list for a phone number', 'recordMessages', { contact: ['+12025550188'] }],
  ['null for a phone number', 'recordMessages', { contact: null }],
  ['no phone number', 'recordMessages', { contact: undefined }],
  ['a boolean for an id', 'recordMessages', { id: true }],
  ['an object for an id', 'recordMessages', { id: wrong }],
  ['no id', 'recordMessages', { id: undefined }],
  ['a number for an instant', 'recordMessages', { at: 15550188 }],
  ['a number for a text', 'recordMessages', { body: 15550188 }],
  ['a text for a number', 'recordMessages', { segments: 'canary' }],
  ['a digit string for a number', 'recordMessages', { segments: '5550188' }],
  ['a fraction for a number', 'recordMessages', { mediaCount: 5550188.5 }],
  ['more than 32 bits for a number', 'recordMessages', { mediaCount: 15550188_000 }],
  ['an unknown direction', 'recordMessages', { direction: 'CANARY' }],
  ['a number for a status', 'recordMessages', { status: 5550188 }],
  ['an unknown status', 'recordMessageStatuses', { status: '+12025550188' }],
  ['an unknown source', 'recordOptOuts', { source: 'Canary "quoted" at "items[0].x"' }],
  ['an unknown field', 'recordOptIns', { canary: '+12025550188' }],
  ['no instant', 'recordOptIns', { at: undefined, contact: '+12025550188' }],
  ['no name', 'addSenders', { name: undefined, id: 'canary' }],
  ['a list for a name', 'addContacts', { firstName: ['canary', 'canary'] }],
])('%s fails the whole batch and stores nothing', async (_, mutation, change) => {
  const api = await server.account();
  await createCampaign(api, 'c');
  const before = await census();
  const { good } = KINDS[mutation]!;
  const items = [good, { ...good, ...(change as object) }, { ...good, id: 'canary' }];
  const answer = discreet(await api.send(batchDocument(mutation), { items: items.slice(0, 2) }));
  expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  expect(answer.errors![0]!.message).toMatch(/^\$items\[1\]/);
  expect(await census()).toEqual(before);
});

test.each<[what: string, items: unknown]>([
  ['no batch', undefined],
  ['null', null],
  ['a text', 'canary'],
  ['a list with null', [null]],
  ['a list of lists', [[sms]]],
])('%s in the place of a batch fails the request', async (_, items) => {
  const api = await server.account();
  const answer = discreet(await api.send(batchDocument('recordMessages'), { items }));
  expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
});
