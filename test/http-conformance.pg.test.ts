// GraphQL over HTTP as graphql-http's own audits ask for it, all of MUST, SHOULD and MAY. Those that parse, validate or coerce
// a faulty request with `Accept: application/json` want 200, the others 400: the server decides by the Accept header alone
// (server/src/api/status.ts). They need introspection, which production has not.
import { serverAudits } from 'graphql-http';
import { beforeAll, expect, test } from 'vitest';
import { useServer } from './harness/server.ts';

const server = useServer();
let authorization = '';
beforeAll(async () => {
  authorization = `Bearer ${(await server.account()).key}`;
});

const audits = serverAudits({
  url: () => `${server.url}/graphql`,
  // A GET needs a header that no foreign page can send, and every request a key.
  fetchFn: (url: string, init?: RequestInit) =>
    fetch(url, { ...init, headers: { ...init?.headers, authorization, 'apollo-require-preflight': '1' } }),
});

test.each(audits.map((audit) => [`${audit.id} ${audit.name}`, audit] as const))('%s', async (_, audit) => {
  const result = await audit.fn();
  expect([result.status, 'reason' in result ? result.reason : '']).toEqual(['ok', '']);
});

test('that were all 61', () => {
  expect(audits.length).toBe(61);
});
