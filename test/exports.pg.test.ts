// Exports over the API: what stands in the files, that it adds up to the boxes of one instant, and who gets at them.
import { EraseContactDocument, UpdateCampaignDocument } from '@campaign-analytics/schema/graphql';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type ExportInput,
  exportOver,
  exportRows,
  fetchExport,
  type Row,
  readRows,
} from './exports/exporting.ts';
import {
  addContacts,
  addSenders,
  at,
  boxes,
  createCampaign,
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
import { type TestAccount, useServer } from './harness/server.ts';

const server = useServer({ JOB_POLL_MS: '100' });
let api: TestAccount;
let campaignId: string;

beforeAll(async () => {
  ({ api, campaignId } = await startCampaign(server));
  await addContacts(api, campaignId, 6);
  await addSenders(api, campaignId, 'ana', 'ben');
  await record(
    api,
    message(campaignId, { id: 'first', contact: phone(0), senderId: 'ana', body: '=1+1, "canary"\n' }),
    message(campaignId, { id: 'picture', contact: phone(1), mediaCount: 1, segments: 3, at: at(5) }),
    message(campaignId, { id: 'failed', contact: phone(2), segments: 2, status: 'FAILED', at: at(6) }),
    message(campaignId, { id: 'long', contact: phone(3), body: 'canary '.repeat(40), at: at(7) }),
    reply(campaignId, { id: 'yes', contact: phone(0), body: 'Yes, canary' }),
    reply(campaignId, { id: 'stop', contact: phone(1), body: 'STOP' }),
  );
  await recordStatuses(api, { id: 'long', status: 'UNDELIVERED', errorCode: '30005', at: at(9) });
  await recordOptOuts(api, { campaignId, contact: phone(4), source: 'MANUAL', senderId: 'ben', at: at(70) });
});

const byId = (rows: readonly Row[]): Row[] =>
  [...rows].sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
/** As CSV has it: no type but text, and nothing for what is not there. */
const asText = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? '' : String(value)]));

describe('messages of a campaign', () => {
  const EXPECTED = {
    at: at(0),
    direction: 'OUTBOUND',
    type: 'SMS',
    segments: 1,
    status: 'SENT',
    errorCode: null,
    contact: phone(0),
    senderId: 'ana',
    senderName: 'ana',
    body: '=1+1, "canary"\n',
    mediaCount: 0,
    id: 'first',
    campaignName: 'A campaign',
  };

  test.each([
    { format: 'CSV', isCompressed: false },
    { format: 'CSV', isCompressed: true },
    { format: 'JSON_LINES', isCompressed: false },
    { format: 'JSON_LINES', isCompressed: true },
  ] as const)('stand in the file one by one as they are: $format, gzip $isCompressed', async (how) => {
    const input = { kind: 'MESSAGES', campaignId, ...how } as const;
    const { exported, rows } = await exportRows(server.url, api, input);
    const plain = { ...EXPECTED, campaignId };
    const wanted = how.format === 'CSV' ? asText(plain) : plain;
    expect(byId(rows)[1]).toEqual(wanted);
    expect(
      byId(rows).map((row) => [row.id, row.type, String(row.segments), row.status, row.errorCode || null]),
    ).toEqual([
      ['failed', 'SMS', '2', 'FAILED', null],
      ['first', 'SMS', '1', 'SENT', null],
      ['long', 'SMS', '2', 'UNDELIVERED', '30005'],
      ['picture', 'MMS', '3', 'SENT', null],
      ['stop', 'SMS', '1', 'SENT', null],
      ['yes', 'SMS', '1', 'SENT', null],
    ]);
    expect(exported).toMatchObject({
      state: 'DONE',
      error: null,
      progress: { done: 6, total: 6, remainingSeconds: null },
      summary: { rows: 6, analytics: { campaignId, segments: 3, replies: 2, initialsSent: 3 } },
    });
    expect(exported.summary?.analytics).toMatchObject({ ...(await boxes(api, campaignId)) });
  });

  test('are in CSV as RFC 4180 has it: a byte order mark, a row of names, lines that end with CR and LF, quotes where they are needed', async () => {
    const { id } = await exportOver(api, { kind: 'MESSAGES', campaignId });
    const bytes = await fetchExport(server.url, api, id);
    const text = bytes.toString();
    expect(text.split('\r\n')[0]).toBe(
      '\uFEFFat,direction,type,segments,status,errorCode,contact,senderId,senderName,body,mediaCount,id,campaignId,campaignName',
    );
    expect(text.endsWith('\r\n')).toBe(true);
    expect(text).toContain(`,${phone(0)},ana,ana,"'=1+1, ""canary""\n",0,first,`);
  });
});

