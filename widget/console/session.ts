// Who is signed in: the key that was entered in this tab, or the local demo's own.

export interface Session {
  readonly apiKey: string;
  /** Given by the server to whoever asks; there is nothing to sign out of. */
  readonly isDemo: boolean;
}

const STORED_AS = 'campaign-analytics.api-key';

/** Null where the reader has to sign in. A server out of reach is no reason to ask for a key, and rejects. */
export async function findSession(): Promise<Session | null> {
  const apiKey = sessionStorage.getItem(STORED_AS);
  if (apiKey) return { apiKey, isDemo: false };
  const response = await fetch('/console/session');
  if (!response.ok) return null;
  const { authorization } = (await response.json()) as { authorization: string };
  return { apiKey: authorization, isDemo: true };
}

/** Kept until the tab is closed. */
export function signIn(apiKey: string): Session {
  sessionStorage.setItem(STORED_AS, apiKey);
  return { apiKey, isDemo: false };
}

export const signOut = (): void => sessionStorage.removeItem(STORED_AS);
