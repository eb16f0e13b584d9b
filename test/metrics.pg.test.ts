// What Prometheus is told: each number moves with what it counts, and nothing of anybody is in it.
import { randomUUID } from 'node:crypto';
import { RecordMessagesDocument, WatchCampaignAnalyticsDocument } from '@campaign-analytics/schema/graphql';
import type { Server } from '@campaign-analytics/server/server.js';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openHolder } from './faults/holder.ts';
import { useProxy } from './faults/proxy.ts';
import { type Api, openApi } from './harness/api.ts';
import { addContacts, createCampaign, message, phone, record } from './harness/campaign.ts';
import { useDatabase } from './harness/database.ts';
import { eventually } from './harness/deadline.ts';
import { leaksIn } from './harness/leaks.ts';
import { startTestServer } from './harness/server.ts';
import { connectBareSocket, openSocket } from './harness/socket.ts';
import { scrape } from './operations/scrape.ts';

const KEY = 'cak_a-key-for-the-tests-of-what-an-operator-sees';
const database = useDatabase();
const proxy = useProxy(database);
let server: Server;
let api: Api;
let campaignId: string;
beforeAll(async () => {
  const settings = { METRICS_PORT: '0', BOOTSTRAP_API_KEY: KEY, STALLED_MS: '300', POLL_MS: '60000' };
  server = await startTestServer(proxy.url, settings);
  api = openApi(server.url, KEY);
});
afterAll(() => server.stop());
beforeEach(async () => {
  campaignId = await createCampaign(api, `canary-${randomUUID()}`);
});

const look = () => scrape(server.metricsUrl as string);
const told = (name: string, labels?: Record<string, string>) => async () => (await look()).sum(name, labels);
/** The sum of a name's samples when it is as expected. */
const reaches = (name: string, value: number, labels?: Record<string, string>) =>
  eventually(told(name, labels), (sum) => sum === value);

test('items count by mutation and outcome, transactions by size and time, commits by time', async () => {
  const before = await look();
  const batch = [0, 1, 2].map((index) => message(campaignId, { contact: phone(index) }));
  await record(api, ...batch);
  await record(api, ...batch, message('canary-nowhere', { contact: phone(0) }));
  await expect(record(api, ...Array(1_001).fill(batch[0]))).rejects.toThrow();
  await addContacts(api, campaignId, 5);
  const after = await look();
  const moved = (name: string, labels?: Record<string, string>) =>
    after.sum(name, labels) - before.sum(name, labels);
  const items = (outcome: string, mutation = 'recordMessages') => moved('items_total', { mutation, outcome });
  expect(['recorded', 'duplicates', 'rejected'].map((outcome) => items(outcome))).toEqual([3, 3, 1]);
  expect([items('recorded', 'addContacts'), items('duplicates', 'addContacts')]).toEqual([2, 3]);
  const mutation = { mutation: 'recordMessages' };
  expect(moved('batch_items_count', mutation)).toBe(2);
  expect(moved('batch_items_sum', mutation)).toBe(7);
  expect(moved('batch_items_bucket', { ...mutation, le: '5' })).toBe(2);
  expect(moved('batch_items_bucket', { ...mutation, le: '2' })).toBe(0);
  expect(moved('batch_seconds_count', mutation)).toBe(2);
  expect(moved('batch_seconds_sum', mutation)).toBeGreaterThan(0);
  expect(moved('commit_seconds_count')).toBe(3);
});

test('readers, their sockets, executions, deliveries and the lag are there while and after they read', async () => {
  const before = await look();
  const sockets = [0, 1].map(() => openSocket(server.url, KEY));
  const watches = sockets.map((each) => each.watch(WatchCampaignAnalyticsDocument, { campaignId }));
  for (const each of watches) await each.until(() => true);
  const during = await look();
  expect(['sockets', 'readers', 'broadcasts'].map((name) => during.sum(name))).toEqual([2, 2, 1]);
  expect(during.sum('delivery_lag_seconds_count')).toBe(before.sum('delivery_lag_seconds_count'));
  await record(api, message(campaignId, { contact: phone(0) }));
  for (const each of watches) await each.until((data) => data.campaignAnalytics.revision === 1);
  await Promise.all(sockets.map((each) => each.close()));
  await reaches('readers', 0);
  await reaches('sockets', 0);
  const after = await look();
  const moved = (name: string) => after.sum(name) - before.sum(name);
  expect(['executions_total', 'deliveries_total', 'sockets_opened_total'].map(moved)).toEqual([2, 4, 2]);
  expect(moved('delivery_lag_seconds_count')).toBe(1);
  expect(moved('delivery_lag_seconds_sum')).toBeLessThan(5);
});

/** Of 55 KB an update each. */
const OPERATIONS = 100;

