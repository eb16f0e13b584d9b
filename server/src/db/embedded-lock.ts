// Who is alive, and who alone may start and stop PostgreSQL in a folder. A lock or a registration that a killed process
// left behind counts for nothing, even when another process has got its id since.
import { randomUUID } from 'node:crypto';
import { link, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { runCommand } from './embedded-command.js';

const LOCK_MS = 90_000;
const LOOK_MS = 25;

/** A process that uses the folder, written down in a file, which is also what it shows for a lock. */
export interface Seat {
  readonly file: string;
  leave(): Promise<void>;
}

export const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** The text of a file; `undefined` when there is none. */
export async function readIfPresent(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** When that process began, in words of the machine; `undefined` when none with this id runs. */
export async function birthOf(pid: number): Promise<string | undefined> {
  if (platform() === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
    // The name in parentheses may hold anything; behind it come the state and, as the 20th, the start in ticks since boot.
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields === undefined || fields[0] === 'Z') return undefined;
    return `${(await readFile('/proc/sys/kernel/random/boot_id', 'latin1')).trim()}/${fields[19]}`;
  }
  const { code, output } =
    platform() === 'win32'
      ? await runCommand('powershell', [
          '-NoProfile',
          '-Command',
          `(Get-Process -Id ${pid} -ErrorAction Stop).StartTime.ToFileTimeUtc()`,
        ])
      : await runCommand('ps', ['-o', 'lstart=', '-p', String(pid)]);
  return code === 0 && output !== '' ? output.replaceAll(/\s+/g, '_') : undefined;
}

/** Writes down that process `pid` uses the folder: from now on nobody else stops PostgreSQL. */
export async function takeSeat(folder: string, pid: number): Promise<Seat> {
  const birth = await birthOf(pid);
  if (birth === undefined) throw new Error(`expected the id of a running process, got ${pid}`);
  const id = randomUUID();
  const file = join(folder, `${pid}-${id}`);
  await writeFile(file, `${pid} ${birth} ${id}`, { mode: 0o600 });
  return { file, leave: () => rm(file, { force: true }) };
}

/** How many use the folder, after forgetting those that ended without a word. */
export async function countSeats(folder: string): Promise<number> {
  let count = 0;
  for (const name of await readdir(folder)) {
    const [, birth] = ((await readIfPresent(join(folder, name))) ?? '').split(' ');
    const living = await birthOf(Number.parseInt(name, 10));
    // One without content is being written just now.
    if (living !== undefined && living === (birth ?? living)) count += 1;
    else await rm(join(folder, name), { force: true });
  }
  return count;
}

/** Linking creates the file with its content at once; `false` when it is there already. */
async function claim(file: string, seat: Seat): Promise<boolean> {
  try {
    await link(seat.file, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function acquire(file: string, seat: Seat, deadline: number): Promise<void> {
  while (!(await claim(file, seat))) {
    const held = await readIfPresent(file);
    if (held === undefined) continue;
    const [pid = '', birth, id] = held.split(' ');
    if ((await birthOf(Number(pid))) === birth) {
      if (Date.now() > deadline)
        throw new Error(
          `expected ${file} to be released within ${LOCK_MS / 1_000} s, got process ${pid} still holding it: end that process and start again`,
        );
      await wait(LOOK_MS);
      continue;
    }
    // Two may find the same abandoned lock: only who holds the lock on its removal may remove it, and looks again
    // first, as it may have been replaced since.
    const removal = `${file}.${id}`;
    await acquire(removal, seat, deadline);
    if ((await readIfPresent(file)) === held) await rm(file, { force: true });
    await rm(removal, { force: true });
  }
}

/** Acts while no other process, nor anyone else in this one, holds the same lock; waits for it as long as a slow start takes. */
export async function withLock<T>(file: string, seat: Seat, act: () => Promise<T>): Promise<T> {
  await acquire(file, seat, Date.now() + LOCK_MS);
  try {
    return await act();
  } finally {
    await rm(file, { force: true });
  }
}
