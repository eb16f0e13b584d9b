// What an account used by UTC month: kept as messages, late statuses, deletions and erasures come, and equal to a recount.
import {
  DeleteCampaignDocument,
  EraseContactDocument,
  UsageDocument,
  type UsageQuery,
} from '@campaign-analytics/schema/graphql';
import { expect, test } from 'vitest';
import {
  createCampaign,
  differences,
  message,
  phone,
  record,
  recordStatuses,
  reply,
  startCampaign,
} from './harness/campaign.ts';
import { eventually } from './harness/deadline.ts';
import { type TestAccount, useServer } from './harness/server.ts';

const server = useServer({ FOLD_MS: '50' });

type Months = UsageQuery['usage'];

/** The usage once nothing waits to be added, which also equals a recount then. */
async function usage(account: TestAccount, range: { from?: string; to?: string } = {}): Promise<Months> {
  await eventually(
    async () =>
      (await server.database.client.query('select from movement where account_id = $1', [account.accountId]))
        .rowCount,
    (waiting) => waiting === 0,
  );
  expect(await differences(server.database.url)).toEqual([]);
  return (await account.ask(UsageDocument, range)).usage;
}

const month = (month: string, over: Partial<Months[number]>): Months[number] => ({
  month,
  messagedContacts: 0,
  smsMessages: 0,
  smsSegments: 0,
  mmsMessages: 0,
  sentSmsMessages: 0,
  sentSmsSegments: 0,
  sentMmsMessages: 0,
  ...over,
});

test('counts what was sent and received by the UTC month of the message, each messaged contact once', async () => {
  const { api, campaignId } = await startCampaign(server);
  const other = await createCampaign(api);
  await record(
    api,
    message(campaignId, { contact: phone(0), at: '2026-10-31T23:59:59.999Z' }),
    message(campaignId, { contact: phone(0), at: '2026-11-01T00:00:00Z', segments: 2 }),
    message(other, { contact: phone(0), at: '2026-10-31T19:00:00-07:00' }),
    message(other, { contact: phone(1), at: '2026-11-30T23:00:00Z', mediaCount: 1 }),
    reply(campaignId, { contact: phone(2), at: '2026-11-05T00:00:00Z', segments: 3 }),
    reply(campaignId, { contact: phone(2), at: '2026-11-05T00:00:00Z', mediaCount: 2 }),
  );
  expect(await usage(api)).toEqual([
    month('2026-10', {
      messagedContacts: 1,
      smsMessages: 1,
      smsSegments: 1,
      sentSmsMessages: 1,
      sentSmsSegments: 1,
    }),
    month('2026-11', {
      messagedContacts: 2,
      smsMessages: 3,
      smsSegments: 6,
      mmsMessages: 2,
      sentSmsMessages: 2,
      sentSmsSegments: 3,
      sentMmsMessages: 1,
    }),
  ]);
});

test('a status that comes later corrects the month of its message, both ways', async () => {
  const { api, campaignId } = await startCampaign(server);
  const [one, two] = [message(campaignId, { contact: phone(0) }), message(campaignId, { contact: phone(1) })];
  await record(api, one, two);
  const both = await usage(api);
  expect(both[0]).toMatchObject({ messagedContacts: 2, smsMessages: 2 });
  await recordStatuses(api, { id: one.id, status: 'UNDELIVERED', at: '2026-12-24T00:00:00Z' });
  expect(await usage(api)).toMatchObject([{ month: '2026-11', messagedContacts: 1, smsMessages: 1 }]);
  await recordStatuses(api, { id: two.id, status: 'FAILED', at: '2026-12-24T00:00:00Z' });
  expect(await usage(api)).toEqual([]);
  for (const { id } of [one, two])
    await recordStatuses(api, { id, status: 'DELIVERED', at: '2026-12-25T00:00:00Z' });
  expect(await usage(api)).toEqual(both);
});

test('messages of a deleted campaign count no longer; an erased contact still does, without its number', async () => {
  const { api, campaignId } = await startCampaign(server);
  const other = await createCampaign(api);
  await record(
    api,
    message(campaignId, { contact: phone(0) }),
    message(other, { contact: phone(0) }),
    message(other, { contact: phone(1) }),
  );
  const before = await usage(api);
  await api.ask(EraseContactDocument, { phone: phone(0) });
  expect(await usage(api)).toEqual(before);
  const { rows } = await server.database.client.query(
    'select contact from usage_contact where account_id = $1',
    [api.accountId],
  );
  expect(rows.map((row) => row.contact).sort()).toEqual([phone(1), expect.stringMatching(/^erased:/)]);
  await api.ask(DeleteCampaignDocument, { id: other });
  expect(await usage(api)).toMatchObject([{ messagedContacts: 1, smsMessages: 1 }]);
});

test('is asked for by months, of which the newest twelve are given unless more are asked for', async () => {
  const { api, campaignId } = await startCampaign(server);
  const months = Array.from({ length: 14 }, (_, index) =>
    new Date(Date.UTC(2025, index, 15)).toISOString().slice(0, 7),
  );
  await record(
    api,
    ...months.map((each) => message(campaignId, { contact: phone(0), at: `${each}-15T00:00:00Z` })),
  );
  const told = async (range: { from?: string; to?: string }) =>
    (await usage(api, range)).map((each) => each.month);
  expect(await told({})).toEqual(months.slice(2));
  expect(await told({ to: '2025-12' })).toEqual(months.slice(0, 12));
  expect(await told({ from: '2025-02', to: '2025-03' })).toEqual(['2025-02', '2025-03']);
  expect(await told({ from: '2025-01' })).toEqual(months);
  for (const from of ['2025', '2025-13', '2025-1', '0000-01', 'last'])
    expect(await api.fails(UsageDocument, { from })).toMatchObject({
      message: 'from: expected a month YYYY-MM',
      extensions: { code: 'BAD_USER_INPUT' },
    });
});
