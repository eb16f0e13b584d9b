const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/**
 * How long to wait before the next attempt, in milliseconds: exponential with full jitter, so that the readers whom one
 * restart cut off do not come back at one moment.
 * @param attempt from 0
 * @param chance in [0, 1)
 */
export const backoffMs = (attempt: number, chance: number): number =>
  chance * Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
