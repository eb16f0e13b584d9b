// Who asks, and what is in their reach. This is the one place that decides it, for every transport.
import { AppError } from '../errors.js';

/** An API key: the whole account. */
export interface KeyViewer {
  readonly kind: 'key';
  readonly accountId: string;
  readonly keyId: string;
}

/** An embed token: the analytics of its campaigns, until it ends. */
export interface TokenViewer {
  readonly kind: 'token';
  readonly accountId: string;
  readonly tokenId: string;
  readonly campaignIds: ReadonlySet<string>;
  readonly expiresAt: Date;
}

export type Viewer = KeyViewer | TokenViewer;

/** The account whose every field the viewer may use. @throws AppError FORBIDDEN for an embed token */
export function accountOf(viewer: Viewer): string {
  if (viewer.kind === 'key') return viewer.accountId;
  throw new AppError(
    'FORBIDDEN',
    'Expected an API key: an embed token reads campaignAnalytics and analyticsUpdates of its campaigns only',
  );
}

/** Whether the viewer may read the analytics of this campaign of its account. */
export const mayRead = (viewer: Viewer, campaignId: string): boolean =>
  viewer.kind === 'key' || viewer.campaignIds.has(campaignId);
