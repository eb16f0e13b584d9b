// What goes on in a data folder: whether its PostgreSQL answers as ours, and which of its processes are still alive. It only
// looks, never touches.
import { realpath } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { type Account, failure, runCommand } from './embedded-command.js';
import { readIfPresent } from './embedded-lock.js';

export const DATABASE = 'campaign_analytics';
const ANSWER_MS = 5_000;

export interface PidFile {
  readonly pid: number;
  readonly port: number;
}

/** What PostgreSQL wrote down about itself; neither process nor port need be there any more. */
export async function readPidFile(data: string): Promise<PidFile | undefined> {
  const lines = (await readIfPresent(join(data, 'postmaster.pid')).catch(() => undefined))?.split('\n');
  const [pid, port] = [Number(lines?.[0]), Number(lines?.[3])];
  return pid > 0 && port > 0 ? { pid, port } : undefined;
}

export const urlOf = (port: number, password: string, database = DATABASE): string =>
  `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

async function ask(url: string, statement: string): Promise<unknown> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: ANSWER_MS,
    query_timeout: ANSWER_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return Object.values((await client.query(statement)).rows[0] ?? {})[0];
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * `ready`: ours, and answers. `refused`: it does not take our password. `silent`: nobody there, not ready yet, or another
 * instance that got the port meanwhile. Makes the database where it is missing, and then wants to be asked again.
 */
export async function probe(
  data: string,
  port: number,
  password: string,
): Promise<'ready' | 'refused' | 'silent'> {
  try {
    const lives = await ask(urlOf(port, password), `select current_setting('data_directory')`);
    return (await realpath(String(lives))) === (await realpath(data)) ? 'ready' : 'silent';
  } catch (error) {
    if (codeOf(error) === '28P01') return 'refused';
    if (codeOf(error) !== '3D000') return 'silent';
  }
  try {
    await ask(urlOf(port, password, 'postgres'), `create database ${DATABASE}`);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    // Only a PostgreSQL that lives can say that its disk is full; any other loss is looked at again.
    if (code?.startsWith('53')) throw failure(`expected to create the database ${DATABASE}`, message, error);
  }
  return 'silent';
}

/** Prints /proc/<pid> of PostgreSQL's processes at work in folder $1; a finished one that nobody waited for has no folder. */
const LIST_BY_PROC =
  '[ -e /proc/self/comm ] || exit 2; for p in /proc/[0-9]*; do read -r n < "$p/comm" && [ "$n" = postgres ] && [ "$p/cwd" -ef "$1" ] && echo "$p"; done 2> /dev/null; :';

/**
 * The processes of PostgreSQL at work in `data`, the children of a killed one included; `undefined` where that cannot
 * be found out. Looks as `account`, because inside a container not even root may see where another user's process is.
 */
export async function processesIn(data: string, account: Account | undefined): Promise<number[] | undefined> {
  const { code, output } =
    platform() === 'linux'
      ? await runCommand('/bin/sh', ['-c', LIST_BY_PROC, 'sh', data], { account })
      : await runCommand('lsof', ['-t', '-a', '-c', 'postgres', '-d', 'cwd', '--', data], { account });
  // 1 is lsof's way of finding none.
  if (code === undefined || code > 1) return undefined;
  return output
    .split('\n')
    .map((line) => Number(line.replace('/proc/', '')))
    .filter((pid) => pid > 0);
}
