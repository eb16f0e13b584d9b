// Signing in to the console, as its page does it and as others would like to.
import { type Api, openApi } from './api.ts';

export interface SignedIn {
  readonly status: number;
  readonly headers: Headers;
  /** What a browser sends back: name and secret; '' where it was given none. */
  readonly cookie: string;
  /** What it says of an error. */
  readonly body: { readonly code?: string; readonly message?: string };
}

/** What the console's page adds to its requests, and the browser with it. */
export const ofPage = (url: string): Record<string, string> => ({
  origin: url,
  'sec-fetch-site': 'same-origin',
  'x-requested-with': 'campaign-analytics-console',
});

export const cookieOf = (headers: Headers): string => headers.getSetCookie()[0]?.split(';')[0] ?? '';

/**
 * @param by - `{ apiKey }` or `{ code }`; a text is sent as it is.
 * @param headers - in place of the page's own.
 */
export async function signIn(url: string, by: object | string, headers = ofPage(url)): Promise<SignedIn> {
  const response = await fetch(`${url}/console/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof by === 'string' ? by : JSON.stringify(by),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    cookie: cookieOf(response.headers),
    body: text ? JSON.parse(text) : {},
  };
}

/** The API as the console's page asks it. */
export const openConsole = (url: string, cookie: string): Api =>
  openApi(url, undefined, { ...ofPage(url), cookie });

/** What the page is told of who is signed in. */
export async function readSession(url: string, cookie: string): Promise<[status: number, body: object]> {
  const response = await fetch(`${url}/console/session`, { headers: { ...ofPage(url), cookie } });
  return [response.status, (await response.json()) as object];
}

export const signOut = async (url: string, cookie: string, headers = ofPage(url)): Promise<number> =>
  (await fetch(`${url}/console/session`, { method: 'DELETE', headers: { ...headers, cookie } })).status;
