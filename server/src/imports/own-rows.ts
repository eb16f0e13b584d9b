// A row of one of this project's own exports in, what it says out: exactly what was kept, so nothing is inferred. A value that
// cannot be meant throws, and names its column.
import type { ContactEntry } from '../campaigns/contacts.js';
import type { SenderEntry } from '../campaigns/senders.js';
import type { MessageEvent, OptOutEvent, StatusEvent } from '../counters/event.js';
import { MessageDirection, MessageStatus } from '../counters/event.js';
import { checkName, malformed } from '../fields.js';
import { checkContact, checkMessage, checkOptOut, checkStatus } from '../intake/checks.js';
import { unescapeCell } from '../spreadsheet.js';
import { checkCampaign, readBoolean, readCount } from './cells.js';
import type { ExportRow } from './export-file.js';

/** The columns that are read. */
export const OWN_COLUMNS = {
  conversations: [
    'contact',
    'optOutSource',
    'optedOutAt',
    'firstName',
    'lastName',
    'assigneeId',
    'assigneeName',
    'campaignId',
    'campaignName',
  ],
  messages: [
    'at',
    'direction',
    'segments',
    'status',
    'errorCode',
    'contact',
    'senderId',
    'senderName',
    'body',
    'mediaCount',
    'id',
    'campaignId',
  ],
  senders: ['senderId', 'senderName', 'isActive', 'campaignId'],
} as const;

/** In the place of an erased contact: nobody's number, the same in all of its rows. */
const ERASED = /^erased:[\w-]{22}$/;
/** Checked in its stead; a number that nobody has. */
const NOBODY = '+12025550100';

const read = (row: ExportRow, column: string): string | null => unescapeCell(row.value(column)) || null;

/** What `check` makes of the row's contact, who may be erased. */
function withContact<T extends object>(row: ExportRow, field: keyof T, check: (contact: string) => T): T {
  const contact = row.value('contact');
  return ERASED.test(contact) ? { ...check(NOBODY), [field]: contact } : check(contact);
}

function oneOf<T extends string>(row: ExportRow, column: string, values: Readonly<Record<T, T>>): T {
  const value = row.value(column) as T;
  if (Object.hasOwn(values, value)) return value;
  throw malformed(column, `one of ${Object.keys(values).join(', ')}`);
}

const senderOf = (id: string | null, name: string | null): SenderEntry | null =>
  id === null || name === null ? null : { id, name: checkName('senderName', name) };

export interface OwnConversation {
  readonly line: number;
  readonly contact: ContactEntry;
  readonly optOut: OptOutEvent | null;
  readonly sender: SenderEntry | null;
}

/** @throws AppError BAD_USER_INPUT */
export function readConversation(row: ExportRow, campaignId: string): OwnConversation {
  checkCampaign(row, campaignId);
  const senderId = read(row, 'assigneeId');
  const source = oneOf(row, 'optOutSource', { AUTO: 'AUTO', MANUAL: 'MANUAL', '': '' } as const);
  const names = { firstName: read(row, 'firstName'), lastName: read(row, 'lastName') };
  return {
    line: row.line,
    contact: withContact<ContactEntry>(row, 'phone', (phone) => checkContact({ phone, ...names, senderId })),
    optOut:
      source === ''
        ? null
        : withContact<OptOutEvent>(row, 'contact', (contact) =>
            checkOptOut({ campaignId, contact, source, at: row.value('optedOutAt') }),
          ),
    sender: senderOf(senderId, read(row, 'assigneeName')),
  };
}

export interface OwnMessage {
  readonly line: number;
  readonly message: MessageEvent;
  /** Its status with the error code, where there is one. */
  readonly status: StatusEvent | null;
  readonly sender: SenderEntry | null;
}

/** @throws AppError BAD_USER_INPUT */
export function readOwnMessage(row: ExportRow, campaignId: string): OwnMessage {
  checkCampaign(row, campaignId);
  const id = read(row, 'id') ?? '';
  const senderId = read(row, 'senderId');
  const errorCode = read(row, 'errorCode');
  const at = row.value('at');
  const status = oneOf(row, 'status', MessageStatus);
  const said = {
    id,
    campaignId,
    direction: oneOf(row, 'direction', MessageDirection),
    senderId,
    body: read(row, 'body'),
    mediaCount: readCount(row, 'mediaCount') ?? 0,
    segments: readCount(row, 'segments') ?? 0,
    status,
    at,
  };
  return {
    line: row.line,
    message: withContact<MessageEvent>(row, 'contact', (contact) => checkMessage({ ...said, contact })),
    status: errorCode === null ? null : checkStatus({ id, status, errorCode, at }),
    sender: senderOf(senderId, read(row, 'senderName')),
  };
}

export interface OwnSender extends SenderEntry {
  readonly isActive: boolean;
}

/** @throws AppError BAD_USER_INPUT */
export function readSender(row: ExportRow, campaignId: string): OwnSender {
  checkCampaign(row, campaignId);
  const sender = senderOf(read(row, 'senderId'), read(row, 'senderName'));
  if (!sender) throw malformed('senderId, senderName', 'an id and a name');
  return { ...sender, isActive: readBoolean(row, 'isActive') };
}