test('a reader that takes nothing shows as conflated updates, and then as stalled', async () => {
  const before = await look();
  const stalled = await connectBareSocket(server.url, KEY);
  const fields = Array.from({ length: 90 }, (_, index) => `${'x'.repeat(600)}${index}: revision`).join(' ');
  const query = `subscription { campaignAnalytics(campaignId: "${campaignId}") { revision ${fields} } }`;
  // Together more than the kernel takes for a socket that reads nothing.
  for (let id = 0; id < OPERATIONS; id++)
    stalled.send(JSON.stringify({ id: String(id), type: 'subscribe', payload: { query } }));
  await reaches('readers', OPERATIONS);
  stalled.pause();
  let changes = 0;
  await eventually(
    async () => {
      await record(api, message(campaignId, { contact: phone(changes++) }));
      return told('conflated_total')();
    },
    (sum) => sum > before.sum('conflated_total'),
    15_000,
  );
  await reaches('sockets_stalled_total', before.sum('sockets_stalled_total') + 1);
  stalled.terminate();
}, 40_000);

test('what waits is told while it waits: items, bytes, connections', async () => {
  const holder = await openHolder(database.url);
  await holder.hold(campaignId);
  const first = record(api, message(campaignId, { contact: phone(0) }));
  await holder.waiters(1);
  const others = [1, 2].map((index) => record(api, message(campaignId, { contact: phone(index) })));
  await reaches('queue_items', 2, { mutation: 'recordMessages' });
  const waiting = await look();
  expect(waiting.sum('queue_bytes')).toBeGreaterThan(2 * 500);
  expect(waiting.sum('pool_connections', { state: 'busy' })).toBeGreaterThan(0);
  await holder.release();
  await Promise.all([first, ...others]);
  const after = await look();
  expect(['queue_items', 'queue_bytes', 'pool_waiting'].map((name) => after.sum(name))).toEqual([0, 0, 0]);
  await holder.close();
});

test('notices are told as sent and heard; a listener that was cut off as missed ones and a reconnection', async () => {
  const other = await startTestServer(database.url, { METRICS_PORT: '0' });
  const before = await look();
  await record(openApi(other.url, KEY), message(campaignId, { contact: phone(0) }));
  await reaches('notices_heard_total', before.sum('notices_heard_total') + 1);
  await other.stop();
  await record(api, message(campaignId, { contact: phone(1) }));
  await reaches('notices_sent_total', before.sum('notices_sent_total') + 1);
  await reaches('notice_lag_seconds_count', before.sum('notice_lag_seconds_count') + 1);

  await database.client.query(
    `select pg_terminate_backend(pid, 5000) from pg_stat_activity
      where datname = current_database() and application_name = 'campaign-analytics listener'`,
  );
  await record(api, message(campaignId, { contact: phone(2) }));
  await reaches('listener_reconnects_total', before.sum('listener_reconnects_total') + 1);
  expect((await look()).sum('notices_missed_total')).toBeGreaterThan(before.sum('notices_missed_total'));
  expect((await look()).sum('listener_silent_seconds')).toBeLessThan(5);
});

test('a lost connection shows as a retry, a database that takes nothing as unavailable writes and refused items', async () => {
  const before = await look();
  const item = message(campaignId, { contact: phone(0) });
  proxy.lose('commit', 'before');
  await record(api, item);
  await reaches('write_retries_total', before.sum('write_retries_total') + 1);

  const name = new URL(database.url).pathname.slice(1);
  await database.client.query(`alter database ${name} set default_transaction_read_only = on`);
  proxy.cut();
  const refused = await eventually(
    () => api.send(RecordMessagesDocument, { messages: [item] }),
    ({ errors }) => errors?.[0]?.extensions.code === 'UNAVAILABLE',
  );
  expect(refused.status).toBe(503);
  await database.client.query(`alter database ${name} reset default_transaction_read_only`);
  proxy.cut();
  await eventually(
    () => api.send(RecordMessagesDocument, { messages: [item] }),
    ({ errors }) => !errors,
  );
  const after = await look();
  const moved = (counter: string, labels?: Record<string, string>) =>
    after.sum(counter, labels) - before.sum(counter, labels);
  expect(moved('errors_total', { code: 'UNAVAILABLE' })).toBeGreaterThan(0);
  expect(moved('writes_unavailable_total')).toBeGreaterThan(0);
  expect(moved('items_total', { mutation: 'recordMessages', outcome: 'refused' })).toBeGreaterThan(0);
});

