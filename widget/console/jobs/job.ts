// A long work of the server, as the pages follow it: an export or an import of opt-outs. It is read with its list, and told of
// as it moves; of the two, the newest is shown.
import type { JobPaceFragment, JobState } from '@campaign-analytics/schema/graphql';
import { useEffect, useRef, useState } from 'react';

export interface Job {
  readonly id: string;
  readonly state: JobState;
  readonly progress: JobPaceFragment;
  readonly expiresAt?: string | null;
  readonly error?: { readonly code: string; readonly message: string } | null;
}

/** What has ended never goes on. */
export const isOver = ({ state }: Job): boolean => state !== 'QUEUED' && state !== 'RUNNING';

/** Whether what it left behind, a file or a report, is gone by now. */
export const isGone = ({ expiresAt }: Job): boolean =>
  expiresAt != null && Date.parse(expiresAt) <= Date.now();

/**
 * Of what was read and what was pushed, whichever came last: progress begins again where the server was restarted. An end is
 * final, though, whatever a slow answer says.
 */
export function useNewest<T extends Job>(read: T, pushed: T | undefined): T {
  const [seen, setSeen] = useState({ read, pushed, newest: pushed ?? read });
  if (seen.read === read && seen.pushed === pushed) return seen.newest;
  const latest = pushed && pushed !== seen.pushed ? pushed : read;
  const newest = isOver(seen.newest) && !isOver(latest) ? seen.newest : latest;
  setSeen({ read, pushed, newest });
  return newest;
}

/** Calls back when the job ends before the reader's eyes. */
export function useEnd<T extends Job>(job: T, onEnd: (job: T) => void): void {
  const wasOver = useRef(isOver(job));
  useEffect(() => {
    if (isOver(job) && !wasOver.current) onEnd(job);
    wasOver.current = isOver(job);
  });
}
