// Who asks, and what is in their reach. This is the one place that decides it, for every transport.
import { AppError } from '../errors.js';

/** What an API key may do in its account. */
export const ApiKeyScope = { RECORD: 'RECORD', READ: 'READ', ADMIN: 'ADMIN' } as const;
export type ApiKeyScope = keyof typeof ApiKeyScope;

/** An API key, or a session of the console in its place: as much of its account as its scopes say. */
export interface KeyViewer {
  readonly kind: 'key';
  readonly accountId: string;
  /** Null for a session that a link of the command line began: no key was in it. */
  readonly keyId: string | null;
  readonly scopes: ReadonlySet<ApiKeyScope>;
  readonly session?: { readonly id: string; readonly expiresAt: Date };
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

/** What requests are counted by: those of a session are its key's too. */
export const countedAs = (viewer: Viewer): string => {
  if (viewer.kind === 'token') return viewer.tokenId;
  return viewer.keyId ?? viewer.session?.id ?? '';
};

/** When the viewer's credential ends by the clock; undefined where it does not. */
export const endOf = (viewer: Viewer): Date | undefined =>
  viewer.kind === 'token' ? viewer.expiresAt : viewer.session?.expiresAt;

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
