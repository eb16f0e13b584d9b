// One claimed job in, its work done and its outcome told out: done, failed, or in the queue again. What an attempt has left
// that did not end in DONE is removed.
import { setTimeout as delay } from 'node:timers/promises';
import { asUnavailable } from '../db/transaction.js';
import { AppError, describeFault } from '../errors.js';
import type { Log } from '../log.js';
import { startBeat } from './heartbeat.js';
import type { JobKind } from './kind.js';
import type { Claimed, Ending, Leases, Progress } from './lease.js';

/** Why an attempt was interrupted: this process stops, or the job is not ours any more. */
export type Reason = 'stopped' | 'lost';

export interface AttemptOptions {
  readonly leases: Leases;
  readonly kind: JobKind;
  readonly job: Claimed;
  /** Aborts with a `Reason`, from outside or by the attempt itself. */
  readonly interruption: AbortController;
  readonly onMoved: () => void;
  readonly log: Log;
}

/** Before a job that met an absent database is tried again. */
const PAUSE_MS = 1_000;

/** Settles when the outcome is told. Does not throw: where it cannot be told the lease runs out, and somebody begins again. */
export async function attemptJob(options: AttemptOptions): Promise<void> {
  const { leases, kind, job, interruption, log } = options;
  const { signal } = interruption;
  let progress: Progress = { done: 0, total: null };

  /** What is to be told of the attempt; undefined where the job is not over. */
  function endingOf(outcome: PromiseSettledResult<object>): Ending | undefined {
    if (outcome.status === 'fulfilled') return { state: 'DONE', result: outcome.value };
    const fault = asUnavailable(outcome.reason);
    const { code, message, logLevel } =
      fault instanceof AppError ? fault : new AppError('INTERNAL', 'Internal error');
    const { accountId, id: jobId } = job;
    log[logLevel]({ accountId, jobId, code, fault: describeFault(fault) }, 'an attempt of a job failed');
    return code === 'UNAVAILABLE' ? undefined : { state: 'FAILED', code, message };
  }

  async function settle(outcome: PromiseSettledResult<object>, reason: Reason | undefined): Promise<void> {
    const isInterrupted = reason === 'lost' || (reason === 'stopped' && outcome.status === 'rejected');
    const ending = isInterrupted ? undefined : endingOf(outcome);
    if (ending?.state === 'DONE' && (await leases.finish(job, progress, ending))) return;
    await kind
      .remove?.(job)
      .catch((error: Error) => log.warn({ reason: error.message }, 'could not remove what a job left'));
    if (reason === 'lost' || ending?.state === 'DONE') return;
    if (ending) {
      await leases.finish(job, progress, ending);
      return;
    }
    if (!reason) await delay(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    await leases.giveBack(job, !reason);
  }

  const stopBeat = startBeat({
    leases,
    job,
    progress: () => progress,
    onMoved: options.onMoved,
    onLost: () => interruption.abort('lost' satisfies Reason),
    log,
  });
  const work = {
    signal,
    progress: (done: number, total: number | null) => {
      progress = { done, total };
    },
  };
  const [outcome] = await Promise.allSettled([kind.run(job, work)]);
  await stopBeat();
  await settle(outcome, signal.reason).catch((error: Error) =>
    log.warn({ reason: error.message }, 'could not tell the outcome of a job'),
  );
}
