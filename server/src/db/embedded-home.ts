// The data folder comes in; where PostgreSQL really lives, and as whom it runs, goes out. For an ordinary user that is
// the folder itself. PostgreSQL refuses to be root: for root it is another user's, and lies where that user can enter.
import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, chown, link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import type { Log } from '../log.js';
import { type Account, failure, runCommand } from './embedded-command.js';
import { isMissing, readIfPresent } from './embedded-lock.js';

/**
 * Data and programs of root, when PostgreSQL's user cannot enter the clone. Not a temporary folder, as those are swept of
 * files that nobody touched for some weeks. Only root may write it, so nobody can put other programs there.
 */
export const SHARED_FOLDER = '/var/lib/campaign-analytics';
/** In the data folder, when the data lies elsewhere: one line, where. Deleting it starts over with an empty database. */
const POINTER = 'location';
const NOBODY: Account = { uid: 65_534, gid: 65_534 };

export interface Home {
  readonly folder: string;
  readonly account: Account | undefined;
}

export const dataOf = (home: Home): string => join(home.folder, 'data');

/** Hands a file or folder to PostgreSQL's user. */
export async function give(path: string, account: Account | undefined): Promise<void> {
  if (account) await chown(path, account.uid, account.gid);
}

/** The owner of data that exists; otherwise the user `postgres`, otherwise `nobody`. */
async function accountFor(folder: string): Promise<Account> {
  const owner = await stat(join(folder, 'data')).catch(() => undefined);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const lines = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    // Some systems write nobody's ids as -2.
    if (Number(uid) && Number(gid)) return { uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 };
  }
  return NOBODY;
}

/** Whether the user can work in the folder, which is opened for passing through: what lies in it has modes of its own. */
async function mayHold(folder: string, account: Account): Promise<boolean> {
  const { mode } = await stat(folder);
  const trial = join(folder, `trial-${randomUUID()}`);
  let isHeld = false;
  try {
    await chmod(folder, mode | 0o011);
    await mkdir(trial, { mode: 0o700 });
    await give(trial, account);
    const { code } = await runCommand('/bin/sh', ['-c', 'cd -- "$1" && : > file', 'sh', trial], { account });
    isHeld = code === 0;
  } catch {
    // Some file systems give no file to another user.
  }
  await rm(trial, { recursive: true, force: true });
  if (!isHeld) await chmod(folder, mode);
  return isHeld;
}

/** Points from the data folder to a new place; when another process was faster, to the place of that one. */
async function relocate(folder: string, log: Log): Promise<string> {
  const place = join(SHARED_FOLDER, randomBytes(6).toString('hex'));
  const draft = join(folder, `${POINTER}.${randomUUID()}`);
  await mkdir(place, { recursive: true });
  // Said again, as the caller's umask may have taken it away.
  await chmod(SHARED_FOLDER, 0o755);
  await chmod(place, 0o711);
  await writeFile(draft, `${place}\n`);
  try {
    await link(draft, join(folder, POINTER));
    log.info(
      { place },
      'the data lies outside the data folder, which the user that runs PostgreSQL cannot enter',
    );
    return place;
  } catch (error) {
    await rm(place, { recursive: true });
    const other = await readIfPresent(join(folder, POINTER));
    if (other === undefined) throw error;
    return other.trim();
  } finally {
    await rm(draft);
  }
}

async function homeOfRoot(folder: string, log: Log): Promise<Home> {
  const pointed = (await readIfPresent(join(folder, POINTER)))?.trim();
  if (pointed !== undefined) {
    if (!(await stat(pointed).catch(() => undefined)))
      throw new Error(
        `expected the data at ${pointed}, as ${join(folder, POINTER)} says, got nothing there: ` +
          'bring it back, or delete that file to start with an empty database',
      );
    return { folder: pointed, account: await accountFor(pointed) };
  }
  const account = await accountFor(folder);
  const hasData = (await readIfPresent(join(folder, 'data/PG_VERSION'))) !== undefined;
  if (hasData || (await mayHold(folder, account))) return { folder, account };
  const place = await relocate(folder, log);
  return { folder: place, account: await accountFor(place) };
}

/** Makes the data folder if need be, and finds the home that belongs to it. */
export async function findHome(folder: string, log: Log): Promise<Home> {
  const absolute = resolve(folder);
  try {
    await mkdir(absolute, { recursive: true });
    const home =
      userInfo().uid === 0 ? await homeOfRoot(absolute, log) : { folder: absolute, account: undefined };
    await mkdir(join(home.folder, 'users'), { recursive: true, mode: 0o700 });
    return home;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error) || isMissing(error)) throw error;
    throw failure(`expected to be able to write the data folder ${absolute}`, error.message, error);
  }
}