test('conversations of a campaign add up to its boxes', async () => {
  for (const format of ['CSV', 'JSON_LINES'] as const) {
    const { exported, rows } = await exportRows(server.url, api, {
      kind: 'CONVERSATIONS',
      campaignId,
      format,
    });
    expect(exported.summary).toMatchObject({ rows: 6, analytics: await boxes(api, campaignId) });
    const own = (contact: string) => rows.filter((row) => row.contact === contact).map(asText)[0];
    expect(own(phone(0))).toMatchObject({
      outgoingMessages: '1',
      incomingMessages: '1',
      segments: '1',
      hasReplied: 'true',
      optOutSource: '',
      optedOutAt: '',
      firstMessageAt: at(0),
      lastMessageAt: at(60),
    });
    expect(own(phone(1))).toMatchObject({ hasReplied: 'true', optOutSource: 'AUTO', optedOutAt: at(60) });
    expect(own(phone(2))).toMatchObject({ outgoingMessages: '0', segments: '0', firstMessageAt: at(6) });
    expect(own(phone(4))).toMatchObject({ optOutSource: 'MANUAL', optedOutAt: at(70), firstMessageAt: '' });
    expect(own(phone(5))).toMatchObject({ outgoingMessages: '0', hasReplied: 'false' });
  }
});

test('senders are there with whether they are active, opt-outs only as long as they count', async () => {
  const { api, campaignId } = await startCampaign(server);
  await addSenders(api, campaignId, 'ana', 'ben');
  await recordOptOuts(
    api,
    { campaignId, contact: phone(0), source: 'MANUAL', senderId: 'ana', at: at(0) },
    { contact: phone(1), source: 'ACCOUNT', at: at(1) },
    { campaignId, contact: phone(2), source: 'MANUAL', at: at(2) },
    { campaignId, contact: phone(2), source: 'MANUAL', at: at(9) },
  );
  await recordOptIns(api, { contact: phone(1), at: at(5) }, { contact: phone(2), at: at(5) });
  const read = async (input: ExportInput) => (await exportRows(server.url, api, input)).rows;
  expect(await read({ kind: 'SENDERS', format: 'JSON_LINES' })).toEqual(
    ['ana', 'ben'].map((each) => ({
      senderId: each,
      senderName: each,
      isActive: true,
      campaignId,
      campaignName: 'A campaign',
    })),
  );
  const all = await read({ kind: 'OPT_OUTS', format: 'JSON_LINES' });
  expect(all.map((row) => [row.contact, row.at, row.source, row.senderName, row.campaignId]).sort()).toEqual([
    [phone(0), at(0), 'MANUAL', 'ana', campaignId],
    [phone(2), at(9), 'MANUAL', null, campaignId],
  ]);
  expect(await read({ kind: 'OPT_OUTS', campaignId, from: at(1) })).toHaveLength(1);
  await api.ask(EraseContactDocument, { phone: phone(0) });
  expect((await read({ kind: 'OPT_OUTS' })).map((row) => row.contact)).toEqual([phone(2)]);
});

test('usage has the months that the API tells, and of a range those that have any part in it', async () => {
  const { api, campaignId } = await startCampaign(server);
  const months = ['2026-08-31T23:59:59Z', '2026-09-01T00:00:00Z', '2026-11-15T00:00:00Z'];
  await record(
    api,
    ...months.map((instant, index) => message(campaignId, { contact: phone(index), at: instant })),
    message(campaignId, { contact: phone(1), at: months[1] as string, mediaCount: 1 }),
    message(campaignId, { contact: phone(1), at: months[2] as string, status: 'FAILED' }),
  );
  const FIELDS = `month messagedContacts smsMessages smsSegments mmsMessages sentSmsMessages sentSmsSegments sentMmsMessages`;
  const { usage } = await eventually(
    () => api.ask<{ usage: Row[] }, object>(`{ usage { ${FIELDS} } }`),
    ({ usage }) => usage.length === 3,
  );
  const read = async (over: Partial<ExportInput> = {}) =>
    (await exportRows(server.url, api, { kind: 'USAGE', format: 'JSON_LINES', ...over })).rows;
  expect(await read()).toEqual(usage);
  expect(await read({ format: 'CSV' })).toEqual(usage.map(asText));
  expect(await read({ from: '2026-09-30T23:59:59Z', to: '2026-11-01T00:00:00Z' })).toEqual(usage.slice(1, 2));
  expect(await read({ from: '2026-10-01T00:00:00Z' })).toEqual(usage.slice(2));
});

