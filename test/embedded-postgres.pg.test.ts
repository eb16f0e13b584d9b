// The embedded PostgreSQL outlives everything that is done to it here: nothing committed is lost, nobody starts a second one
// on the same data, and what a kill leaves behind keeps nobody out.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate as immediate } from 'node:timers/promises';
import { type EmbeddedPostgres, openEmbeddedPostgres } from '@campaign-analytics/server/db/embedded.js';
import { Client } from 'pg';
import { afterEach, expect, test } from 'vitest';
import { openKeptLog } from './harness/logs.ts';

const IS_ROOT = userInfo().uid === 0;
const PHONE = '+14155550123';
/** Opens the folder in its first argument, says where, and closes when it is told to. */
const OPENER = `
  import { openEmbeddedPostgres } from '@campaign-analytics/server/db/embedded.js';
  const log = { info() {}, warn() {} };
  process.on('SIGINT', () => console.log('heard'));
  console.log('begins');
  const postgres = await openEmbeddedPostgres({ folder: process.argv[1], pid: process.pid, log });
  console.log(postgres.url);
  for await (const _ of process.stdin);
  await postgres.close();
`;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (let clean = cleanups.pop(); clean; clean = cleanups.pop()) await clean();
});

/** A folder that every user may enter. */
async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'embedded-postgres-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o755);
  return folder;
}

async function open(folder: string): Promise<EmbeddedPostgres> {
  const postgres = await openEmbeddedPostgres({ folder, pid: process.pid, log: openKeptLog() });
  cleanups.push(() => postgres.close());
  return postgres;
}

interface Opener {
  readonly process: ChildProcess;
  readonly url: string;
  heard(): Promise<string | undefined>;
  kill(): Promise<void>;
  close(): Promise<void>;
}

async function beginInChild(folder: string, uid?: number): Promise<Omit<Opener, 'url'>> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', OPENER, folder], {
    cwd: import.meta.dirname,
    stdio: ['pipe', 'pipe', 'inherit'],
    // In a process group of its own, as a command in a terminal is.
    detached: true,
    ...(uid !== undefined && { uid, gid: uid }),
  });
  const ended = once(child, 'close');
  cleanups.push(() => child.kill('SIGKILL'));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const heard = async (): Promise<string | undefined> => (await lines.next()).value;
  expect(await heard()).toBe('begins');
  return {
    process: child,
    heard,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async close() {
      child.stdin.end();
      expect(await ended).toEqual([0, null]);
    },
  };
}

