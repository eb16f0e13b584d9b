// What the server asks of its database, and what it makes of an empty one.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '@campaign-analytics/server/config.js';
import { type EmbeddedPostgres, openEmbeddedPostgres } from '@campaign-analytics/server/db/embedded.js';
import { findBinaries } from '@campaign-analytics/server/db/embedded-binaries.js';
import { runCommand as runTool } from '@campaign-analytics/server/db/embedded-command.js';
import { findHome, SHARED_FOLDER } from '@campaign-analytics/server/db/embedded-home.js';
import { openStorage, type Storage } from '@campaign-analytics/server/storage.js';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { useDatabase } from './harness/database.ts';
import { eventually } from './harness/deadline.ts';
import { openKeptLog } from './harness/logs.ts';
import { runCommand } from './harness/process.ts';

const open = (url: string, lines: string[] = []): Promise<Storage> =>
  openStorage(readConfig({ DATABASE_URL: url }), process.pid, openKeptLog(lines));
/** Why it does not open. */
async function refusalOf(url: string): Promise<string> {
  try {
    await (await open(url)).close();
    return 'opened';
  } catch (error) {
    return (error as Error).message;
  }
}
/** What a refusal says to do, done. */
async function heed(refusal: string, client: Client): Promise<void> {
  const [, remedy = ''] = /turn it on \((.+)\) and start again$/.exec(refusal) ?? [];
  for (const statement of remedy.split('; ')) await client.query(statement);
}

describe('an empty database', () => {
  const database = useDatabase('template1');

  test('is migrated once, though several processes find it empty at the same time', async () => {
    const lines: string[] = [];
    const [one, two, ...commands] = await Promise.all([
      open(database.url, lines),
      open(database.url, lines),
      ...[0, 1].map(() => runCommand(database.url, ['recount'])),
    ]);
    for (const each of commands) {
      expect(each).toMatchObject({ code: 0, stdout: '0 campaigns recounted, 0 differences\n' });
      lines.push(each.stderr);
    }
    expect(lines.join('').match(/migrated the database/g)).toHaveLength(1);
    const { rows } = await database.client.query('select name from migration order by id');
    expect(rows.map((row) => row.name)).toEqual(one.source.migrations.map((each) => each.constructor.name));
    await Promise.all([one.close(), two.close()]);
  });

  test('then has every table as the entities describe it, and the next start has nothing to do', async () => {
    const lines: string[] = [];
    const storage = await open(database.url, lines);
    const { upQueries } = await storage.source.driver.createSchemaBuilder().log();
    expect(upQueries.map((each) => each.query)).toEqual([]);
    expect(await storage.source.showMigrations()).toBe(false);
    expect(lines).toEqual([]);
    await storage.close();
    await storage.close();
  });
});

describe('a database that acknowledges what it has not written', () => {
  const database = useDatabase('template1');
  const name = () => new URL(database.url).pathname.slice(1);
  const REASON =
    'PostgreSQL runs with synchronous_commit = off, where an acknowledged message can be lost in a crash: turn it on';
  test.each<[string, () => string]>([
    ['the database', () => `alter database ${name()} set synchronous_commit = off`],
    [
      'the role in the database',
      () => `alter role current_user in database ${name()} set synchronous_commit = off`,
    ],
  ])('is refused where %s says so, until what the refusal says is done', async (_, statement) => {
    await database.client.query(statement());
    const refusal = await refusalOf(database.url);
    expect(refusal).toContain(REASON);
    await heed(refusal, database.client);
    expect(await refusalOf(database.url)).toBe('opened');
  });

  test('is refused where DATABASE_URL itself says so', async () => {
    const refusal = await refusalOf(`${database.url}?options=-c%20synchronous_commit%3Doff`);
    expect(refusal).toBe(`${REASON} (take it out of DATABASE_URL) and start again`);
  });

  test('is refused by the command line, with exit code 1', async () => {
    await database.client.query(`alter database ${name()} set synchronous_commit = off`);
    const ends = await Promise.all([['start'], ['recount']].map((args) => runCommand(database.url, args)));
    for (const { code, stdout, stderr } of ends)
      expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining(REASON)]);
    await database.client.query(`alter database ${name()} reset synchronous_commit`);
  });
});

