// A row of one of Spoke's two export files in, what it says of a contact or a message out, in this project's words.
// The columns are those of Spoke's task export-campaign. A value that cannot be meant throws, and names its column.
import type { MessageDirection, MessageStatus } from '../counters/event.js';
import { checkInstant, malformed } from '../fields.js';
import { checkCampaign, readBoolean, readCount, readName, readPhone } from './cells.js';
import type { ExportRow } from './export-file.js';

/** The columns that are read. Files have more, and of custom fields and questions as many as they like. */
export const CONTACT_COLUMNS = [
  'campaignId',
  'campaign',
  'contact[firstName]',
  'contact[lastName]',
  'contact[cell]',
  'contact[optOut]',
  'contact[messageStatus]',
] as const;

export const MESSAGE_COLUMNS = [
  'contactNumber',
  'isFromContact',
  'numSegments',
  'numMedia',
  'sendStatus',
  'attemptedAt',
  'text',
  'campaignId',
  'texter[firstName]',
  'texter[lastName]',
  'texter[email]',
] as const;

export interface ContactRow {
  readonly line: number;
  readonly phone: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  /** Filtered out of the campaign: no conversation. */
  readonly isRemoved: boolean;
}

export interface Texter {
  /** Lower case. */
  readonly email: string;
  readonly name: string;
}

export interface MessageRow {
  readonly line: number;
  readonly contact: string;
  readonly texter: Texter | null;
  /** null where nothing was sent yet: the row only tells of its conversation. */
  readonly message: SentMessage | null;
}

export interface SentMessage {
  readonly direction: MessageDirection;
  readonly status: MessageStatus;
  /** As Spoke lists them, '' where there are none. */
  readonly errorCodes: string;
  readonly at: Date;
  readonly text: string;
  /** null where the file has none. */
  readonly segments: number | null;
  readonly mediaCount: number;
}

/** What has left Spoke, and as what. A reply has arrived, whatever is said of it: an INBOUND message cannot be undelivered. */
const STATUSES = new Map<string, Record<MessageDirection, MessageStatus> | null>([
  ['QUEUED', null],
  ['SENDING', { OUTBOUND: 'SENT', INBOUND: 'SENT' }],
  ['SENT', { OUTBOUND: 'SENT', INBOUND: 'SENT' }],
  ['DELIVERED', { OUTBOUND: 'DELIVERED', INBOUND: 'DELIVERED' }],
  ['ERROR', { OUTBOUND: 'UNDELIVERED', INBOUND: 'DELIVERED' }],
  ['PAUSED', null],
  ['NOT_ATTEMPTED', null],
]);

/** Where the rows belong. */
export interface Setting {
  readonly campaignId: string;
  /** The account's default country, ISO 3166-1 alpha-2. */
  readonly country: string;
}

const isRemoved = (row: ExportRow): boolean => row.value('contact[messageStatus]').trim() === 'removed';
const isOptedOut = (row: ExportRow): boolean => readBoolean(row, 'contact[optOut]', false);

/** Who this row says is opted out; null for the others. @throws AppError BAD_USER_INPUT */
export function readOptedOut(row: ExportRow, { campaignId, country }: Setting): string | null {
  checkCampaign(row, campaignId);
  return isOptedOut(row) && !isRemoved(row) ? readPhone(row, 'contact[cell]', country) : null;
}

/** @throws AppError BAD_USER_INPUT */
export function readContact(row: ExportRow, { campaignId, country }: Setting): ContactRow {
  checkCampaign(row, campaignId);
  isOptedOut(row);
  return {
    line: row.line,
    phone: readPhone(row, 'contact[cell]', country),
    firstName: readName(row, 'contact[firstName]'),
    lastName: readName(row, 'contact[lastName]'),
    isRemoved: isRemoved(row),
  };
}

function readTexter(row: ExportRow): Texter | null {
  const email = row.value('texter[email]').trim().toLowerCase();
  if (email === '') return null;
  const name = `${row.value('texter[firstName]').trim()} ${row.value('texter[lastName]').trim()}`.trim();
  return { email, name: name || email };
}

/** @throws AppError BAD_USER_INPUT */
export function readMessage(row: ExportRow, { campaignId, country }: Setting): MessageRow {
  checkCampaign(row, campaignId);
  const contact = readPhone(row, 'contactNumber', country);
  const direction = readBoolean(row, 'isFromContact') ? 'INBOUND' : 'OUTBOUND';
  const statuses = STATUSES.get(row.value('sendStatus').trim());
  if (statuses === undefined) throw malformed('sendStatus', `one of ${[...STATUSES.keys()].join(', ')}`);
  const texter = readTexter(row);
  if (statuses === null) return { line: row.line, contact, texter, message: null };
  const mediaCount = readCount(row, 'numMedia') ?? 0;
  const segments = readCount(row, 'numSegments');
  const message: SentMessage = {
    direction,
    status: statuses[direction],
    errorCodes: row.value('errorCodes').trim(),
    at: checkInstant('attemptedAt', row.value('attemptedAt').trim()),
    text: row.value('text'),
    // No number of segments is kept of an MMS, so that one which Spoke fills in later makes no difference.
    segments: mediaCount > 0 ? null : segments,
    mediaCount,
  };
  return { line: row.line, contact, texter, message };
}
