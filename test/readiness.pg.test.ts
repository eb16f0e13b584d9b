// /readyz of a real server: what load balancers are told when the database is away, is older or newer, and at the end.

import type { Server } from '@campaign-analytics/server/server.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useProxy } from './faults/proxy.ts';
import { useDatabase } from './harness/database.ts';
import { eventually } from './harness/deadline.ts';
import { leaksIn } from './harness/leaks.ts';
import { startTestServer } from './harness/server.ts';

const database = useDatabase();
const proxy = useProxy(database);
let server: Server;
beforeAll(async () => {
  server = await startTestServer(proxy.url, { METRICS_PORT: '0', UPGRADE_WITHIN_MS: '0' });
});
afterAll(() => server.stop());

interface Ready {
  readonly status: number;
  readonly failing: readonly string[];
  readonly text: string;
}

async function ask(url = server.url): Promise<Ready> {
  const response = await fetch(`${url}/readyz`);
  const text = await response.text();
  const { isReady, findings } = JSON.parse(text) as {
    isReady: boolean;
    findings: { check: string; isOk: boolean; detail: string }[];
  };
  expect(isReady).toBe(response.status === 200);
  expect(response.headers.get('cache-control')).toBe('no-store');
  return {
    status: response.status,
    text,
    failing: findings.flatMap(({ check, isOk }) => (isOk ? [] : check)),
  };
}
const becomes = (failing: readonly string[], withinMs = 8_000, url = server.url) =>
  eventually(
    () => ask(url),
    (ready) => ready.failing.join() === failing.join(),
    withinMs,
  );

test('a server that works is ready: a line for each check, on both of its ports', async () => {
  const { status, text, failing } = await ask();
  expect([status, failing]).toEqual([200, []]);
  expect(text.split('\n').filter((line) => line.includes('"check"'))).toHaveLength(4);
  expect((await ask(server.metricsUrl)).status).toBe(200);
  expect(await (await fetch(`${server.metricsUrl}/healthz`)).json()).toEqual({ status: 'ok' });
});

test.each([
  ['refuses', () => proxy.refuse()],
  ['is silent', () => proxy.swallow()],
])(
  'a database that %s makes it not ready in time, listener included; it lives, and is ready again by itself',
  async (_, fail) => {
    fail();
    const startedMs = performance.now();
    expect((await becomes(['database', 'migrations'])).status).toBe(503);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    const { text } = await becomes(['database', 'migrations', 'listener'], 20_000);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    const { hostname, username, password, pathname } = new URL(database.url);
    for (const secret of [hostname, username, password, pathname.slice(1)].filter((each) => each !== ''))
      expect(text).not.toContain(secret);
    expect(leaksIn(text)).toEqual([]);
    proxy.heal();
    await becomes([], 20_000);
  },
  60_000,
);

test('a migration that is missing makes it not ready', async () => {
  const { rows } = await database.client.query(
    `delete from migration where id = (select max(id) from migration) returning timestamp, name`,
  );
  const { status, text } = await becomes(['migrations']);
  expect([status, text.includes(`missing: ${rows[0].name}`)]).toEqual([503, true]);
  await database.client.query('insert into migration (timestamp, name) values ($1, $2)', [
    rows[0].timestamp,
    rows[0].name,
  ]);
  await becomes([]);
});

test('a migration of a newer version makes it not ready, after the time that an upgrade may take', async () => {
  const patient = await startTestServer(database.url);
  await database.client.query(`insert into migration (timestamp, name) values (1, 'Newer1')`);
  const { text } = await becomes(['migrations']);
  expect(text).toContain('unknown to this version: Newer1');
  const tolerated = await eventually(
    () => ask(patient.url),
    (ready) => ready.text.includes('Newer1'),
  );
  expect(tolerated.status).toBe(200);
  await database.client.query(`delete from migration where name = 'Newer1'`);
  await becomes([]);
  await patient.stop();
});