describe('a PostgreSQL with fsync = off', () => {
  let folder: string;
  let postgres: EmbeddedPostgres;
  const client = async <T>(work: (client: Client) => Promise<T>): Promise<T> => {
    const opened = new Client({ connectionString: postgres.url });
    await opened.connect();
    return work(opened).finally(() => opened.end());
  };
  /** Starts it again without what the embedded one insists on. */
  async function restart(...settings: string[]): Promise<void> {
    const home = await findHome(folder, openKeptLog());
    const { pgCtl } = await findBinaries(home.account, SHARED_FOLDER);
    const { port } = new URL(postgres.url);
    const given = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', `port=${port}`, ...settings];
    const options = given.map((each) => `-c ${each}`).join(' ');
    const args = ['restart', '-D', 'data', '-w', '-m', 'fast', '-l', 'postgres.log', '-o', options];
    expect((await runTool(pgCtl, args, { cwd: home.folder, account: home.account })).code).toBe(0);
  }
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'campaign-analytics-fsync-'));
    postgres = await openEmbeddedPostgres({ folder, pid: process.pid, log: openKeptLog() });
  });
  afterAll(async () => {
    await postgres?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('is refused, until what the refusal says is done', async () => {
    await restart('fsync=off');
    const REASON =
      'PostgreSQL runs with fsync = off, where an acknowledged message can be lost in a crash: turn it on';
    expect(await refusalOf(postgres.url)).toBe(
      `${REASON} (take it from PostgreSQL's command line) and start again`,
    );
    await client((one) => one.query('alter system set fsync = off'));
    await restart();
    const refusal = await refusalOf(postgres.url);
    expect(refusal).toContain(REASON);
    await client((one) => heed(refusal, one));
    await eventually(
      () => refusalOf(postgres.url),
      (each) => each === 'opened',
    );
  });
});

describe('a database that cannot be reached', () => {
  const address = (): URL => new URL(inject('postgresUrl'));
  const changed = (change: (url: URL) => void): string => {
    const url = address();
    change(url);
    return url.href;
  };

  test.each<[string, () => string, RegExp]>([
    [
      'nobody listens',
      () =>
        changed((url) => {
          url.port = '1';
        }),
      /^expected a connection to PostgreSQL at 127.0.0.1:1, got: .*ECONNREFUSED.* Start it, or correct DATABASE_URL$/,
    ],
    [
      'no address of the name answers',
      () =>
        changed((url) => {
          url.host = 'localhost:1';
        }),
      /at localhost:1, got: .*ECONNREFUSED/,
    ],
    [
      'the name is unknown',
      () =>
        changed((url) => {
          url.hostname = 'nowhere.invalid';
        }),
      /at nowhere.invalid:\d+, got: .*(ENOTFOUND|EAI_AGAIN)/,
    ],
    [
      'the password is wrong',
      () =>
        changed((url) => {
          url.password = 'wrong';
        }),
      /got: password authentication failed/,
    ],
    [
      'the database does not exist',
      () =>
        changed((url) => {
          url.pathname = '/nothing_here';
        }),
      /database "nothing_here" does not exist/,
    ],
  ])('is refused with what to do where %s, without the password', async (_, url, message) => {
    const refusal = await refusalOf(url());
    expect(refusal).toMatch(message);
    expect(refusal).not.toContain(address().password);
  });

  test('is refused where something else listens', async () => {
    const other = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    const port = await new Promise<number>((resolve) =>
      other.once('listening', () => resolve((other.address() as { port: number }).port)),
    );
    expect(await refusalOf(`postgres://127.0.0.1:${port}/any`)).toMatch(
      /got: Connection terminated unexpectedly/,
    );
    other.close();
  });

  test('ends the process with 1 and one line of words', async () => {
    const ends = await Promise.all(
      [['start'], ['recount'], ['account', 'create', 'A']].map((args) =>
        runCommand(
          changed((url) => {
            url.port = '1';
          }),
          args,
        ),
      ),
    );
    for (const { code, stdout, stderr } of ends)
      expect([code, stdout, stderr]).toEqual([
        1,
        '',
        expect.stringMatching(
          /^Could not (start|open the database): .+ Start it, or correct DATABASE_URL\n$/,
        ),
      ]);
  });
});
