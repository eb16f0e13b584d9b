// Backups taken while servers record, and what they are worth: brought back, everything that was acknowledged is there, every
// number is the same, and servers go on from it. The files of a data folder, and dumps of a PostgreSQL of one's own.
import { execFile } from 'node:child_process';
import { chmod, chown, cp, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openEmbeddedPostgres } from '@campaign-analytics/server/db/embedded.js';
import { type Account, runCommand } from '@campaign-analytics/server/db/embedded-command.js';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { addCustomers, makePlace } from './faults/accounts.ts';
import { openChecker } from './faults/checker.ts';
import { openFleet } from './faults/fleet.ts';
import { type Instance, openInstance } from './faults/instance.ts';
import { startWork, type Work } from './faults/work.ts';
import { openApi } from './harness/api.ts';
import { boxes } from './harness/campaign.ts';
import { eventually } from './harness/deadline.ts';
import { openKeptLog } from './harness/logs.ts';
import { startTestServer } from './harness/server.ts';

const run = promisify(execFile);
const SEED = 5;
/** Far above what it takes, for machines that have much else to do. */
const LIMIT_MS = 60_000;
/** Where Debian keeps the programs of each release. */
const PROGRAMS = '/usr/lib/postgresql';

let instance: Instance;
/** Whom PostgreSQL runs as. */
let account: Account;
const endings: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  instance = await openInstance();
  const { uid, gid } = await stat(instance.dataFolder);
  account = { uid, gid };
});
afterEach(async () => {
  for (let end = endings.pop(); end; end = endings.pop()) await end();
});
afterAll(() => instance?.close());

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'campaign-analytics-restore-'));
  endings.push(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o755);
  await chown(folder, account.uid, account.gid);
  return folder;
}

async function goesOn(work: Work): Promise<void> {
  const before = work.figures().acknowledged;
  await eventually(
    async () => work.figures().acknowledged - before,
    (more) => more > 20,
    LIMIT_MS,
  );
}

/** Accounts at work on a database until told to finish. */
async function openWork(databaseUrl: string, adminUrl: string) {
  const checker = openChecker(adminUrl);
  const customers = await addCustomers({ name: '', url: databaseUrl, adminUrl }, checker, 2);
  const fleet = await openFleet({ databaseUrl, count: 1 });
  endings.push(() => fleet.close());
  const urls = fleet.members.map(({ url }) => url);
  const work = await startWork({ checker, customers, urls, seed: SEED });
  endings.push(() => work.stop());
  await goesOn(work);
  return { checker, customers, work, url: urls[0] ?? '' };
}
type AtWork = Awaited<ReturnType<typeof openWork>>;

/** That another server on the copy shows what the first does on its own database, and takes more. */
async function expectSame({ checker, customers, work, url }: AtWork, copyUrl: string): Promise<void> {
  await checker.inspect(copyUrl);
  expect(checker.violations).toEqual([]);
  const server = await startTestServer(copyUrl);
  try {
    for (const { key, told } of customers)
      for (const id of work.campaignIds.filter((each) => each.startsWith(told.mark))) {
        const found = await boxes(openApi(server.url, key), id);
        expect(found.initialsSent).toBeGreaterThan(0);
        expect(found).toEqual(await boxes(openApi(url, key), id));
      }
  } finally {
    await server.stop();
  }
}