async function openInChild(folder: string, uid?: number): Promise<Opener> {
  const child = await beginInChild(folder, uid);
  const url = await child.heard();
  if (url === undefined) throw new Error('expected an address, got an end');
  return { ...child, url };
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function ask(url: string, ...statements: string[]): Promise<unknown> {
  const client = await connect(url);
  try {
    let value: unknown;
    for (const statement of statements)
      value = Object.values((await client.query(statement)).rows[0] ?? {})[0];
    return value;
  } finally {
    await client.end();
  }
}

const KEEP = ['create table kept (word text)', `insert into kept values ('kept')`];
const keptIn = (url: string): Promise<unknown> => ask(url, 'select word from kept');
const dataOf = async (url: string): Promise<string> =>
  String(await ask(url, `select current_setting('data_directory')`));
const postmasterOf = async (data: string): Promise<number> =>
  Number((await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')[0]);
const expectStopped = (url: string) => expect(ask(url, 'select 1')).rejects.toThrow('ECONNREFUSED');

test('data survives closing and opening again', async () => {
  const folder = await makeFolder();
  const first = await open(folder);
  await ask(first.url, ...KEEP);
  await first.close();
  await first.close();
  await expectStopped(first.url);
  const second = await open(folder);
  expect(await keptIn(second.url)).toBe('kept');
});

test('two processes share one instance, and it stops only when the last of them leaves', async () => {
  const folder = await makeFolder();
  const other = await openInChild(folder);
  const own = await open(folder);
  expect(own.url).toBe(other.url);
  await other.close();
  expect(await ask(own.url, 'select 1')).toBe(1);
  await own.close();
  await expectStopped(own.url);
});

test('opens of a fresh folder at the same time end in one instance', async () => {
  const folder = await makeFolder();
  const opened = await Promise.all([open(folder), openInChild(folder), openInChild(folder)]);
  expect(new Set(opened.map(({ url }) => url)).size).toBe(1);
  for (const { close } of opened) await close();
  await expectStopped(opened[0].url);
});

test('a killed process leaves an orphan, which the next to open adopts with its data', async () => {
  const folder = await makeFolder();
  const killed = await openInChild(folder);
  await ask(killed.url, ...KEEP);
  const data = await dataOf(killed.url);
  const postmaster = await postmasterOf(data);
  await killed.kill();
  const next = await open(folder);
  expect(await postmasterOf(data)).toBe(postmaster);
  expect(await keptIn(next.url)).toBe('kept');
  await next.close();
  await expectStopped(next.url);
});

test('a PostgreSQL that was killed together with its process comes back with its data', async () => {
  const folder = await makeFolder();
  const killed = await openInChild(folder);
  await ask(killed.url, ...KEEP);
  process.kill(await postmasterOf(await dataOf(killed.url)), 'SIGKILL');
  await killed.kill();
  expect(await keptIn((await open(folder)).url)).toBe('kept');
});

test('a backend that works on after its PostgreSQL was killed keeps nobody out', async () => {
  const folder = await makeFolder();
  const first = await open(folder);
  await ask(first.url, ...KEEP);
  const data = await dataOf(first.url);
  const busy = await connect(first.url);
  const lost = expect(busy.query('select count(*) from generate_series(1, 1e12::bigint)')).rejects.toThrow();
  process.kill(await postmasterOf(data), 'SIGKILL');
  const second = await open(folder);
  await lost;
  // At the same address, so that who was connected before finds the way back.
  expect(second.url).toBe(first.url);
  expect(await keptIn(second.url)).toBe('kept');
});

test('a pid file that names a living stranger keeps nobody out', async () => {
  const folder = await makeFolder();
  const first = await open(folder);
  await ask(first.url, ...KEEP);
  const data = await dataOf(first.url);
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8');
  await first.close();
  const { uid, gid } = await stat(data);
  // Of PostgreSQL's own user, as it would itself see through any other.
  const stranger = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { uid, gid, cwd: '/' });
  cleanups.push(() => stranger.kill('SIGKILL'));
  await writeFile(join(data, 'postmaster.pid'), text.replace(/^\d+/, String(stranger.pid)));
  expect(await keptIn((await open(folder)).url)).toBe('kept');
  expect(stranger.exitCode ?? stranger.signalCode).toBe(null);
});

test('a registration and a lock whose process id belongs to another one since count for nothing', async () => {
  const folder = await makeFolder();
  await mkdir(join(folder, 'users'));
  await writeFile(join(folder, 'users', `${process.ppid}-former`), 'long ago');
  await writeFile(join(folder, 'lock'), `${process.ppid} long-ago former`);
  const postgres = await open(folder);
  await postgres.close();
  await expectStopped(postgres.url);
});

test('a Ctrl-C in the terminal reaches PostgreSQL neither while it is made nor later', async () => {
  const folder = await makeFolder();
  const child = await beginInChild(folder);
  const pressCtrlC = async (): Promise<void> => {
    process.kill(-(child.process.pid ?? 0), 'SIGINT');
    expect(await child.heard()).toBe('heard');
  };
  while (!existsSync(join(folder, 'data.new/base/5'))) await immediate();
  await pressCtrlC();
  const url = String(await child.heard());
  await pressCtrlC();
  expect(await ask(url, 'select 1')).toBe(1);
  await child.close();
  await expectStopped(url);
});

test('the log repeats no statement and no value, whatever fails', async () => {
  const folder = await makeFolder();
  const { url } = await open(folder);
  const data = await dataOf(url);
  const client = await connect(url);
  await client.query('create table contact (phone text unique)');
  await client.query('insert into contact values ($1)', [PHONE]);
  await expect(client.query('insert into contact values ($1)', [PHONE])).rejects.toThrow('duplicate key');
  await expect(client.query(`select '${PHONE}'::date`)).rejects.toThrow(PHONE);
  await expect(client.query(`selekt '${PHONE}'`)).rejects.toThrow('syntax');
  await expect(client.query('select $1::int', [PHONE.repeat(2)])).rejects.toThrow(PHONE);
  await client.query(`do $$ begin raise warning '${PHONE}'; end $$`);
  const backend = Number((await client.query('select pg_backend_pid() as pid')).rows[0].pid);
  const crashed = expect(client.query(`select pg_sleep(60), '${PHONE}'`)).rejects.toThrow();
  const watcher = await connect(url);
  const isBusy = `select 1 from pg_stat_activity where pid = ${backend} and state = 'active'`;
  while ((await watcher.query(isBusy)).rowCount === 0);
  process.kill(backend, 'SIGKILL');
  await crashed;
  await (await open(folder)).close();
  const log = await readFile(join(data, '../postgres.log'), 'utf8');
  expect(log).toContain('was terminated by signal 9');
  expect(log).not.toContain(PHONE);
  expect(log).not.toMatch(/contact|select|insert/i);
});

test('data of another major version is refused with what to do, and left alone', async () => {
  const folder = await makeFolder();
  const first = await open(folder);
  const version = join(await dataOf(first.url), 'PG_VERSION');
  await first.close();
  await writeFile(version, '9\n');
  await expect(open(folder)).rejects.toThrow(/got data of PostgreSQL 9: dump it .* or set DATA_FOLDER/);
  expect(await readFile(version, 'utf8')).toBe('9\n');
});

test('a data folder that cannot be made is refused with what to do', async () => {
  const file = join(await makeFolder(), 'file');
  await writeFile(file, '');
  await expect(open(join(file, 'data'))).rejects.toThrow(/write the data folder .*: set .*DATA_FOLDER/);
});

test.skipIf(!IS_ROOT)('root keeps data under a folder that only root can enter', async () => {
  const closed = await makeFolder();
  await chmod(closed, 0o700);
  const folder = join(closed, 'data');
  const opened = await Promise.all([open(folder), openInChild(folder)]);
  const place = (await readFile(join(folder, 'location'), 'utf8')).trim();
  cleanups.unshift(() => rm(place, { recursive: true }));
  expect(new Set(opened.map(({ url }) => url)).size).toBe(1);
  await ask(opened[0].url, ...KEEP);
  for (const { close } of opened) await close();
  expect((await stat(join(place, 'data'))).mode & 0o777).toBe(0o700);
  expect(await keptIn((await open(folder)).url)).toBe('kept');
});

test.skipIf(!IS_ROOT)('an ordinary user keeps data straight in the data folder', async (context) => {
  const nobody = 65_534;
  const access = { cwd: import.meta.dirname, uid: nobody, gid: nobody };
  const { status } = spawnSync(
    process.execPath,
    ['-e', `require('node:fs').readdirSync('../server/dist')`],
    access,
  );
  context.skip(status !== 0, 'this clone lies where an ordinary user cannot read');
  const folder = await makeFolder();
  await chmod(folder, 0o777);
  const opener = await openInChild(join(folder, 'data'), nobody);
  expect(await dataOf(opener.url)).toBe(join(folder, 'data/data'));
  expect((await stat(join(folder, 'data/data'))).uid).toBe(nobody);
  await opener.close();
  await expectStopped(opener.url);
});
