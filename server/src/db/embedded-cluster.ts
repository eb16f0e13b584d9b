// One data folder comes in; a PostgreSQL that answers goes out. It is made when there is none, adopted when one runs, and
// recovered when it, its parent or both were killed. Callers hold the folder's lock; nothing here is safe without.
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Binaries, findBinaries } from './embedded-binaries.js';
import { failure, runCommand } from './embedded-command.js';
import { dataOf, give, type Home, SHARED_FOLDER } from './embedded-home.js';
import { readIfPresent } from './embedded-lock.js';
import { probe, processesIn, readPidFile, urlOf } from './embedded-watch.js';

/** Long, because what was killed in the middle of much work replays its log first. */
const START_MS = 60_000;
const STOP_MS = 30_000;
const LOOK_MS = 50;
const MOST_STARTS = 5;
/** Children of a killed postmaster get this long to end by themselves, then this long to obey. */
const ORPHANS_END_MS = 500;
const ORPHANS_OBEY_MS = 3_000;
const LOG_FILE = 'postgres.log';

/** Given at each start, so that data of an older release gets them too. The log never repeats a statement or a value. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // A client hears its own errors; their texts quote values, so the log has only what concerns the server.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_statement: 'none',
  log_min_duration_statement: '-1',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_checkpoints: 'off',
};

const freePort = (wanted: number): Promise<number> =>
  new Promise((settle, fail) => {
    const server = createServer();
    server.once('error', (error) => (wanted === 0 ? fail(error) : settle(freePort(0))));
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => settle(typeof address === 'object' && address ? address.port : wanted));
    });
  });

export class Cluster {
  readonly #home: Home;
  readonly #data: string;
  #binaries: Promise<Binaries> | undefined;

  constructor(home: Home) {
    this.#home = home;
    this.#data = dataOf(home);
  }

  /** Settles with the address once a connection worked. @throws Error that names the next action. */
  async bring(): Promise<string> {
    await this.#refuseOtherMajor();
    if ((await readIfPresent(join(this.#data, 'PG_VERSION'))) === undefined) await this.#initialise();
    const password = (await readFile(this.#path('password'), 'utf8')).trim();
    const deadline = Date.now() + START_MS;
    let orphansSince: number | undefined;
    let failedStarts = 0;
    for (; Date.now() < deadline; await wait(LOOK_MS)) {
      const written = await readPidFile(this.#data);
      const answer = written ? await probe(this.#data, written.port, password) : 'silent';
      if (written && answer === 'ready') return urlOf(written.port, password);
      const alive = await processesIn(this.#data, this.#home.account);
      if (alive === undefined || alive.length === 0) {
        orphansSince = undefined;
        // Once is no proof: another program may be faster at the port, a killed predecessor not quite gone.
        const problem = await this.#start(alive !== undefined);
        if (problem && ++failedStarts === MOST_STARTS) throw problem;
      } else if (!written || !alive.includes(written.pid)) {
        orphansSince ??= Date.now();
        await this.#endOrphans(alive, Date.now() - orphansSince);
      } else if (answer === 'refused') {
        throw new Error(
          `expected the PostgreSQL of ${this.#data} to take the password in ${this.#path('password')}, got a refusal: ` +
            'bring that file back, or set DATA_FOLDER to a new folder',
        );
      }
    }
    throw failure(`expected PostgreSQL to answer within ${START_MS / 1_000} s`, await this.#lastLog());
  }

  /** Settles when it has ended, with everything that was committed on disk. Fine when it has ended before. */
  async stop(): Promise<void> {
    if (!(await this.#mayRun())) return;
    const { code, output } = await this.#pgCtl('stop', '-m', 'fast', '-w', '-t', String(STOP_MS / 1_000));
    // It may have been killed meanwhile, which stops it as well.
    if (code !== 0 && (await this.#mayRun()))
      throw failure(`expected PostgreSQL to stop within ${STOP_MS / 1_000} s`, output);
  }

  async #mayRun(): Promise<boolean> {
    const written = await readPidFile(this.#data);
    const alive = await processesIn(this.#data, this.#home.account);
    return written !== undefined && (alive?.includes(written.pid) ?? true);
  }

  #path(name: string): string {
    return join(this.#home.folder, name);
  }

  #find(): Promise<Binaries> {
    this.#binaries ??= findBinaries(this.#home.account, SHARED_FOLDER);
    return this.#binaries;
  }

  /** In the home, with relative names: pg_ctl hands names to a shell, which would trip over some characters. */
  async #pgCtl(task: string, ...args: readonly string[]) {
    const options = { cwd: this.#home.folder, account: this.#home.account };
    return runCommand((await this.#find()).pgCtl, [task, '-D', 'data', ...args], options);
  }

  async #refuseOtherMajor(): Promise<void> {
    const made = (await readIfPresent(join(this.#data, 'PG_VERSION')))?.trim();
    if (made === undefined) return;
    const { major } = await this.#find();
    if (made !== major)
      throw new Error(
        `expected data of PostgreSQL ${major} in ${this.#data}, got data of PostgreSQL ${made}: dump it with a ` +
          `PostgreSQL ${made} and load the dump, or set DATA_FOLDER to a new folder`,
      );
  }

  /** Under another name until it is whole: what is interrupted here is made again at the next start. */
  async #initialise(): Promise<void> {
    const draft = this.#path('data.new');
    const { account, folder } = this.#home;
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { mode: 0o700 });
    await give(draft, account);
    await writeFile(this.#path('password'), `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
    await chmod(this.#path('password'), 0o600);
    await give(this.#path('password'), account);
    const locale = [
      '--encoding=UTF8',
      '--no-locale',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
    ];
    const access = ['--username=postgres', '--pwfile=password', '--auth=scram-sha-256', '--no-instructions'];
    const { initdb } = await this.#find();
    const made = await runCommand(initdb, ['-D', 'data.new', ...locale, ...access], { cwd: folder, account });
    if (made.code !== 0) throw failure(`expected initdb to make a database in ${folder}`, made.output);
    await rename(draft, this.#data);
  }

  /** @param isDeserted it is certain that no process works in the folder, so a left pid file names somebody else. @returns why not. */
  async #start(isDeserted: boolean): Promise<Error | undefined> {
    if (isDeserted) await rm(join(this.#data, 'postmaster.pid'), { force: true });
    // The same port again where it is free: who was connected before a crash finds the way back.
    const port = await freePort(Number(await readIfPresent(this.#path('port'))) || 0);
    await writeFile(this.#path('port'), String(port));
    const log = this.#path(LOG_FILE);
    if ((await readIfPresent(log)) !== undefined) await rename(log, `${log}.1`);
    await writeFile(log, '', { mode: 0o600 });
    await give(log, this.#home.account);
    const options = Object.entries({ port, ...SETTINGS }).map(([name, value]) => `-c ${name}=${value}`);
    const waiting = ['-w', '-t', String(START_MS / 1_000)];
    const { code, output } = await this.#pgCtl('start', '-l', LOG_FILE, ...waiting, '-o', options.join(' '));
    if (code === 0) return undefined;
    const said = `${output}\n${await this.#lastLog()}`;
    return failure(`expected PostgreSQL to start in ${this.#home.folder}`, said);
  }

  /** They hold the shared memory of a killed postmaster, and nobody can start while they do. */
  async #endOrphans(pids: readonly number[], sinceMs: number): Promise<void> {
    if (sinceMs < ORPHANS_END_MS) return;
    const signal = sinceMs < ORPHANS_END_MS + ORPHANS_OBEY_MS ? 'QUIT' : 'KILL';
    const { pgCtl } = await this.#find();
    for (const pid of pids)
      await runCommand(pgCtl, ['kill', signal, String(pid)], { account: this.#home.account });
  }

  async #lastLog(): Promise<string> {
    return ((await readIfPresent(this.#path(LOG_FILE)).catch(() => undefined)) ?? '')
      .split('\n')
      .slice(-12)
      .join('\n');
  }
}
