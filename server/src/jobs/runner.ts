// Queued jobs in, each done by the station that knows its kind: a few at a time in this process, each by one process at a time,
// across all accounts. New ones are begun at once where they were asked for, and found by looking again elsewhere.
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { Log } from '../log.js';
import { attemptJob, type Reason } from './attempt.js';
import { removeExpired } from './expiry.js';
import type { Job, JobKey } from './job.js';
import type { JobKind } from './kind.js';
import { type Claimed, openLeases } from './lease.js';

export interface JobsOptions {
  readonly pool: Pool;
  readonly kinds: readonly JobKind[];
  /** Most jobs that this process works on at a time. */
  readonly atOnce: number;
  /** Jobs that are over are kept so long. */
  readonly keptMs: number;
  /** Jobs of other processes are looked for this often, and those that expired. */
  readonly pollMs: number;
  /** Told when this process has changed what readers of the job see. */
  readonly onMoved: (accountId: string, id: string) => void;
  readonly log: Log;
}

export interface Jobs {
  /** There is a new job: it is looked for at once. */
  wake(): void;
  /** This job was canceled: where it is under way here, it ends at once. */
  dismiss(accountId: string, id: string): void;
  /** Takes no more. Settles when what was under way is in the queue again. */
  stop(): Promise<void>;
}

const nameOf = ({ accountId, id }: JobKey): string => `${accountId} ${id}`;

export function startJobs(options: JobsOptions): Jobs {
  const { pool, atOnce, keptMs, log } = options;
  const leases = openLeases(pool, randomUUID(), keptMs);
  const kinds = new Map(options.kinds.map((each) => [each.kind, each]));
  const names = [...kinds.keys()];
  const running = new Map<string, { readonly interruption: AbortController; readonly end: Promise<void> }>();
  let looking: Promise<void> | undefined;
  let isAsked = false;
  let isStopped = false;

  const moved = ({ accountId, id }: JobKey): void => options.onMoved(accountId, id);
  const removeLeavings = async (job: Job): Promise<void> => kinds.get(job.kind)?.remove?.(job);

  function begin(job: Claimed): void {
    const interruption = new AbortController();
    const name = nameOf(job);
    moved(job);
    const kind = kinds.get(job.kind) as JobKind;
    const end = attemptJob({ leases, kind, job, interruption, onMoved: () => moved(job), log }).finally(
      () => {
        running.delete(name);
        moved(job);
        look();
      },
    );
    running.set(name, { interruption, end });
  }

  async function claimAll(): Promise<void> {
    while (isAsked && !isStopped) {
      isAsked = false;
      (await leases.giveUp(names)).forEach(moved);
      while (running.size < atOnce && !isStopped) {
        const job = await leases.claim(names);
        if (!job) break;
        begin(job);
      }
    }
  }

  function look(): void {
    isAsked = true;
    if (isStopped) return;
    looking ??= claimAll()
      .catch((error: Error) => log.warn({ reason: error.message }, 'could not look for jobs'))
      .finally(() => {
        looking = undefined;
      });
  }

  let expiring: Promise<void> | undefined;
  function expire(): void {
    expiring ??= removeExpired(pool, names, removeLeavings, log)
      .then((removed) => removed.forEach(moved))
      .catch((error: Error) => log.warn({ reason: error.message }, 'could not remove jobs that expired'))
      .finally(() => {
        expiring = undefined;
      });
  }

  const timer = setInterval(() => {
    look();
    expire();
  }, options.pollMs);
  timer.unref();
  look();

  return {
    wake: look,
    dismiss(accountId, id) {
      running.get(nameOf({ accountId, id }))?.interruption.abort('lost' satisfies Reason);
      options.onMoved(accountId, id);
    },
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await looking;
      for (const { interruption } of running.values()) interruption.abort('stopped' satisfies Reason);
      await Promise.all([...running.values()].map(({ end }) => end));
      await expiring;
    },
  };
}
