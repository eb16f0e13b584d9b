// The numbers around the boxes: activity, senders, deliveries, completion. They trail by a moment, equal a recount of the base
// tables at every instant and the boxes at rest, and survive whatever else is done to a campaign.
import {
  AddContactsDocument,
  CampaignBreakdownDocument,
  type CampaignBreakdownQuery,
  DeleteCampaignDocument,
  RemoveContactsDocument,
  UpdateCampaignDocument,
} from '@campaign-analytics/schema/graphql';
import { expect, test } from 'vitest';
import { type Api, openApi } from './harness/api.ts';
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
import { eventually } from './harness/deadline.ts';
import { useProcesses } from './harness/process.ts';
import { useServer } from './harness/server.ts';

const server = useServer({ FOLD_MS: '50' });
const start = useProcesses();

type Breakdown = NonNullable<CampaignBreakdownQuery['campaignBreakdown']>;
type Cut = { interval?: 'HOUR' | 'DAY'; timeZone?: string };

/** At rest. */
async function breakdown(api: Api, campaignId: string, cut: Cut = {}): Promise<Breakdown> {
  const { campaignBreakdown } = await eventually(
    () => api.ask(CampaignBreakdownDocument, { campaignId, ...cut }),
    (answer) => answer.campaignBreakdown?.isSettled !== false,
  );
  if (!campaignBreakdown) throw new Error('Expected a breakdown, got null');
  return campaignBreakdown;
}

const sumOf = <Row>(rows: readonly Row[], of: (row: Row) => number): number =>
  rows.reduce((sum, row) => sum + of(row), 0);

/** What must hold of every campaign at rest, however it came about. */
async function expectSums(api: Api, campaignId: string): Promise<Breakdown> {
  const [found, kept] = [await breakdown(api, campaignId), await boxes(api, campaignId)];
  const { activity, senders } = found;
  expect({
    initialsSent: sumOf(activity, (point) => point.initialsSent),
    replies: sumOf(activity, (point) => point.replies),
    autoOptOuts: sumOf(activity, (point) => point.autoOptOuts),
    manualOptOuts: sumOf(activity, (point) => point.manualOptOuts),
    conversations: sumOf(senders, (sender) => sender.assigned),
    repliesOfSenders: sumOf(senders, (sender) => sender.replies),
    optOuts: sumOf(senders, (sender) => sender.optOuts),
  }).toEqual({
    initialsSent: kept.initialsSent,
    replies: kept.replies,
    autoOptOuts: kept.autoOptOuts,
    manualOptOuts: kept.manualOptOuts,
    conversations: kept.conversations,
    repliesOfSenders: kept.replies,
    optOuts: kept.totalOptOuts,
  });
  expect(await differences(server.database.url)).toEqual([]);
  return found;
}

const HOUR = 3_600;

test('initials, replies and opt-outs stand at the hours in which they happened, in whatever order they were told', async () => {
  const { api, campaignId } = await startCampaign(server);
  const initial = message(campaignId, { contact: phone(0), at: at(2 * HOUR) });
  const earlier = message(campaignId, { contact: phone(0), at: at(0) });
  await record(
    api,
    reply(campaignId, { contact: phone(1), body: 'stop', at: at(3 * HOUR) }),
    reply(campaignId, { contact: phone(0), at: at(3 * HOUR) }),
    initial,
    message(campaignId, { contact: phone(1), at: at(2 * HOUR) }),
  );
  const before = await expectSums(api, campaignId);
  expect(before.activity).toEqual([
    { startsAt: at(2 * HOUR), initialsSent: 2, replies: 0, autoOptOuts: 0, manualOptOuts: 0 },
    { startsAt: at(3 * HOUR), initialsSent: 0, replies: 2, autoOptOuts: 1, manualOptOuts: 0 },
  ]);
  // An earlier message told late is the initial one, until it turns out to have failed.
  await record(api, earlier);
  const moved = await expectSums(api, campaignId);
  expect(moved.activity.map((point) => [point.startsAt, point.initialsSent])).toEqual([
    [at(0), 1],
    [at(2 * HOUR), 1],
    [at(3 * HOUR), 0],
  ]);
  await recordStatuses(api, { id: earlier.id, status: 'FAILED', at: at(5 * HOUR), errorCode: '30003' });
  expect((await expectSums(api, campaignId)).activity).toEqual(before.activity);
  await recordOptIns(api, { contact: phone(1), at: at(4 * HOUR) });
  await recordOptOuts(api, { campaignId, contact: phone(0), at: at(4 * HOUR) });
  expect((await expectSums(api, campaignId)).activity.slice(1)).toEqual([
    { startsAt: at(3 * HOUR), initialsSent: 0, replies: 2, autoOptOuts: 0, manualOptOuts: 0 },
    { startsAt: at(4 * HOUR), initialsSent: 0, replies: 0, autoOptOuts: 0, manualOptOuts: 1 },
  ]);
});

