// The files of exports, in one folder that all processes share. A file has its name only when it is whole and on the disk.
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { AppError } from '../errors.js';
import type { Job, JobKey } from '../jobs/job.js';

export interface ExportFolder {
  readonly path: string;
  /**
   * Writes the file of this attempt; settles with its size when it is on the disk under its name. Where `write` fails nothing
   * stays.
   */
  write(job: Job, write: (to: Writable) => Promise<void>): Promise<number>;
  /** The file's name within the folder. */
  nameOf(job: Job): string;
  /** Removes what this attempt and those before it have written, whole or not. */
  remove(job: Job): Promise<void>;
  /**
   * Removes files that were written before an instant and are of no job.
   *
   * @param findJobs - all there are. Asked after the folder was looked at: a file is younger than its job.
   * @returns how many.
   */
  removeOthers(before: Date, findJobs: () => Promise<readonly JobKey[]>): Promise<number>;
}

/** A disk or folder that does not take it; what a connection is lost by is not among them. */
const REFUSED = /^(EACCES|EDQUOT|EFBIG|EIO|EISDIR|EMFILE|ENFILE|ENOENT|ENOSPC|ENOTDIR|EPERM|EROFS)$/;

const asRefusal = (error: unknown): unknown =>
  REFUSED.test(String((error as NodeJS.ErrnoException).code))
    ? new AppError(
        'INTERNAL',
        'The folder of exports does not take the file: see to its space, and who may write there',
        { cause: error },
      )
    : error;

const PART = '.part';
const NAME = /^([0-9a-f]{64})\.\d+(\.part)?$/;
const WRITE_BYTES = 1_048_576;

/** @param path - made where it is missing, once it is needed. */
export function openExportFolder(path: string): ExportFolder {
  // Ids are a client's choice: not every file system takes them, nor tells upper case from lower.
  const stemOf = ({ accountId, id }: JobKey): string =>
    createHash('sha256')
      .update(JSON.stringify([accountId, id]))
      .digest('hex');
  const nameOf = (job: Job): string => `${stemOf(job)}.${job.attempt}`;
  const at = (name: string): string => join(path, name);

  async function remove(job: Job): Promise<void> {
    for (let attempt = job.attempt; attempt > 0; attempt--) {
      const name = nameOf({ ...job, attempt });
      for (const each of [name, name + PART]) await rm(at(each), { force: true });
    }
  }

  /** Now, for one that somebody else has removed. */
  const writtenAt = (name: string): Promise<Date> =>
    stat(at(name)).then(
      ({ mtime }) => mtime,
      () => new Date(),
    );

  /** The new name is on the disk as well. */
  async function syncFolder(): Promise<void> {
    const folder = await open(path, 'r');
    await folder.sync().finally(() => folder.close());
  }

  return {
    path,
    nameOf,
    async write(job, write) {
      const name = nameOf(job);
      try {
        await mkdir(path, { recursive: true, mode: 0o700 });
        // A process that was killed has removed nothing.
        await remove(job);
        // Opened before anybody has it: a folder that refuses is heard here, and not as an event that nobody hears.
        const file = await open(at(name + PART), 'w', 0o600);
        await write(file.createWriteStream({ flush: true, highWaterMark: WRITE_BYTES })).finally(() =>
          file.close(),
        );
        await rename(at(name + PART), at(name));
        await syncFolder();
        return (await stat(at(name))).size;
      } catch (error) {
        await rm(at(name + PART), { force: true }).catch(() => undefined);
        throw asRefusal(error);
      }
    },
    remove,
    async removeOthers(before, findJobs) {
      const old: string[] = [];
      for (const name of await readdir(path).catch(() => []))
        if (NAME.test(name) && (await writtenAt(name)) < before) old.push(name);
      if (old.length === 0) return 0;
      const known = new Set((await findJobs()).map(stemOf));
      const others = old.filter((name) => !known.has(NAME.exec(name)?.[1] ?? ''));
      for (const each of others) await rm(at(each), { force: true });
      return others.length;
    },
  };
}
