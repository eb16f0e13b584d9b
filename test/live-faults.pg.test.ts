// The database fails under the readers, with the settings as they are by default: its listening connection falls silent, its
// reads fall silent, all of it restarts. Another process goes on recording. Every reader ends on the newest revision.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WatchCampaignAnalyticsDocument } from '@campaign-analytics/schema/graphql';
import { addAccount, generateKey } from '@campaign-analytics/server/accounts/keys.js';
import { openEmbeddedPostgres } from '@campaign-analytics/server/db/embedded.js';
import type { Server } from '@campaign-analytics/server/server.js';
import { Client, Pool } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { useProxy } from './faults/proxy.ts';
import { type Api, openApi } from './harness/api.ts';
import { createCampaign, message, phone, record } from './harness/campaign.ts';
import { eventually } from './harness/deadline.ts';
import { openKeptLog } from './harness/logs.ts';
import { startTestServer, type TestAccount, useServer } from './harness/server.ts';
import { openSocket, type Socket } from './harness/socket.ts';

/** Promised is a second of quiet. */
const TEN_TIMES_MS = 10_000;
let socket: Socket;
afterEach(() => socket.close());

function watch(url: string, key: string, campaignId: string) {
  socket = openSocket(url, key);
  const seen = socket.watch(WatchCampaignAnalyticsDocument, { campaignId });
  return {
    reaches: async (revision: number): Promise<void> => {
      const startedMs = performance.now();
      await seen.until((each) => each.campaignAnalytics.revision === revision);
      expect(performance.now() - startedMs).toBeLessThan(TEN_TIMES_MS);
    },
    revisions: () => seen.seen.map((each) => each.campaignAnalytics.revision),
  };
}

describe('on a database that it reaches over a bad network', () => {
  const home = useServer();
  const proxy = useProxy(home.database);
  let reading: Server;
  let account: TestAccount;
  let campaignId: string;
  beforeAll(async () => {
    reading = await startTestServer(proxy.url);
  });
  afterAll(() => reading.stop());
  beforeEach(async () => {
    account = await home.account();
    campaignId = await createCampaign(account);
  });
  const recordElsewhere = (index: number) => record(account, message(campaignId, { contact: phone(index) }));

  test.each([
    ['its listener’s', 'select 1'],
    ['its reads’', 'read watched'],
  ])(
    '%s connection falls silent: the reader has what is recorded then, and after it',
    async (_, statement) => {
      const reader = watch(reading.url, account.key, campaignId);
      await reader.reaches(0);
      proxy.lose(statement, 'silent');
      await eventually(
        async () => proxy.losses,
        (losses) => losses === 1,
      );
      for (const revision of [1, 2, 3]) {
        await recordElsewhere(revision);
        await reader.reaches(revision);
      }
      expect(reader.revisions()).toEqual([...new Set(reader.revisions())].sort((one, two) => one - two));
    },
  );

  test('every connection is cut, and for a while there is none: the reader has the newest when there is one again', async () => {
    const reader = watch(reading.url, account.key, campaignId);
    await reader.reaches(0);
    proxy.refuse();
    await recordElsewhere(1);
    await recordElsewhere(2);
    await eventually(
      async () => proxy.refusals,
      (refusals) => refusals > 0,
    );
    proxy.heal();
    await reader.reaches(2);
    await recordElsewhere(3);
    await reader.reaches(3);
  });
});

test('PostgreSQL falls and recovers: readers of every process have what was recorded before and after', {
  timeout: 60_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'live-faults-'));
  await chmod(folder, 0o755);
  const postgres = await openEmbeddedPostgres({ folder, pid: process.pid, log: openKeptLog() });
  const servers = [await startTestServer(postgres.url), await startTestServer(postgres.url)] as const;
  try {
    const client = new Client({ connectionString: postgres.url });
    client.on('error', () => undefined);
    await client.connect();
    const [accountId, key] = ['an-account', generateKey()];
    const pool = new Pool({ connectionString: postgres.url, max: 1 });
    await addAccount(pool, { accountId, name: 'Test', defaultCountry: 'US', key });
    await pool.end();
    const api: Api = openApi(servers[0].url, key);
    const campaignId = await createCampaign(api);
    const reader = watch(servers[1].url, key, campaignId);
    await reader.reaches(0);
    const { rows } = await client.query('select pg_backend_pid() as pid');
    // A backend that is killed takes all others with it: PostgreSQL restarts from its log, as after a crash.
    process.kill(rows[0].pid, 'SIGKILL');
    const batch = [message(campaignId, { contact: phone(1) })];
    await eventually(
      async () => record(api, ...batch).catch(() => undefined),
      (answer) => answer !== undefined,
      TEN_TIMES_MS,
    );
    await reader.reaches(1);
    await record(api, message(campaignId, { contact: phone(2) }));
    await reader.reaches(2);
  } finally {
    await Promise.all(servers.map((each) => each.stop()));
    await postgres.close();
    await rm(folder, { recursive: true, force: true });
  }
});