test("days and hours are those of the time zone asked for, else of the campaign's, else UTC", async () => {
  const { api, campaignId } = await startCampaign(server);
  const at = (time: string) => `2026-11-03T${time}.000Z`;
  // 23:50 and 00:10 in Kathmandu, which is 5:45 before UTC.
  await record(
    api,
    message(campaignId, { contact: phone(0), at: at('18:05:00') }),
    message(campaignId, { contact: phone(1), at: at('18:25:00') }),
  );
  const starts = async (cut: Cut) =>
    (await breakdown(api, campaignId, cut)).activity.map((point) => [point.startsAt, point.initialsSent]);
  expect(await starts({ interval: 'DAY' })).toEqual([[at('00:00:00'), 2]]);
  expect(await starts({ interval: 'DAY', timeZone: 'Asia/Kathmandu' })).toEqual([
    ['2026-11-02T18:15:00.000Z', 1],
    [at('18:15:00'), 1],
  ]);
  await api.ask(UpdateCampaignDocument, { id: campaignId, input: { timeZone: 'Asia/Kathmandu' } });
  expect(await starts({ interval: 'HOUR' })).toEqual([
    [at('17:15:00'), 1],
    [at('18:15:00'), 1],
  ]);
  for (const timeZone of ['Nowhere', '+05:45', ''])
    expect(await api.fails(CampaignBreakdownDocument, { campaignId, timeZone })).toMatchObject({
      message: expect.stringContaining('timeZone'),
      extensions: { code: 'BAD_USER_INPUT' },
    });
});

test('a conversation belongs to its assignee, else to whoever sent its initial message, else to nobody', async () => {
  const { api, campaignId } = await startCampaign(server);
  await addSenders(api, campaignId, 'ana', 'idle');
  await api.ask(AddContactsDocument, {
    campaignId,
    contacts: [{ phone: phone(0), senderId: 'ana' }, { phone: phone(1) }, { phone: phone(2) }],
  });
  const first = message(campaignId, { contact: phone(1), senderId: 'bob' });
  await record(
    api,
    message(campaignId, { contact: phone(0), senderId: 'bob' }),
    reply(campaignId, { contact: phone(0) }),
    first,
    message(campaignId, { contact: phone(1), senderId: 'ana', at: at(10) }),
    reply(campaignId, { contact: phone(1), body: 'STOP' }),
  );
  const of = (senderId: string | null, ...[assigned, messagesSent, replies, optOuts]: number[]) => ({
    senderId,
    name: senderId === 'bob' ? null : senderId,
    isActive: senderId === 'ana' || senderId === 'idle',
    assigned,
    messagesSent,
    replies,
    optOuts,
  });
  expect((await expectSums(api, campaignId)).senders).toEqual([
    of('bob', 1, 2, 1, 1),
    of('ana', 1, 1, 1, 0),
    of(null, 1, 0, 0, 0),
    of('idle', 0, 0, 0, 0),
  ]);
  // Bob's message never left: the conversation was opened by Ana.
  await recordStatuses(api, { id: first.id, status: 'FAILED', at: at(20) });
  expect((await expectSums(api, campaignId)).senders).toEqual([
    of('ana', 2, 1, 2, 1),
    of('bob', 0, 1, 0, 0),
    of(null, 1, 0, 0, 0),
    of('idle', 0, 0, 0, 0),
  ]);
  await api.ask(RemoveContactsDocument, { campaignId, contacts: [phone(2)] });
  expect((await expectSums(api, campaignId)).senders.map((each) => each.senderId)).toEqual([
    'ana',
    'bob',
    'idle',
  ]);
});

