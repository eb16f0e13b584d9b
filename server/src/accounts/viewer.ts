// Who asks, and what is in their reach. This is the one place that decides it, for every transport.
import { AppError } from '../errors.js';

/** What an API key may do in its account. */
export const ApiKeyScope = { RECORD: 'RECORD', READ: 'READ', ADMIN: 'ADMIN' } as const;
export type ApiKeyScope = keyof typeof ApiKeyScope;

/** An API key: as much of its account as its scopes say. */
export interface KeyViewer {
  readonly kind: 'key';
  readonly accountId: string;
  readonly keyId: string;
  readonly scopes: ReadonlySet<ApiKeyScope>;
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

/** The viewer as an API key that may do this. @throws AppError FORBIDDEN for a key without the scope, and for an embed token */
export function keyOf(viewer: Viewer, scope: ApiKeyScope): KeyViewer {
  if (viewer.kind === 'token')
    throw new AppError(
      'FORBIDDEN',
      'Expected an API key: an embed token reads campaignAnalytics and analyticsUpdates of its campaigns only',
    );
  if (!viewer.scopes.has(scope))
    throw new AppError('FORBIDDEN', `Expected an API key with the scope ${scope}`);
  return viewer;
}

/** The account in which the viewer may do this. @throws AppError FORBIDDEN, as `keyOf` does */
export const accountOf = (viewer: Viewer, scope: ApiKeyScope): string => keyOf(viewer, scope).accountId;

/**
 * Whether the viewer may read the analytics of this campaign of its account.
 *
 * @throws AppError FORBIDDEN for a key without the scope READ
 */
export const mayRead = (viewer: Viewer, campaignId: string): boolean =>
  viewer.kind === 'token' ? viewer.campaignIds.has(campaignId) : keyOf(viewer, 'READ') !== undefined;