test('a copy of the data folder, taken while a server records, has everything that was acknowledged', {
  timeout: 4 * LIMIT_MS,
}, async () => {
  const place = await makePlace(instance, 'copied');
  const atWork = await openWork(place.url, place.adminUrl);
  const client = new Client({ connectionString: place.adminUrl });
  await client.connect();
  endings.push(() => client.end());
  const folder = await makeFolder();
  const home = join(instance.dataFolder, '..');

  await client.query(`select pg_backup_start('a test', true)`);
  // Files that go meanwhile are none that matter: the log has what they were.
  await run('cp', ['-a', instance.dataFolder, join(folder, 'data')]).catch(() => undefined);
  await goesOn(atWork.work);
  await atWork.work.finish(LIMIT_MS);
  const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)');
  await run('cp', ['-a', join(instance.dataFolder, 'pg_wal'), join(folder, 'data')]);
  await rm(join(folder, 'data/postmaster.pid'), { force: true });
  await writeFile(join(folder, 'data/backup_label'), rows[0]?.labelfile ?? '');
  await chown(join(folder, 'data/backup_label'), account.uid, account.gid);
  await cp(join(home, 'password'), join(folder, 'password'));
  await chown(join(folder, 'password'), account.uid, account.gid);

  const copy = await openEmbeddedPostgres({ folder, pid: process.pid, log: openKeptLog() });
  endings.push(() => copy.close());
  const copyUrl = new URL(copy.url);
  copyUrl.pathname = `/${place.name}`;
  await expectSame(atWork, copyUrl.href);
});

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/** A PostgreSQL that the machine has, with its own dump and restore, and no role but the superuser. */
async function openInstalled(programs: string): Promise<string> {
  const folder = await makeFolder();
  const within = { cwd: folder, account };
  const made = await runCommand(
    join(programs, 'initdb'),
    ['-D', 'data', '-U', 'postgres', '--auth=trust', '-E', 'UTF8', '--no-locale', '--no-sync'],
    within,
  );
  expect(made).toMatchObject({ code: 0 });
  const port = await freePort();
  const options = `-c port=${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=`;
  const pgCtl = (task: string, ...args: string[]) =>
    runCommand(join(programs, 'pg_ctl'), [task, '-D', 'data', '-w', ...args], within);
  expect(await pgCtl('start', '-l', 'log', '-o', options)).toMatchObject({ code: 0 });
  endings.push(() => pgCtl('stop', '-m', 'immediate'));
  return `postgres://postgres@127.0.0.1:${port}/postgres`;
}

async function findPrograms(): Promise<string | undefined> {
  const releases = await readdir(PROGRAMS).catch(() => []);
  const whole = releases.map((each) => join(PROGRAMS, each, 'bin'));
  for (const folder of whole) {
    const programs = await readdir(folder).catch((): string[] => []);
    if (['initdb', 'pg_ctl', 'postgres', 'pg_dump', 'pg_restore'].every((each) => programs.includes(each)))
      return folder;
  }
  return undefined;
}

test('a dump that pg_dump takes while a server records is one instant, and one at rest brings everything back', {
  timeout: 4 * LIMIT_MS,
}, async (context) => {
  const programs = await findPrograms();
  if (!programs) return context.skip('this machine has no PostgreSQL with pg_dump');
  const [adminUrl, otherUrl] = [await openInstalled(programs), await openInstalled(programs)];
  const folder = await makeFolder();
  const dump = (name: string) => run(join(programs, 'pg_dump'), ['-Fc', '-f', join(folder, name), adminUrl]);
  const restore = async (name: string, url: string): Promise<string> => {
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(`create database ${name}`);
    await client.end();
    const into = new URL(url);
    into.pathname = `/${name}`;
    const options = ['--no-owner', '--no-acl', '--exit-on-error', '-d', into.href, join(folder, name)];
    await run(join(programs, 'pg_restore'), options);
    return into.href;
  };
  const atWork = await openWork(adminUrl, adminUrl);
  await dump('busy');
  await goesOn(atWork.work);
  await atWork.work.finish(LIMIT_MS);
  await dump('quiet');

  const busyUrl = await restore('busy', adminUrl);
  const busy = openChecker(busyUrl);
  await busy.inspect();
  expect(busy.violations).toEqual([]);
  await expectSame(atWork, await restore('quiet', adminUrl));
  // On a server that has none of the roles.
  await expectSame(atWork, await restore('quiet', otherUrl));
});