test('deliveries are the newest statuses of outbound messages, with the codes that came with them', async () => {
  const { api, campaignId } = await startCampaign(server);
  const [one, two, three] = [0, 1, 2].map((index) => message(campaignId, { contact: phone(index) })) as [
    ReturnType<typeof message>,
    ReturnType<typeof message>,
    ReturnType<typeof message>,
  ];
  await recordStatuses(api, { id: three.id, status: 'UNDELIVERED', errorCode: '30005', at: at(3) });
  await record(api, one, two, three, reply(campaignId, { contact: phone(0) }));
  await recordStatuses(api, { id: one.id, status: 'FAILED', errorCode: '30007', at: at(9) });
  await recordStatuses(api, { id: one.id, status: 'DELIVERED', at: at(5) });
  await recordStatuses(api, { id: two.id, status: 'DELIVERED', at: at(5) });
  const { deliveries } = await expectSums(api, campaignId);
  expect(deliveries).toEqual([
    { status: 'DELIVERED', errorCode: null, messages: 1 },
    { status: 'UNDELIVERED', errorCode: '30005', messages: 1 },
    { status: 'FAILED', errorCode: '30007', messages: 1 },
  ]);
});

test('a campaign that is deleted takes its numbers with it, and another of its id begins at none', async () => {
  const { api, campaignId } = await startCampaign(server);
  await addContacts(api, campaignId, 2);
  await record(api, message(campaignId, { contact: phone(0) }), reply(campaignId, { contact: phone(0) }));
  await api.ask(DeleteCampaignDocument, { id: campaignId });
  expect(await api.ask(CampaignBreakdownDocument, { campaignId })).toEqual({ campaignBreakdown: null });
  await createCampaign(api, campaignId);
  expect(await expectSums(api, campaignId)).toMatchObject({ activity: [], senders: [], deliveries: [] });
});

test('what a process recorded and did not fold before it was killed, another one folds', async () => {
  const account = await server.account();
  const campaignId = await createCampaign(account);
  const other = await start(server.database.url, { FOLD_MS: '3600000' });
  await record(openApi(other.url, account.key), message(campaignId, { contact: phone(0) }));
  await other.stop('SIGKILL');
  expect((await expectSums(account, campaignId)).activity).toHaveLength(1);
});

test('another account sees none of it', async () => {
  const [{ campaignId }, other] = [await startCampaign(server), await server.account()];
  expect(await other.ask(CampaignBreakdownDocument, { campaignId })).toEqual({ campaignBreakdown: null });
});

test('completion is told from the pace of the last hour of sending, within the open hours', async () => {
  const { api, campaignId } = await startCampaign(server);
  const now = Date.now();
  const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
  expect((await breakdown(api, campaignId)).estimatedCompletionAt).toBeNull();
  // The pace is told from the campaign's creation where that is later than the first message.
  await server.database.client.query(
    `update campaign set created_at = now() - interval '1 day' where id = $1`,
    [campaignId],
  );
  await addContacts(api, campaignId, 120);
  await record(
    api,
    ...Array.from({ length: 60 }, (_, index) =>
      message(campaignId, { contact: phone(index), at: ago(57 - index * 0.95) }),
    ),
  );
  const { estimatedCompletionAt } = await breakdown(api, campaignId);
  const inMinutes = (new Date(estimatedCompletionAt ?? 0).getTime() - now) / 60_000;
  expect(inMinutes).toBeGreaterThan(45);
  expect(inMinutes).toBeLessThan(75);
  // Closed for the hour that follows in a minute: what is left waits until the day after.
  const clock = (minutes: number) => new Date(now + minutes * 60_000).toISOString().slice(11, 16);
  await api.ask(UpdateCampaignDocument, {
    id: campaignId,
    input: { timeZone: 'UTC', opensAt: clock(-120), closesAt: clock(2) },
  });
  const tomorrow = (await breakdown(api, campaignId)).estimatedCompletionAt;
  const inHours = (new Date(tomorrow ?? 0).getTime() - now) / 3_600_000;
  expect(inHours).toBeGreaterThan(21.5);
  expect(inHours).toBeLessThan(23.5);
});
