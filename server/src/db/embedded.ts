// A data folder comes in; the address of a real PostgreSQL on it goes out, started for us or shared with the processes that
// use it already. The last one out stops it. Nothing committed is lost, whoever is killed when.
import { join } from 'node:path';
import type { Log } from '../log.js';
import { Cluster } from './embedded-cluster.js';
import { findHome } from './embedded-home.js';
import { countSeats, isMissing, takeSeat, withLock } from './embedded-lock.js';

export interface EmbeddedPostgres {
  readonly url: string;
  /** Leaves; whoever is the last stops PostgreSQL before this settles. */
  close(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Made when missing. One instance per folder, however many processes open it. */
  readonly folder: string;
  /** The id of this process: as long as it runs, nobody else stops PostgreSQL. */
  readonly pid: number;
  readonly log: Log;
}

/**
 * Opens the PostgreSQL of a data folder; settles when a connection worked and the database exists. When this process is
 * killed, PostgreSQL lives on, and the next to open adopts it.
 *
 * @throws Error that names the next action: no package for the platform, folder not writable, disk full, other major version.
 */
export async function openEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log } = options;
  const home = await findHome(options.folder, log);
  const users = join(home.folder, 'users');
  const lock = join(home.folder, 'lock');
  const cluster = new Cluster(home);
  const seat = await takeSeat(users, options.pid);

  async function bring(): Promise<string> {
    try {
      return await withLock(lock, seat, () => cluster.bring());
    } catch (error) {
      await seat.leave();
      throw error;
    }
  }

  async function close(): Promise<void> {
    try {
      await withLock(lock, seat, async () => {
        await seat.leave();
        if ((await countSeats(users)) === 0) await cluster.stop();
      });
    } catch (error) {
      if (!isMissing(error)) throw error;
      // Without its folder PostgreSQL ends by itself within a minute.
      log.warn('the data folder was removed while PostgreSQL was running on it');
    }
  }

  const url = await bring();
  let closing: Promise<void> | undefined;
  return {
    url,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
