// Where tokens come from: the host's function or its URL. Out goes one answer a request; time-outs are the holder's.
import { lifetimeMs } from './lifetime.js';
import type { Refusal } from './refusal.js';

/** What the host's function may answer; `null` refuses for good, a throw is trouble and is asked again. */
export type TokenAnswer = string | { readonly token: string } | null;

/** Gives a token for the endpoint, for all elements that have this very function. */
export type GetToken = (request: { readonly signal: AbortSignal }) => TokenAnswer | Promise<TokenAnswer>;

export type TokenSource =
  | { readonly token: string }
  | { readonly getToken: GetToken }
  /** Absolute. */
  | { readonly tokenUrl: string };

/** What tells sources apart: a function by its identity, text by its words. */
export const sourceKey = (source: TokenSource): unknown =>
  'getToken' in source ? source.getToken : JSON.stringify(source);

export type Supply =
  | { readonly type: 'given'; readonly token: string; readonly lifetimeMs: number | undefined }
  | { readonly type: 'denied'; readonly refusal: Refusal };

/** Answers of the token's URL after which asking again can help; every other one from 400 to 499 is final. */
const PASSING = [408, 425, 429];

/** Asks once. @throws anything, where trying again can help */
export async function requestToken(
  source: Exclude<TokenSource, { token: string }>,
  signal: AbortSignal,
): Promise<Supply> {
  if ('tokenUrl' in source) return fetchToken(source.tokenUrl, signal);
  const answer = await source.getToken({ signal });
  return answer === null ? denied('UNAUTHENTICATED', 'getToken() answered null') : given(answer);
}

async function fetchToken(url: string, signal: AbortSignal): Promise<Supply> {
  const response = await fetch(url, {
    headers: { accept: 'application/json' },
    cache: 'no-store',
    signal,
  });
  const { status, ok, headers } = response;
  if (status >= 400 && status < 500 && !PASSING.includes(status))
    return denied(status === 403 ? 'FORBIDDEN' : 'UNAUTHENTICATED', `token-url answered ${status}`);
  if (!ok) throw new Error(`token-url answered ${status}`);
  return given(await response.json(), Date.parse(headers.get('date') ?? ''));
}

function given(answer: unknown, issuerNowMs?: number): Supply {
  const token = typeof answer === 'string' ? answer : (answer as { token?: unknown } | undefined)?.token;
  if (typeof token !== 'string' || !token) throw new Error('expected a token');
  return { type: 'given', token, lifetimeMs: lifetimeMs(token, issuerNowMs) };
}

const denied = (code: string, message: string): Supply => ({ type: 'denied', refusal: { code, message } });
