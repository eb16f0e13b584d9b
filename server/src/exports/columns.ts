// What stands in a file of each kind: its columns in their order, and the statement that reads its rows.
import { escapeLiteral } from 'pg';
import { ERASED } from '../privacy/erasure.js';
import { escapedCell, escapedId } from '../spreadsheet.js';
import type { ExportKind, ExportRequest } from './request.js';

interface Column {
  readonly name: string;
  /** An SQL expression. */
  readonly value: string;
  /** How it is written in CSV; left out: as it is. */
  readonly written?: (value: string) => string;
}

interface Sheet {
  readonly columns: readonly Column[];
  readonly from: string;
  readonly campaignId: string;
  readonly accountId: string;
  /** What its rows have to be, beside those of the account. */
  readonly where?: string;
  /** Whether it happened before, or from some instant on. */
  readonly isBefore: (instant: string) => string;
  readonly isSince: (instant: string) => string;
  readonly order?: string;
}

const column = (name: string, value: string): Column => ({ name, value });
/** People, or other systems, wrote it. */
const free = (name: string, value: string): Column => ({ name, value, written: escapedCell });
const id = (name: string, value: string): Column => ({ name, value, written: escapedId });
const truth = (name: string, value: string): Column => ({
  name,
  value,
  written: (is) => `case when ${is} then 'true' else 'false' end`,
});
const time = (name: string, value: string): Column =>
  column(name, `to_char(${value} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);

const SENDER_OF = (alias: string): string =>
  `left join sender s on s.account_id = ${alias}.account_id and s.id = ${alias}.sender_id`;
const CAMPAIGN_OF = (alias: string): string =>
  `left join campaign c on c.account_id = ${alias}.account_id and c.id = ${alias}.campaign_id`;
const CAMPAIGN = (alias: string): Column[] => [
  id('campaignId', `nullif(${alias}.campaign_id, '')`),
  free('campaignName', 'c.name'),
];
const at = (value: string): Pick<Sheet, 'isBefore' | 'isSince'> => ({
  isBefore: (instant) => `${value} < ${instant}`,
  isSince: (instant) => `${value} >= ${instant}`,
});
const ever = (): string => 'true';

// The first columns of messages and conversations are those that are counted with: no cell before them has a comma.
const SHEETS: Readonly<Record<ExportKind, Sheet>> = {
  MESSAGES: {
    columns: [
      time('at', 'm.at'),
      column('direction', 'm.direction'),
      column('type', `case when m.media_count > 0 then 'MMS' else 'SMS' end`),
      column('segments', 'm.segments'),
      column('status', 'm.status'),
      free('errorCode', `nullif(m.error_code, '')`),
      column('contact', 'm.contact'),
      id('senderId', 'm.sender_id'),
      free('senderName', 's.name'),
      free('body', 'm.body'),
      column('mediaCount', 'm.media_count'),
      id('id', 'm.id'),
      ...CAMPAIGN('m'),
    ],
    from: `message m ${SENDER_OF('m')} ${CAMPAIGN_OF('m')}`,
    accountId: 'm.account_id',
    campaignId: 'm.campaign_id',
    ...at('m.at'),
  },
  // Within a range stand the conversations that had begun before its end and had not fallen silent before its beginning.
  CONVERSATIONS: {
    columns: [
      column('contact', 'v.contact'),
      column('outgoingMessages', 'v.sent_count'),
      column('incomingMessages', 'v.received_count'),
      column('segments', 'v.segment_count'),
      truth('hasReplied', 'v.received_count > 0'),
      column('optOutSource', 'v.opted_out_source'),
      time('optedOutAt', 'v.opted_out_at'),
      time('firstMessageAt', 'v.first_message_at'),
      time('lastMessageAt', 'v.last_message_at'),
      free('firstName', 'v.first_name'),
      free('lastName', 'v.last_name'),
      id('assigneeId', 'v.sender_id'),
      free('assigneeName', 's.name'),
      ...CAMPAIGN('v'),
    ],
    from: `conversation v ${SENDER_OF('v')} ${CAMPAIGN_OF('v')}`,
    accountId: 'v.account_id',
    campaignId: 'v.campaign_id',
    isBefore: (instant) => `v.first_message_at < ${instant}`,
    isSince: (instant) => `v.last_message_at >= ${instant}`,
  },
  SENDERS: {
    columns: [
      id('senderId', 'm.sender_id'),
      free('senderName', 's.name'),
      truth('isActive', 'm.is_active'),
      ...CAMPAIGN('m'),
    ],
    from: `campaign_sender m ${SENDER_OF('m')} ${CAMPAIGN_OF('m')}`,
    accountId: 'm.account_id',
    campaignId: 'm.campaign_id',
    isBefore: ever,
    isSince: ever,
  },
  // Those that count now: what an opt-in has undone is not in it, nor who was erased and has no number any more.
  OPT_OUTS: {
    columns: [
      column('contact', 'o.contact'),
      time('at', 'o.at'),
      column('source', 'o.source'),
      id('senderId', `nullif(o.sender_id, '')`),
      free('senderName', 's.name'),
      ...CAMPAIGN('o'),
    ],
    from: `opt_out o ${SENDER_OF('o')} ${CAMPAIGN_OF('o')}`,
    accountId: 'o.account_id',
    where: `not starts_with(o.contact, '${ERASED}') and not exists (
      select from opt_in i where i.account_id = o.account_id and i.contact = o.contact and i.at > o.at)`,
    campaignId: 'o.campaign_id',
    ...at('o.at'),
  },
  // Within a range stand the months that have any part in it.
  USAGE: {
    columns: [
      column('month', `to_char(u.month, 'YYYY-MM')`),
      column('messagedContacts', 'u.messaged_contacts'),
      column('smsMessages', 'u.sms_messages'),
      column('smsSegments', 'u.sms_segments'),
      column('mmsMessages', 'u.mms_messages'),
      column('sentSmsMessages', 'u.sent_sms_messages'),
      column('sentSmsSegments', 'u.sent_sms_segments'),
      column('sentMmsMessages', 'u.sent_mms_messages'),
    ],
    from: 'usage_month u',
    accountId: 'u.account_id',
    where: '(u.sms_messages, u.mms_messages) <> (0, 0)',
    campaignId: `''`,
    isBefore: (instant) => `u.month::timestamp at time zone 'UTC' < ${instant}`,
    isSince: (instant) => `(u.month + interval '1 month') at time zone 'UTC' > ${instant}`,
    order: 'u.month',
  },
};

export const namesOf = (kind: ExportKind): string[] => SHEETS[kind].columns.map((each) => each.name);

function rowsOf(accountId: string, { kind, campaignId, from, to }: ExportRequest): string {
  const sheet = SHEETS[kind];
  const instant = (text: string): string => `${escapeLiteral(text)}::timestamptz`;
  const conditions = [
    `${sheet.accountId} = ${escapeLiteral(accountId)}`,
    ...(sheet.where === undefined ? [] : [sheet.where]),
    ...(campaignId === null ? [] : [`${sheet.campaignId} = ${escapeLiteral(campaignId)}`]),
    ...(from === null ? [] : [sheet.isSince(instant(from))]),
    ...(to === null ? [] : [sheet.isBefore(instant(to))]),
  ];
  return `from ${sheet.from} where ${conditions.join(' and ')}`;
}

export const countStatement = (accountId: string, request: ExportRequest): string =>
  `select count(*)::float8 as rows ${rowsOf(accountId, request)}`;

/** Rows of CSV after a row of names, or an object of JSON each; every row ends with a line feed. */
export function copyStatement(accountId: string, request: ExportRequest): string {
  const { columns, order } = SHEETS[request.kind];
  const isCsv = request.format === 'CSV';
  const written = (each: Column): string => (isCsv && each.written?.(each.value)) || each.value;
  const values = columns.map((each) => `${written(each)} as "${each.name}"`);
  const select = `select ${values.join(', ')} ${rowsOf(accountId, request)}${order ? ` order by ${order}` : ''}`;
  // JSON text has no control characters, so with these for delimiter and quote it is written as it is.
  return isCsv
    ? `copy (${select}) to stdout (format csv, header)`
    : `copy (select row_to_json(r) from (${select}) r) to stdout (format csv, delimiter e'\\x02', quote e'\\x01')`;
}