test("an account's export has all campaigns, within a range that begins with its first instant and ends before its last", async () => {
  const { api, campaignId } = await startCampaign(server);
  const other = await createCampaign(api);
  await api.ask(UpdateCampaignDocument, { id: other, input: { name: 'Other' } });
  await record(
    api,
    ...[0, 1, 2, 3].map((second) =>
      message(campaignId, { id: `m${second}`, contact: phone(second), at: at(second) }),
    ),
    message(other, { id: 'o2', contact: phone(2), at: at(2) }),
  );
  const read = async (input: ExportInput) => exportRows(server.url, api, input);
  const all = await read({ kind: 'MESSAGES' });
  expect(all.rows).toHaveLength(5);
  expect(all.exported.summary).toMatchObject({ rows: 5, analytics: null });
  const some = await read({ kind: 'MESSAGES', from: at(1), to: at(3) });
  expect(some.rows.map((row) => [row.id, row.campaignName]).sort()).toEqual([
    ['m1', 'A campaign'],
    ['m2', 'A campaign'],
    ['o2', 'Other'],
  ]);
  const conversations = await read({ kind: 'CONVERSATIONS', from: at(3) });
  expect(conversations.rows.map((row) => row.contact)).toEqual([phone(3)]);
  const part = await read({ kind: 'MESSAGES', campaignId, to: at(1) });
  expect(part.rows.map((row) => row.id)).toEqual(['m0']);
  expect(part.exported.summary).toMatchObject({ rows: 1, analytics: { initialsSent: 4 } });
});

test('whatever people write comes back from both formats as they wrote it', { timeout: 60_000 }, async () => {
  const { api, campaignId } = await startCampaign(server);
  const special = [
    '=',
    '+',
    '-',
    '@',
    '＝',
    '＋',
    '－',
    '＠',
    '\t',
    '\r',
    '\n',
    "'",
    '"',
    ',',
    ';',
    '\\',
    '\\.',
    ' ',
    'x',
    '7',
    '\u{1F600}',
    '\x01',
    '\x02',
  ];
  const text = fc.oneof(
    fc.array(fc.constantFrom(...special), { maxLength: 6 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 20 }).filter((each) => !each.includes('\0')),
    fc.constantFrom(phone(7), `'${phone(7)}`, '+12', `${phone(7)} `, "'=x", "''=x", "'tis", '\\.'),
  );
  const bodies = fc.sample(text, 400);
  const inputs = bodies.map((body, index) =>
    message(campaignId, { id: `-${index}`, contact: phone(index), body, segments: 1 }),
  );
  await record(api, ...inputs);
  const wanted = inputs.map(({ id, body }) => [id, (body ?? '').toWellFormed()]).sort();
  for (const format of ['CSV', 'JSON_LINES'] as const) {
    const { rows } = await exportRows(server.url, api, { kind: 'MESSAGES', campaignId, format });
    expect(rows.map((row) => [row.id, row.body]).sort()).toEqual(wanted);
  }
  const { id } = await exportOver(api, { kind: 'MESSAGES', campaignId });
  const cells = readRows(await fetchExport(server.url, api, id), { kind: 'MESSAGES' });
  expect(cells).toHaveLength(inputs.length);
});

test('a file whose rows do not add up to the boxes is none, and its export says so', async () => {
  const { api, campaignId } = await startCampaign(server);
  await record(api, message(campaignId, { contact: phone(0) }));
  await server.database.client.query('update campaign_analytics set segments = 7 where campaign_id = $1', [
    campaignId,
  ]);
  for (const kind of ['MESSAGES', 'CONVERSATIONS'] as const) {
    const failed = await exportOver(api, { kind, campaignId });
    expect(failed).toMatchObject({ state: 'FAILED', error: { code: 'INEXACT' }, summary: null, bytes: null });
    expect(failed.error?.message).toContain('segments');
  }
});

test('exports taken while messages are being recorded are exact every time', {
  timeout: 60_000,
}, async () => {
  const { api, campaignId } = await startCampaign(server);
  let isRecording = true;
  let number = 0;
  const recording = (async () => {
    while (isRecording) {
      const batch = Array.from({ length: 20 }, () => {
        const contact = phone(number % 300);
        const id = `m${number++}`;
        return number % 3 === 0 ? reply(campaignId, { id, contact }) : message(campaignId, { id, contact });
      });
      await record(api, ...batch);
    }
  })();
  const rows: number[] = [];
  for (let round = 0; round < 6; round++)
    for (const kind of ['MESSAGES', 'CONVERSATIONS'] as const) {
      const { exported, rows: found } = await exportRows(server.url, api, { kind, campaignId });
      expect(exported.summary?.rows).toBe(found.length);
      if (kind === 'MESSAGES') rows.push(found.length);
    }
  isRecording = false;
  await recording;
  expect(rows).toEqual([...rows].sort((a, b) => a - b));
  expect(rows.at(-1)).toBeGreaterThan(rows[0] as number);
});
