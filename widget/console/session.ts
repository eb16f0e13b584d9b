// Who is signed in. The session is kept in a cookie that no script can read; the server says whose it is.
import { createContext, useContext } from 'react';

export interface Session {
  readonly id: string;
  readonly account: { readonly id: string; readonly name: string };
  /** The key that it was begun with; null where that was a link. */
  readonly keyId: string | null;
  readonly scopes: readonly string[];
  /** The local demo's, given to whoever asks; there is nothing to sign out of. */
  readonly isDemo: boolean;
}

/** An API key, or the code of a one-time link. */
export type Proof = { readonly apiKey: string } | { readonly code: string };

export const SessionContext = createContext<Session | null>(null);

/** The session that the page is shown in. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('expected to be within a session');
  return session;
}

/** By which the server knows its own page: another site's cannot send this, and without it the cookie counts for nothing. */
export const OF_CONSOLE = { 'x-requested-with': 'campaign-analytics-console' };

const ask = (method: string, proof?: Proof): Promise<Response> =>
  fetch('/console/session', {
    method,
    headers: { ...OF_CONSOLE, ...(proof && { 'content-type': 'application/json' }) },
    ...(proof && { body: JSON.stringify(proof) }),
  });

/** Null where the reader has to sign in. A server out of reach is no reason to ask for a key, and rejects. */
export async function findSession(): Promise<Session | null> {
  const response = await ask('GET');
  if (response.status === 401) return null;
  if (!response.ok) throw new Error(`expected a session, got status ${response.status}`);
  return response.json();
}

/** The code of the refusal, or null where it was taken. Rejects where the server does not answer. */
export async function signIn(proof: Proof): Promise<string | null> {
  const response = await ask('POST', proof);
  if (response.ok) return null;
  const { code } = (await response.json()) as { code: string };
  return code;
}

export async function signOut(): Promise<void> {
  const { ok, status } = await ask('DELETE');
  if (!ok) throw new Error(`expected to be signed out, got status ${status}`);
}
