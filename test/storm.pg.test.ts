// A storm: all readers are cut at once and come back at once, each with a token of its own. What that costs the database does
// not grow with them, and none misses what was recorded meanwhile.
import { createServer } from 'node:net';
import { IssueEmbedTokenDocument, WatchCampaignAnalyticsDocument } from '@campaign-analytics/schema/graphql';
import { print } from 'graphql';
import { createClient } from 'graphql-ws';
import { Client } from 'pg';
import { afterAll, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { openApi } from './harness/api.ts';
import { boxes, createCampaign, message, phone, record } from './harness/campaign.ts';
import { deferred, within } from './harness/deadline.ts';
import { startTestServer, useServer } from './harness/server.ts';

const isLong = process.env.LONG === '1';
const READERS = isLong ? 5_000 : 500;
/** Credentials are looked up at most fifty times a second, rows of newcomers ten times, and once more for the poll. */
const QUERIES_A_SECOND = 61;
const COME_BACK_MS = isLong ? 10_000 : 2_000;
/** Far above what it takes, for machines that have much else to do. */
const LIMIT_MS = isLong ? 900_000 : 120_000;
const query = print(WatchCampaignAnalyticsDocument);

const home = useServer();
/** What this process asks of PostgreSQL, the readers' servers among them. */
const queries = vi.spyOn(Client.prototype, 'query');
const endings: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of endings) await end();
});

const describe = (end: unknown): string => {
  const { code, reason } = end as { code?: unknown; reason?: unknown };
  return `${code} ${reason}`;
};

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

test('readers that are cut at once come back to correct numbers without a query each', {
  timeout: LIMIT_MS,
}, async () => {
  const PORT = String(await freePort());
  const before = await startTestServer(home.database.url, { PORT });
  const account = await home.account();
  const campaignId = await createCampaign(account);
  const issue = async (): Promise<string> =>
    (await account.ask(IssueEmbedTokenDocument, { input: { campaignIds: [campaignId] } })).createEmbedToken
      .token;
  const tokens: string[] = [];
  while (tokens.length < READERS) tokens.push(...(await Promise.all(Array.from({ length: 50 }, issue))));

  const readers = tokens.map((token) => {
    const reader = { revision: -1, reached: deferred<void>(), wanted: 0, dispose: (): unknown => undefined };
    const client = createClient({
      url: `${before.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}` },
      retryAttempts: 100,
      shouldRetry: () => true,
      retryWait: () => new Promise((resolve) => setTimeout(resolve, Math.random() * COME_BACK_MS)),
    });
    client.subscribe<{ campaignAnalytics: { revision: number } }>(
      { query, variables: { campaignId } },
      {
        next({ data }) {
          const { revision } = data?.campaignAnalytics ?? { revision: -1 };
          if (revision < reader.revision) reader.reached.reject(new Error('Expected no revision to fall'));
          reader.revision = revision;
          if (revision >= reader.wanted) reader.reached.resolve();
        },
        error: (error) => reader.reached.reject(new Error(`Expected to come back, got ${describe(error)}`)),
        complete: () => undefined,
      },
    );
    endings.push(() => client.dispose());
    return reader;
  });
  const allReach = async (): Promise<void> => {
    await within(Promise.all(readers.map(({ reached }) => reached.promise)), 'all readers', LIMIT_MS / 4);
  };
  await allReach();

  await before.stop();
  await record(account, message(campaignId, { contact: phone(0) }));
  const { revision } = await boxes(account, campaignId);
  for (const reader of readers) Object.assign(reader, { reached: deferred<void>(), wanted: revision });
  const after = await startTestServer(home.database.url, { PORT });
  endings.push(() => after.stop());
  queries.mockClear();
  const startedMs = performance.now();
  await allReach();
  const seconds = (performance.now() - startedMs) / 1_000;
  // What begins and ends a transaction is a text alone, and travels with its query.
  const asked = queries.mock.calls.filter(([query]) => typeof query !== 'string').length;
  expect(asked).toBeLessThan(QUERIES_A_SECOND * Math.ceil(seconds + 1));
  expect(asked).toBeLessThan(READERS);

  for (const reader of readers) Object.assign(reader, { reached: deferred<void>(), wanted: revision + 1 });
  await record(openApi(after.url, account.key), message(campaignId, { contact: phone(1) }));
  await allReach();
});
