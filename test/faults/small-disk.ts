// A file system that can be filled: a small one in memory, where the user may mount one.
import { execFile } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Fault } from './fault.ts';

const run = promisify(execFile);
const SIZE = '600m';
const PIECE = Buffer.alloc(2 ** 20);

export interface SmallDisk {
  readonly folder: string;
  /** Leaves nothing free on it; what lifts it brings PostgreSQL back, which may have ended. */
  readonly full: Fault;
  /** Nobody may use it any more. */
  close(): Promise<void>;
}

/** @returns undefined where this user may not mount anything. */
export async function openSmallDisk(): Promise<SmallDisk | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'campaign-analytics-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE},mode=755`, 'tmpfs', folder]);
  } catch {
    await rm(folder, { recursive: true });
    return undefined;
  }
  const filler = join(folder, 'filler');
  async function fill(): Promise<void> {
    const file = await open(filler, 'w');
    try {
      for (;;) await file.write(PIECE);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      await file.close();
    }
  }
  return {
    folder,
    full: {
      kind: 'full disk',
      place: 'disk',
      async begin({ instance }) {
        await fill();
        return async () => {
          await rm(filler);
          await instance.rise();
        };
      },
    },
    async close() {
      await run('umount', [folder]);
      await rm(folder, { recursive: true });
    },
  };
}
