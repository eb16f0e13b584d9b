// The server as a process with its embedded PostgreSQL: started, found again, stopped, killed, started beside others.
import { chmod, mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CampaignsDocument } from '@campaign-analytics/schema/graphql';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openApi } from './harness/api.ts';
import { boxes, createCampaign, message, phone, record } from './harness/campaign.ts';
import { eventually } from './harness/deadline.ts';
import { runCommand, type ServerProcess, startProcess } from './harness/process.ts';
import { cookieOf, ofPage, openConsole } from './harness/session.ts';

const STOP_WITHIN_MS = 5_000;
const NONE = '';

let folder = '';
const running: ServerProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'campaign-analytics-start-'));
  // As root, PostgreSQL runs as another user and keeps its data in the folder only where that user can enter it.
  await chmod(folder, 0o755);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.stop()));
});
afterAll(() => rm(folder, { recursive: true }));

async function start(settings: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await startProcess(NONE, { DATA_FOLDER: folder, DEMO: 'off', ...settings });
  running.push(server);
  return server;
}

/** The API with a key of this database. */
const KEY = 'cak_a-key-for-the-tests-of-starting-and-stopping';
const open = async (settings: Record<string, string> = {}) => {
  const server = await start({ BOOTSTRAP_API_KEY: KEY, ...settings });
  return { server, api: openApi(server.url, KEY) };
};

/** Processes that work in this folder or below: the PostgreSQL of it. */
async function processesIn(path: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const folders = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')));
  return folders.filter((each) => each.startsWith(path));
}

test('health answers as soon as requests are served, and a second start finds the data of the first', async () => {
  const first = await open();
  expect((await fetch(`${first.server.url}/healthz`)).status).toBe(200);
  await createCampaign(first.api, 'kept');
  await record(first.api, message('kept', { contact: phone(0) }));
  expect(await first.server.stop('SIGINT')).toBe(0);
  const second = await open();
  expect(await boxes(second.api, 'kept')).toMatchObject({ initialsSent: 1, revision: 1 });
});

test('the signal of Ctrl-C ends it and its PostgreSQL, and leaves no process and no lock behind', async () => {
  const { server } = await open();
  expect((await processesIn(folder)).length).toBeGreaterThan(0);
  const startedMs = performance.now();
  expect(await server.stop('SIGINT')).toBe(0);
  expect(performance.now() - startedMs).toBeLessThan(STOP_WITHIN_MS);
  expect(await processesIn(folder)).toEqual([]);
  const left = await readdir(folder, { recursive: true });
  expect(left.filter((path) => /postmaster\.pid$|\.lock$|users\/\d/.test(path))).toEqual([]);
});

test('a start after kill -9 recovers by itself, with everything that was acknowledged', async () => {
  const { server, api } = await open();
  const campaignId = await createCampaign(api);
  await record(api, message(campaignId, { contact: phone(0) }), message(campaignId, { contact: phone(1) }));
  expect(await server.stop('SIGKILL')).toBe(null);
  running.length = 0;
  const again = await open();
  expect(await boxes(again.api, campaignId)).toMatchObject({ initialsSent: 2 });
});

test('a second server on one data folder shares its PostgreSQL and outlives the first', async () => {
  const [first, second] = await Promise.all([open(), open()]);
  const campaignId = await createCampaign(first.api);
  await first.server.stop();
  await record(second.api, message(campaignId, { contact: phone(0) }));
  expect(await boxes(second.api, campaignId)).toMatchObject({ initialsSent: 1 });
});

test('a command works beside a running server, and without one', async () => {
  const settings = { DATA_FOLDER: folder };
  const { server } = await open();
  expect(await runCommand(NONE, ['recount'], settings)).toMatchObject({ code: 0 });
  await server.stop();
  const { code, stdout } = await runCommand(NONE, ['recount'], settings);
  expect({ code, isClean: / 0 differences/.test(stdout) }).toEqual({ code: 0, isClean: true });
  expect(await processesIn(folder)).toEqual([]);
});

test('a taken port is named, with the setting that changes it', async () => {
  const taker = createServer();
  await new Promise<void>((resolve) => taker.listen(0, '127.0.0.1', resolve));
  const { port } = taker.address() as AddressInfo;
  await expect(start({ PORT: String(port) })).rejects.toThrow(new RegExp(`Port ${port}.*is taken.*PORT=`));
  taker.close();
});

test('faulty settings are all named at once, and none of their values', async () => {
  const settings = {
    PORT: 'secret-one',
    POLL_MS: '5',
    BOOTSTRAP_API_KEY: 'secret-two',
    DATABASE_URL: 'secret-three',
  };
  const { code, stderr } = await runCommand('', ['start'], settings);
  expect(code).toBe(1);
  for (const name of Object.keys(settings)) expect(stderr).toContain(`${name}: expected`);
  expect(stderr).not.toContain('secret');
});

test('the demo signs its visitor in on this machine only', async () => {
  const server = await start({ DEMO: 'on' });
  const session = `${server.url}/console/session`;
  const answer = await fetch(session, { headers: ofPage(server.url) });
  expect(await answer.json()).toMatchObject({
    account: { id: 'demo', name: 'Demo' },
    scopes: ['RECORD', 'READ', 'ADMIN'],
    isDemo: true,
  });
  const api = openConsole(server.url, cookieOf(answer.headers));
  await eventually(
    async () => (await api.ask(CampaignsDocument, { first: 10 })).campaigns.edges.map(({ node }) => node.id),
    (ids) => ids.includes('demo-example'),
  );
  for (const headers of [{}, { ...ofPage(server.url), 'sec-fetch-site': 'cross-site' }])
    expect((await fetch(session, { headers })).status).toBe(401);
  const { port } = new URL(server.url);
  for (const [path, status] of [
    ['/console/session', 401],
    ['/demo/embed.json', 404],
  ] as const) {
    const asked = await new Promise<string>((resolve) => {
      const socket = createConnection(Number(port), '127.0.0.1');
      const asConsole = 'X-Requested-With: campaign-analytics-console\r\n';
      socket.end(`GET ${path} HTTP/1.1\r\nHost: rebound.example\r\n${asConsole}Connection: close\r\n\r\n`);
      socket.setEncoding('utf8').once('data', (text) => resolve(String(text)));
    });
    expect(asked).toMatch(new RegExp(`^HTTP/1.1 ${status}`));
    expect(asked).not.toMatch(/set-cookie/i);
  }
});

test.each([
  ['in production', { NODE_ENV: 'production' }],
  ['on an address that others reach', { HOST: '0.0.0.0' }],
  ['where it is switched off', { DEMO: 'off' }],
])('there is no demo %s', async (_, settings) => {
  const server = await start({ DEMO: 'on', ...settings });
  const url = server.url.replace('0.0.0.0', '127.0.0.1');
  expect((await fetch(`${url}/console/session`, { headers: ofPage(url) })).status).toBe(401);
  for (const path of ['/demo/embed.json', '/demo/host.html'])
    expect((await fetch(url + path)).status).toBe(404);
});
