// The states that the boxes can be in, with numbers to show in them.
import type { Snapshot } from '../src/feed/snapshot.js';
import type { State } from '../src/feed/state.js';

const USUAL: Snapshot = {
  campaignId: 'spring',
  status: 'ACTIVE',
  initialsSent: 8,
  conversations: 13,
  segments: 10,
  replies: 3,
  replyRate: 0.375,
  replyPercent: 38,
  senders: 2,
  contactsPerSender: 6,
  autoOptOuts: 0,
  manualOptOuts: 2,
  totalOptOuts: 2,
  revision: 31,
  updatedAt: '2026-11-24T17:05:12Z',
};

export const NUMBERS: Readonly<Record<string, Snapshot>> = {
  usual: USUAL,
  none: {
    ...USUAL,
    ...{ initialsSent: 0, conversations: 0, segments: 0, replies: 0, replyRate: null, replyPercent: null },
    ...{ senders: 0, contactsPerSender: null, manualOptOuts: 0, totalOptOuts: 0 },
  },
  large: {
    ...USUAL,
    ...{ initialsSent: 8_123_456, conversations: 12_345_678, segments: 16_402_119, replies: 1_204_998 },
    ...{ replyRate: 0.1483, replyPercent: 15, senders: 214, contactsPerSender: 57_690 },
    ...{ autoOptOuts: 104_330, manualOptOuts: 9_871, totalOptOuts: 114_201 },
  },
};

const refusal = (code: string): State => ({ phase: 'error', code, message: code });

/** @param now milliseconds, from which ages count */
export const statesOf = (snapshot: Snapshot, now: number): Readonly<Record<string, State>> => ({
  loading: { phase: 'loading' },
  live: { phase: 'live', snapshot },
  paused: { phase: 'paused', snapshot, since: now - 42_000 },
  reconnecting: { phase: 'reconnecting', snapshot, since: now - 12_000 },
  stale: { phase: 'stale', snapshot, since: now - 190_000 },
  ended: { phase: 'live', snapshot: { ...snapshot, status: 'ARCHIVED' } },
  draft: { phase: 'live', snapshot: { ...snapshot, status: 'DRAFT' } },
  'campaign paused': { phase: 'live', snapshot: { ...snapshot, status: 'PAUSED' } },
  unauthorised: refusal('FORBIDDEN'),
  expired: refusal('TOKEN_EXPIRED'),
  revoked: refusal('TOKEN_REVOKED'),
  'not found': refusal('NOT_FOUND'),
  error: refusal('MISSING_ATTRIBUTE'),
});
