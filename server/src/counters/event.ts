// What can happen to a campaign's conversations, as it is after intake has checked it: the only thing counters take.
// Words and meaning are those of the public contract.

export const CampaignStatus = {
  DRAFT: 'DRAFT',
  ACTIVE: 'ACTIVE',
  PAUSED: 'PAUSED',
  ARCHIVED: 'ARCHIVED',
} as const;
export type CampaignStatus = keyof typeof CampaignStatus;

export const MessageDirection = { OUTBOUND: 'OUTBOUND', INBOUND: 'INBOUND' } as const;
export type MessageDirection = keyof typeof MessageDirection;

/** In the order in which they win at equal times. */
export const MessageStatus = {
  SENT: 'SENT',
  DELIVERED: 'DELIVERED',
  UNDELIVERED: 'UNDELIVERED',
  FAILED: 'FAILED',
} as const;
export type MessageStatus = keyof typeof MessageStatus;

export const OptOutSource = { AUTO: 'AUTO', MANUAL: 'MANUAL', ACCOUNT: 'ACCOUNT' } as const;
export type OptOutSource = keyof typeof OptOutSource;

export interface MessageEvent {
  readonly id: string;
  readonly campaignId: string;
  /** E.164. */
  readonly contact: string;
  readonly direction: MessageDirection;
  readonly senderId: string | null;
  readonly body: string | null;
  readonly mediaCount: number;
  readonly segments: number;
  readonly status: MessageStatus;
  readonly at: Date;
  /** Of all that a repetition must have in common; 16 bytes in lower-case hexadecimal. */
  readonly contentHash: string;
}

export interface StatusEvent {
  readonly messageId: string;
  readonly status: MessageStatus;
  /** '' where the provider gave none. */
  readonly errorCode: string;
  readonly at: Date;
}

export interface OptOutEvent {
  /** '' where the source is ACCOUNT. */
  readonly campaignId: string;
  readonly contact: string;
  readonly source: OptOutSource;
  /** '' where nobody is named. */
  readonly senderId: string;
  readonly at: Date;
}

export interface OptInEvent {
  readonly contact: string;
  readonly at: Date;
}

/** What became of one item of a batch. A rejected item has left no trace. */
export type Outcome = 'recorded' | 'duplicate' | Rejection;

export interface Rejection {
  readonly code: 'BAD_USER_INPUT' | 'NOT_FOUND' | 'CONFLICT' | 'IN_USE';
  /** Names the field and what was expected. */
  readonly message: string;
}

/** A status that an inbound message cannot have. */
export const isOutboundOnly = (status: MessageStatus): boolean =>
  status === 'FAILED' || status === 'UNDELIVERED';

const OPT_OUT_TERMS = new Set([
  'STOP',
  'STOPALL',
  'UNSUBSCRIBE',
  'CANCEL',
  'END',
  'QUIT',
  'REVOKE',
  'OPTOUT',
]);

/** Whether the whole message is an opt-out term, in any case, surrounding white space aside (contract: OptOutSource.AUTO). */
export const isOptOutTerm = (body: string | null): boolean =>
  body !== null && OPT_OUT_TERMS.has(body.trim().toUpperCase());
