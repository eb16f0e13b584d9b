// Files in the folder of exports that no job leads to, as after the restore of a database, go when the time of any job that could
// have written them is over.
import type { Pool } from 'pg';
import { findAllJobs } from '../jobs/queue.js';
import type { Log } from '../log.js';
import type { ExportFolder } from './folder.js';

const EVERY_MS = 3_600_000;

export interface SweepOptions {
  readonly pool: Pool;
  readonly folder: ExportFolder;
  /** Jobs that are over are kept so long. */
  readonly keptMs: number;
  readonly log: Log;
}

export interface Sweep {
  /** Settles when the sweep under way is over. */
  stop(): Promise<void>;
}

/** Sweeps at once, and again every hour. A sweep that fails is logged, and the next one makes up for it. */
export function startSweep({ pool, folder, keptMs, log }: SweepOptions): Sweep {
  let sweeping: Promise<void> | undefined;

  function sweep(): void {
    sweeping ??= folder
      .removeOthers(new Date(Date.now() - keptMs), () => findAllJobs(pool))
      .then((files) => {
        if (files > 0) log.info({ files }, 'removed files of exports that no job leads to');
      })
      .catch((error: NodeJS.ErrnoException) =>
        log.warn({ code: error.code }, 'could not look for files of exports that no job leads to'),
      )
      .finally(() => {
        sweeping = undefined;
      });
  }

  const timer = setInterval(sweep, EVERY_MS);
  timer.unref();
  sweep();
  return {
    async stop() {
      clearInterval(timer);
      await sweeping;
    },
  };
}
