// Readers of jobs: let in, shown each as it moves in whatever process, and let go when it is over.
import type { Pool } from 'pg';
import { accountOf } from '../accounts/viewer.js';
import { isOver, type Job } from '../jobs/job.js';
import { jobNotFound, readJobs } from '../jobs/queue.js';
import type { JobReaders } from '../jobs/readers.js';
import type { Log } from '../log.js';
import { isId } from '../scalars.js';
import { openArrivals } from './arrivals.js';
import { type CampaignKey, openHub } from './hub.js';
import { Sight } from './sight.js';

/** The job as this station names what it watches. */
type JobSnapshot = Job & CampaignKey;

export interface LiveJobs extends JobReaders {
  /** This job may have moved. */
  moved(accountId: string, id: string): void;
  /** Ends all readers. */
  close(): void;
}

/** @param pollMs - watched jobs are read again this often. */
export function openJobReaders(pool: Pool, pollMs: number, log: Log): LiveJobs {
  const read = async (keys: readonly CampaignKey[]): Promise<JobSnapshot[]> => {
    const jobs = await readJobs(
      pool,
      keys.map(({ accountId, campaignId: id }) => ({ accountId, id })),
    );
    return jobs.map((job) => ({ ...job, campaignId: job.id }));
  };
  const hub = openHub<JobSnapshot>({ read, missing: () => jobNotFound('id'), isLast: isOver, pollMs, log });
  const arrivals = openArrivals(read, hub.learn);

  return {
    async open(viewer, scope, kind, id) {
      const accountId = accountOf(viewer, scope);
      const known = isId(id) ? await arrivals([{ accountId, campaignId: id }]) : [];
      if (known[0]?.kind !== kind) throw jobNotFound('id');
      return new Sight(accountId, known, hub);
    },
    moved: (accountId, id) => hub.moved(accountId, [id]),
    close: () => hub.close(),
  };
}
