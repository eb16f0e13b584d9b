// While a job is worked on: its lease is renewed, its progress told, and its cancellation found, again and again.
import type { Log } from '../log.js';
import { type Claimed, LEASE_MS, type Leases, type Progress } from './lease.js';

const BEAT_MS = 500;

export interface BeatOptions {
  readonly leases: Leases;
  readonly job: Claimed;
  readonly progress: () => Progress;
  /** Progress was told. */
  readonly onMoved: () => void;
  /** The job is not ours any more, or may be somebody else's by now. */
  readonly onLost: () => void;
  readonly log: Log;
}

/** @returns a stop, which settles when nothing more is told. */
export function startBeat({ leases, job, progress, onMoved, onLost, log }: BeatOptions): () => Promise<void> {
  let renewedAt = performance.now();
  let told = '';
  let beating: Promise<void> | undefined;

  async function beat(): Promise<void> {
    const sentAt = performance.now();
    const now = progress();
    try {
      if (!(await leases.renew(job, now))) return onLost();
      renewedAt = sentAt;
      const text = JSON.stringify(now);
      if (text !== told) onMoved();
      told = text;
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'could not renew the lease of a job');
      if (performance.now() - renewedAt > LEASE_MS) onLost();
    }
  }

  const timer = setInterval(() => {
    beating ??= beat().finally(() => {
      beating = undefined;
    });
  }, BEAT_MS);
  return async () => {
    clearInterval(timer);
    await beating;
  };
}
