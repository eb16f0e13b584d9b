// A message as the export tells it in, a message as intake takes it out, with an id made from what it says.
import { createHash } from 'node:crypto';
import type { MessageInput } from '../intake/inputs.js';
import type { MessageRow, SentMessage } from './rows.js';
import { senderIdOf } from './texters.js';

const LONGEST_ERROR_CODE = 100;

export type SentRow = MessageRow & { readonly message: SentMessage };
export const isSent = (row: MessageRow): row is SentRow => row.message !== null;

/** What tells a message from others of its campaign; Spoke gives it no id. Statuses, segments and texters may change. */
export const identityOf = (campaignId: string, { contact, message }: SentRow): Buffer =>
  createHash('sha256')
    .update(JSON.stringify([campaignId, contact, message.direction, message.at.toISOString(), message.text]))
    .digest()
    .subarray(0, 16);

export const inputOf = (campaignId: string, row: SentRow, id: string): MessageInput => ({
  id,
  campaignId,
  contact: row.contact,
  direction: row.message.direction,
  senderId: row.texter && senderIdOf(row.texter.email),
  body: row.message.text,
  mediaCount: row.message.mediaCount,
  segments: row.message.segments,
  status: row.message.status,
  at: row.message.at.toISOString(),
});

export const errorCodeOf = ({ message }: SentRow): string =>
  message.status === 'UNDELIVERED' ? message.errorCodes.slice(0, LONGEST_ERROR_CODE) : '';
