// The life of an embed token on the page: what happened comes in, the next state and what is to be done go out. Pure: no
// clock, no network. Promised: at most one request at a time, a server's word about a token that is no longer in hand
// changes nothing, and only a refusal by the server or by the token's source ends it.
import type { Refusal } from './refusal.js';

/** `attempt` counts requests since the server last took a token; it sets how long to wait before another. */
export type TokenState =
  /** The `token` attribute: nobody to ask for another. */
  | { readonly phase: 'fixed'; readonly token: string }
  /** No token in hand, a request for one under way. */
  | { readonly phase: 'asking'; readonly attempt: number }
  /** No token in hand, a request after the wait. */
  | { readonly phase: 'waiting'; readonly attempt: number }
  | { readonly phase: 'held'; readonly token: string; readonly attempt: number }
  /** A token in hand, a request for the next under way. */
  | { readonly phase: 'renewing'; readonly token: string; readonly attempt: number }
  /** A token in hand, a request for the next after the wait. */
  | { readonly phase: 'retrying'; readonly token: string; readonly attempt: number }
  | { readonly phase: 'refused' };

export type TokenEvent =
  /** The source gave a token; `lifetimeMs` is what is left of it by the clock of those who made it. */
  | { readonly type: 'given'; readonly token: string; readonly lifetimeMs: number | undefined }
  /** The source had trouble, or did not answer in time. */
  | { readonly type: 'failed' }
  /** The source refused for good. */
  | { readonly type: 'denied'; readonly refusal: Refusal }
  /** The time set for the renewal, or for the next request, has come. */
  | { readonly type: 'due' }
  /** The page came to life again; see `onWake`. */
  | { readonly type: 'woken' }
  /** The server sent numbers for this token. */
  | { readonly type: 'accepted'; readonly token: string }
  /** The server says that this token has expired. */
  | { readonly type: 'expired'; readonly token: string; readonly refusal: Refusal }
  /** The server refused this token for good: revoked, unknown, not for this page. */
  | { readonly type: 'rejected'; readonly token: string; readonly refusal: Refusal };

export type TokenEffect =
  | { readonly do: 'ask' }
  /** After the backoff for so many attempts, report `due`. */
  | { readonly do: 'retry'; readonly attempt: number }
  /** Well before the lifetime is over, report `due`. */
  | { readonly do: 'renew'; readonly lifetimeMs: number }
  /** Readers move over to this token. */
  | { readonly do: 'offer'; readonly token: string }
  /** All is over: no timer, no request, and readers are told. */
  | { readonly do: 'refuse'; readonly refusal: Refusal };

export interface TokenStep {
  readonly state: TokenState;
  readonly effects: readonly TokenEffect[];
}

/** How it begins: with the attribute's token, or by asking. */
export const beginToken = (fixed?: string): TokenStep =>
  fixed === undefined
    ? { state: { phase: 'asking', attempt: 0 }, effects: [{ do: 'ask' }] }
    : { state: { phase: 'fixed', token: fixed }, effects: [{ do: 'offer', token: fixed }] };

export function stepToken(state: TokenState, event: TokenEvent): TokenStep {
  const stay: TokenStep = { state, effects: [] };
  const refuse = (refusal: Refusal): TokenStep => ({
    state: { phase: 'refused' },
    effects: [{ do: 'refuse', refusal }],
  });
  const isStrange =
    'token' in event && event.type !== 'given' && !('token' in state && state.token === event.token);
  if (isStrange || state.phase === 'refused') return stay;
  if (event.type === 'rejected') return refuse(event.refusal);
  if (state.phase === 'fixed') return event.type === 'expired' ? refuse(event.refusal) : stay;
  const { attempt } = state;
  const hand = 'token' in state ? { token: state.token } : undefined;

  switch (state.phase) {
    case 'asking':
    case 'renewing':
      switch (event.type) {
        case 'given': {
          const { token, lifetimeMs } = event;
          return {
            state: { phase: 'held', token, attempt: attempt + 1 },
            effects: [
              ...(lifetimeMs === undefined ? [] : [{ do: 'renew', lifetimeMs } as const]),
              // The same again is no news to those who have it.
              ...(token === hand?.token ? [] : [{ do: 'offer', token } as const]),
            ],
          };
        }
        case 'failed':
          return {
            state: hand
              ? { phase: 'retrying', ...hand, attempt: attempt + 1 }
              : { phase: 'waiting', attempt: attempt + 1 },
            effects: [{ do: 'retry', attempt }],
          };
        case 'denied':
          return refuse(event.refusal);
        case 'expired':
          return { state: { phase: 'asking', attempt }, effects: [] };
        default:
          return stay;
      }
    case 'waiting':
    case 'retrying':
      switch (event.type) {
        case 'due':
        case 'woken':
          return {
            state: hand ? { phase: 'renewing', ...hand, attempt } : { phase: 'asking', attempt },
            effects: [{ do: 'ask' }],
          };
        case 'expired':
          return { state: { phase: 'waiting', attempt }, effects: [] };
        default:
          return stay;
      }
    case 'held':
      switch (event.type) {
        case 'due':
          return { state: { ...state, phase: 'renewing' }, effects: [{ do: 'ask' }] };
        case 'accepted':
          return { state: { ...state, attempt: 0 }, effects: [] };
        case 'expired':
          // A source that hands out what has expired already is not asked in a hurry.
          return attempt === 0
            ? { state: { phase: 'asking', attempt }, effects: [{ do: 'ask' }] }
            : { state: { phase: 'waiting', attempt }, effects: [{ do: 'retry', attempt }] };
        default:
          return stay;
      }
  }
}