test('requests count by kind and status, errors by code', async () => {
  const before = await look();
  await api.send('{ nothing }');
  await openApi(server.url, 'nobody').send('{ __typename }');
  await fetch(`${server.url}/canary`);
  await fetch(`${server.url}/healthz`);
  const after = await look();
  const moved = (name: string, labels: Record<string, string>) =>
    after.sum(name, labels) - before.sum(name, labels);
  expect(moved('http_requests_total', { route: 'graphql', status: '400' })).toBe(1);
  expect(moved('http_requests_total', { route: 'graphql', status: '401' })).toBe(1);
  expect(moved('http_requests_total', { route: 'other', status: '404' })).toBe(1);
  expect(moved('http_requests_total', { route: 'health', status: '200' })).toBe(1);
  expect(moved('errors_total', { code: 'GRAPHQL_VALIDATION_FAILED' })).toBe(1);
  expect(moved('errors_total', { code: 'UNAUTHENTICATED' })).toBe(1);
  expect(moved('http_request_seconds_count', { route: 'graphql' })).toBe(2);
});

test('it answers while messages are recorded, and its counters never fall', async () => {
  const work = Promise.all(
    Array.from({ length: 20 }, async (_, caller) => {
      for (let index = 0; index < 4; index++)
        await record(api, message(campaignId, { contact: phone(20 * index + caller) }));
    }),
  );
  let isDone = false;
  void work.finally(() => {
    isDone = true;
  });
  const recorded: number[] = [];
  while (!isDone)
    for (const each of await Promise.all([look(), look()])) recorded.push(each.sum('items_total'));
  await work;
  expect(recorded).toEqual(recorded.toSorted((one, two) => one - two));
  expect(recorded.length).toBeGreaterThan(0);
});

const LABELS: Readonly<Record<string, RegExp>> = {
  mutation: /^(record|add|remove)[A-Za-z]+$/,
  outcome: /^(recorded|duplicates|rejected|refused)$/,
  le: /^(\d+(\.\d+)?|Infinity)$/,
  state: /^(busy|idle)$/,
  route: /^(graphql|health|downloads|widget|embed|console|demo|other)$/,
  status: /^(\d{3}|gone)$/,
  code: /^[A-Z_]+$/,
  check: /^(serving|database|migrations|listener)$/,
};

test('no label and no word of it is anybody’s, and more of everything makes no more series', async () => {
  const seriesNow = async () => (await look()).samples.filter(({ name }) => name.startsWith('campaign'));
  const before = await seriesNow();
  for (let index = 0; index < 10; index++) {
    const id = await createCampaign(api, `canary-${randomUUID()}`);
    await record(api, message(id, { contact: phone(index) }));
    await fetch(`${server.url}/canary-${index}/${phone(index)}?token=canary`);
    await api.send(`{ canary${index}: campaigns(first: -1) { totalCount } }`);
  }
  const { text } = await look();
  const after = await seriesNow();
  // A code or a status that is answered for the first time is a series more.
  expect(after.length - before.length).toBeLessThanOrEqual(2);
  for (const { name, labels } of after)
    for (const [label, value] of Object.entries(labels))
      expect([name, label, value]).toEqual([name, label, expect.stringMatching(LABELS[label] ?? /^never$/)]);
  expect(leaksIn(text)).toEqual([]);
  const { rows } = await database.client.query('select id from account');
  for (const { id } of rows) expect(text).not.toContain(id);
});

test('every name is told with its kind, and each of its kind’s form', async () => {
  const { text, samples } = await look();
  const kinds = new Map(
    [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', kind = '']) => [name, kind]),
  );
  for (const { name } of samples)
    expect(kinds.has(name.replace(/_(bucket|sum|count)$/, '')) || kinds.has(name)).toBe(true);
  for (const [name, kind] of kinds) {
    if (!name.startsWith('campaign_analytics_')) continue;
    expect([name, kind === 'counter']).toEqual([name, name.endsWith('_total')]);
  }
  for (const name of [
    'process_cpu_seconds_total',
    'process_resident_memory_bytes',
    'nodejs_eventloop_lag_p99_seconds',
  ])
    expect(kinds.has(name)).toBe(true);
});

test('there are none unless a port is named for them, and the public port never has them', async () => {
  const quiet = await startTestServer(database.url);
  expect(quiet.metricsUrl).toBe(undefined);
  for (const each of [server, quiet]) expect((await fetch(`${each.url}/metrics`)).status).toBe(404);
  expect((await fetch(`${server.metricsUrl}/graphql`)).status).toBe(404);
  expect(new URL(server.metricsUrl as string).hostname).toBe('127.0.0.1');
  await quiet.stop();
});

test('a port that is taken is named, and what was opened before is closed', async () => {
  const { port } = new URL(server.metricsUrl as string);
  await expect(startTestServer(database.url, { METRICS_PORT: port })).rejects.toMatchObject({
    code: 'EADDRINUSE',
    port: Number(port),
  });
});
