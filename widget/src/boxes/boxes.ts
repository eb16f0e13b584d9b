// The eight boxes: which there are, in which order, and from which two numbers of a snapshot each is made.
import type { Snapshot } from '../feed/snapshot.js';

export type BoxName =
  | 'initialsSent'
  | 'segments'
  | 'replies'
  | 'replyPercent'
  | 'sendersContacts'
  | 'autoOptOuts'
  | 'manualOptOuts'
  | 'totalOptOuts';

export interface Box {
  readonly name: BoxName;
  /** How it is written: "8 / 13", "10", "38%" or "1:6". */
  readonly kind: 'share' | 'count' | 'percent' | 'ratio';
  /** Numerator and denominator. */
  readonly part: keyof Counts;
  readonly whole: 'conversations' | 'initialsSent' | 'senders';
  /** The sentence of the messages that puts the two into words. */
  readonly basis: 'ofConversations' | 'inInitials' | 'ofInitials' | 'perSender';
}

type Counts = Omit<Snapshot, 'campaignId' | 'status' | 'updatedAt' | 'replyRate' | NullableCount>;
type NullableCount = 'replyPercent' | 'contactsPerSender';

const ofConversations = (name: BoxName & keyof Counts, kind: Box['kind'] = 'count'): Box => ({
  name,
  kind,
  part: name,
  whole: 'conversations',
  basis: 'ofConversations',
});

/** In reading order: five, then three. */
export const BOXES: readonly Box[] = [
  ofConversations('initialsSent', 'share'),
  { name: 'segments', kind: 'count', part: 'segments', whole: 'initialsSent', basis: 'inInitials' },
  ofConversations('replies'),
  { name: 'replyPercent', kind: 'percent', part: 'replies', whole: 'initialsSent', basis: 'ofInitials' },
  { name: 'sendersContacts', kind: 'ratio', part: 'conversations', whole: 'senders', basis: 'perSender' },
  ofConversations('autoOptOuts'),
  ofConversations('manualOptOuts'),
  ofConversations('totalOptOuts'),
];
