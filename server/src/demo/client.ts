// The public API as the demo uses it: over HTTP, with an API key, like any host.

export interface DemoClient {
  /** Settles with `data`. @throws Error with the code of the first error, or of the first rejected item. */
  ask<Data>(query: string, variables: Record<string, unknown>): Promise<Data>;
}

interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

const TIMEOUT_MS = 10_000;

export const openClient = (url: () => string, key: string): DemoClient => ({
  async ask<Data>(query: string, variables: Record<string, unknown>): Promise<Data> {
    const response = await fetch(`${url()}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const { data, errors } = (await response.json()) as Answer<Data>;
    const [error] = errors ?? [];
    if (error) throw new Error(`${error.extensions?.code}: ${error.message}`);
    if (!data) throw new Error(`Expected data, got HTTP ${response.status}`);
    return data;
  },
});
