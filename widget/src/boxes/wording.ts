// What the status line says.
import type { CampaignStatus } from '../feed/snapshot.js';
import type { State } from '../feed/state.js';

const LIVE: Record<CampaignStatus, string> = {
  DRAFT: 'Draft',
  ACTIVE: 'Live',
  PAUSED: 'Paused',
  ARCHIVED: 'Ended',
};

const REFUSED: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: 'These numbers are not open to this page.',
  FORBIDDEN: 'These numbers are not open to this page.',
  NOT_FOUND: 'There is no such campaign.',
  TOKEN_EXPIRED: 'Access to these numbers has expired. Reload the page to see them again.',
  TOKEN_REVOKED: 'Access to these numbers has ended.',
};

/** Every other code is a fault in how the page embeds the boxes, which its developer finds in the `error` event. */
const MISPLACED = 'These numbers are not set up correctly on this page.';

export function statusText(state: State): string {
  switch (state.phase) {
    case 'loading':
      return 'Connecting…';
    case 'live':
      return LIVE[state.snapshot.status];
    case 'paused':
      return 'Updates paused';
    case 'stale':
    case 'reconnecting':
      return 'Reconnecting…';
    case 'error':
      return REFUSED[state.code] ?? MISPLACED;
  }
}
