// Signing in to the console, as its page does it and as others would like to.
import { type ApiKeyScope, CreateApiKeyDocument } from '@campaign-analytics/schema/graphql';
import { account as accountCommand } from '@campaign-analytics/server/commands/account.js';
import { type Api, openApi } from './api.ts';
import { useCommand } from './command.ts';
import type { TestAccount, TestServer } from './server.ts';
import { openSocket } from './socket.ts';

/** What anybody with the scope READ may ask. */
export const ASK = '{ campaigns { totalCount } }';

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

/** How tests of one server sign in to it. */
export function useSignIn(server: TestServer) {
  const run = useCommand(server.database, accountCommand);
  return {
    run,
    /** Signs in and gives the cookie. */
    async signedIn(by: object): Promise<string> {
      const { status, cookie } = await signIn(server.url, by);
      if (status !== 204 || !/^campaign-analytics=cas_/.test(cookie))
        throw new Error(`Expected to be signed in, got ${status}`);
      return cookie;
    },
    statusOf: async (cookie: string): Promise<number> =>
      (await openConsole(server.url, cookie).send(ASK)).status,
    /** The code of a new link of the command line. */
    codeOf: async ({ accountId }: TestAccount): Promise<string> =>
      /#code=(\S+)$/m.exec((await run('link', accountId)).stdout)?.[1] ?? '',
    socketOf: (cookie: string, origin = server.url) => openSocket(server.url, undefined, { cookie, origin }),
    sql: async (text: string, ...values: unknown[]) =>
      (await server.database.client.query(text, values)).rows,
  };
}

export async function makeKey(
  account: TestAccount,
  ...scopes: ApiKeyScope[]
): Promise<{ id: string; key: string }> {
  const { createApiKey } = await account.ask(CreateApiKeyDocument, { input: { name: 'A key', scopes } });
  return { id: createApiKey.apiKey.id, key: createApiKey.key };
}
