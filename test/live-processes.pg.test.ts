// Live numbers between real processes on one database: what one commits, the readers of the others see, by notices and
// without them. And what a server leaves behind when it stops.
import {
  SetCampaignStatusDocument,
  WatchCampaignAnalyticsDocument,
} from '@campaign-analytics/schema/graphql';
import { generateKey } from '@campaign-analytics/server/accounts/keys.js';
import type { Server } from '@campaign-analytics/server/server.js';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { WebSocket } from 'ws';
import { type Api, openApi } from './harness/api.ts';
import { createCampaign } from './harness/campaign.ts';
import { useDatabase } from './harness/database.ts';
import { eventually } from './harness/deadline.ts';
import { useProcesses } from './harness/process.ts';
import { startTestServer, type TestAccount, useServer } from './harness/server.ts';
import { closeOf, connectBareSocket, openSocket, type Socket } from './harness/socket.ts';

/** Its readers live on notices alone, those of `polling` on reading again and again as well. */
const noticing = useServer({ POLL_MS: '60000' });
const own = useDatabase();
const startProcess = useProcesses();
const LISTENER = 'campaign-analytics listener';
const SERVERS = 3;

let polling: Server;
let account: TestAccount;
/** The same account on the server process beside this one. */
let elsewhere: Api;
let campaignId: string;
let revision = 0;
const sockets: Socket[] = [];

beforeAll(async () => {
  polling = await startTestServer(noticing.database.url, { POLL_MS: '100' });
  account = await noticing.account();
  campaignId = await createCampaign(account);
  // A window so long that the tests can be faster than its notices.
  const process = await startProcess(noticing.database.url, { POLL_MS: '60000', NOTICE_WINDOW_MS: '300' });
  elsewhere = openApi(process.url, account.key);
});
afterAll(async () => {
  await Promise.all(sockets.map((each) => each.close()));
  await polling.stop();
});

/** Changes the campaign in the process beside this one. @returns the revision that this made. */
async function change(): Promise<number> {
  revision++;
  const status = revision % 2 === 1 ? 'PAUSED' : 'ACTIVE';
  await elsewhere.ask(SetCampaignStatusDocument, { id: campaignId, status });
  return revision;
}

function watch(url = noticing.url) {
  const socket = openSocket(url, account.key);
  sockets.push(socket);
  const seen = socket.watch(WatchCampaignAnalyticsDocument, { campaignId });
  return {
    seen: seen.seen,
    reaches: (wanted: number) => seen.until((each) => each.campaignAnalytics.revision === wanted),
  };
}

const listeners = async (): Promise<number[]> => {
  const { rows } = await noticing.database.client.query(
    'select pid from pg_stat_activity where datname = current_database() and application_name = $1',
    [LISTENER],
  );
  return rows.map((row) => row.pid);
};
const cutListeners = async (): Promise<number[]> => {
  const pids = await listeners();
  await noticing.database.client.query('select pg_terminate_backend(pid) from unnest($1::int[]) pid', [pids]);
  return pids;
};
/** Whether anybody may open a new connection to the database. */
async function allowConnections(isAllowed: boolean): Promise<void> {
  const client = new Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  const name = new URL(noticing.database.url).pathname.slice(1);
  await client.query(`alter database ${name} with allow_connections ${isAllowed}`);
  await client.end();
}

test('a change that another process commits arrives', async () => {
  const reader = watch();
  await reader.reaches(revision);
  await reader.reaches(await change());
});

test('a new reader never begins with less than what was acknowledged, though no notice of it came yet', async () => {
  await watch().reaches(revision);
  for (let round = 0; round < 5; round++) {
    const acknowledged = await change();
    const reader = watch();
    await reader.reaches(acknowledged);
    expect(reader.seen[0]?.campaignAnalytics.revision).toBe(acknowledged);
  }
});

test('changes arrive that were made while the listener was cut off, and after it', async () => {
  const reader = watch();
  await reader.reaches(revision);
  const cut = await cutListeners();
  await reader.reaches(await change());
  await eventually(listeners, (pids) => pids.length === SERVERS && !pids.some((pid) => cut.includes(pid)));
  await reader.reaches(await change());
});

test('as long as no listener can come back, polling brings the changes; then each comes back once', async () => {
  const [reader, poller] = [watch(), watch(polling.url)];
  await Promise.all([reader.reaches(revision), poller.reaches(revision)]);
  await allowConnections(false);
  try {
    await cutListeners();
    for (let round = 0; round < 8; round++) await poller.reaches(await change());
  } finally {
    await allowConnections(true);
  }
  await reader.reaches(revision);
  await eventually(listeners, (pids) => pids.length === SERVERS);
  await reader.reaches(await change());
  expect(await listeners()).toHaveLength(SERVERS);
});

test.each(['no JSON', '{}', '{"from":"x","accountId":"y","campaignIds":7}', ''])(
  'a notice that nobody of ours sent is no harm: %j',
  async (payload) => {
    const reader = watch();
    await reader.reaches(revision);
    await noticing.database.client.query('select pg_notify($1, $2)', ['campaign_moved', payload]);
    await reader.reaches(await change());
  },
);

test('a server that stops sends its readers elsewhere with 1012, and leaves no connection to its database', async () => {
  const key = generateKey();
  const server = await startTestServer(own.url, { BOOTSTRAP_API_KEY: key });
  const campaign = await createCampaign(openApi(server.url, key));
  const socket = openSocket(server.url, key);
  const seen = socket.watch(WatchCampaignAnalyticsDocument, { campaignId: campaign });
  await seen.until(() => true);
  const [bare, stalled] = await Promise.all([0, 1].map(() => connectBareSocket(server.url, key)));
  stalled?.pause();
  const closes = Promise.all([socket.closed(), closeOf(bare as WebSocket)]);
  await server.stop();
  expect(await closes).toMatchObject([{ code: 1012 }, { code: 1012 }]);
  const connections = async (): Promise<number | null> =>
    (
      await own.client.query(
        'select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      )
    ).rowCount;
  // PostgreSQL takes a moment to see that one has gone.
  await eventually(connections, (count) => count === 0);
  await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  await server.stop();
  stalled?.terminate();
});
