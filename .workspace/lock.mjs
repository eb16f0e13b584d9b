// One process at a time installs and builds in a clone. A lock that a killed process left behind counts for nothing.
import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const LOOK_MS = 100;

/** When a process began, where the system tells (Linux): its id alone may belong to another one since. */
function birthOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return '-';
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Creates the file with its content at once; `false` when it is there already. */
function claim(file) {
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, `${process.pid} ${birthOf(process.pid)} ${randomUUID()}`);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

async function acquire(file, onWait) {
  let hasSaid = false;
  while (!claim(file)) {
    const held = read(file);
    if (held === undefined) continue;
    const [pid, birth, id] = held.split(' ');
    if (Number(pid) !== process.pid && isAlive(Number(pid)) && birthOf(pid) === birth) {
      if (!hasSaid) onWait(pid);
      hasSaid = true;
      await wait(LOOK_MS);
      continue;
    }
    // Two may find the same left lock: who removes it holds a lock on that, and looks again first.
    const removal = `${file}.${id}`;
    await acquire(removal, () => undefined);
    if (read(file) === held) rmSync(file, { force: true });
    rmSync(removal, { force: true });
  }
}

/** Acts while no other process holds the lock; `onWait` hears once whom it waits for. */
export async function withLock(file, onWait, act) {
  mkdirSync(dirname(file), { recursive: true });
  await acquire(file, onWait);
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  try {
    return await act();
  } finally {
    process.off('exit', release);
    release();
  }
}
