// One item of a batch in, an event or a rejection out. Checked are the contents that the scalars let pass, item by item,
// so that a malformed one takes nobody else's item with it. No message repeats what was given.
import { hash } from 'node:crypto';
import type { ContactEntry } from '../campaigns/contacts.js';
import type { SenderEntry } from '../campaigns/senders.js';
import {
  isOutboundOnly,
  type MessageEvent,
  type OptInEvent,
  type OptOutEvent,
  type StatusEvent,
} from '../counters/event.js';
import {
  checkId,
  checkInstant,
  checkName,
  checkOptionalId,
  checkOptionalText,
  checkPhone,
  LONGEST_NAME,
  malformed,
} from '../fields.js';
import type {
  ContactInput,
  MessageInput,
  MessageStatusInput,
  OptInInput,
  OptOutInput,
  SenderInput,
} from './inputs.js';
import { countSegments } from './segments.js';

const LONGEST_BODY = 10_000;
const LONGEST_ERROR_CODE = 100;
const MOST_SEGMENTS = 1_000;
const MOST_MEDIA = 100;
/** Hexadecimal: 16 bytes. */
const CONTENT_HASH_DIGITS = 32;

function checkCount(field: string, value: number, most: number): number {
  if (value >= 0 && value <= most) return value;
  throw malformed(field, `0 to ${most}`);
}

export function checkMessage(input: MessageInput): MessageEvent {
  const id = checkId('id', input.id);
  const campaignId = checkId('campaignId', input.campaignId);
  const contact = checkPhone('contact', input.contact);
  const senderId = checkOptionalId('senderId', input.senderId);
  const body = checkOptionalText('body', input.body, LONGEST_BODY);
  const mediaCount = checkCount('mediaCount', input.mediaCount ?? 0, MOST_MEDIA);
  const { direction } = input;
  const status = input.status ?? 'SENT';
  const at = checkInstant('at', input.at);
  if (direction === 'INBOUND' && isOutboundOnly(status))
    throw malformed('status', 'SENT or DELIVERED for an INBOUND message');
  if (direction === 'OUTBOUND' && mediaCount === 0 && input.segments == null && body === null)
    throw malformed('segments', 'segments or body for an OUTBOUND SMS');
  const segments =
    input.segments == null
      ? body === null || mediaCount > 0
        ? 0
        : countSegments(body)
      : checkCount('segments', input.segments, MOST_SEGMENTS);
  const content = [campaignId, contact, direction, senderId, body, mediaCount, segments, at.getTime()];
  const contentHash = hash('sha256', JSON.stringify(content)).slice(0, CONTENT_HASH_DIGITS);
  return {
    id,
    campaignId,
    contact,
    direction,
    senderId,
    body,
    mediaCount,
    segments,
    status,
    at,
    contentHash,
  };
}

export const checkStatus = (input: MessageStatusInput): StatusEvent => ({
  messageId: checkId('id', input.id),
  status: input.status,
  errorCode: checkOptionalText('errorCode', input.errorCode, LONGEST_ERROR_CODE) ?? '',
  at: checkInstant('at', input.at),
});

export function checkOptOut(input: OptOutInput): OptOutEvent {
  const source = input.source ?? 'MANUAL';
  const campaignId = checkOptionalId('campaignId', input.campaignId);
  if (source !== 'ACCOUNT' && campaignId === null)
    throw malformed('campaignId', 'the id of a campaign unless source is ACCOUNT');
  return {
    // An opt-out of the account belongs to no campaign, wherever it was noticed.
    campaignId: source === 'ACCOUNT' ? '' : (campaignId ?? ''),
    contact: checkPhone('contact', input.contact),
    source,
    senderId: checkOptionalId('senderId', input.senderId) ?? '',
    at: checkInstant('at', input.at),
  };
}

export const checkOptIn = (input: OptInInput): OptInEvent => ({
  contact: checkPhone('contact', input.contact),
  at: checkInstant('at', input.at),
});

export const checkContact = (input: ContactInput): ContactEntry => ({
  phone: checkPhone('phone', input.phone),
  firstName: checkOptionalText('firstName', input.firstName, LONGEST_NAME),
  lastName: checkOptionalText('lastName', input.lastName, LONGEST_NAME),
  senderId: checkOptionalId('senderId', input.senderId),
});

export const checkSender = (input: SenderInput): SenderEntry => ({
  id: checkId('id', input.id),
  name: checkName('name', input.name),
});
