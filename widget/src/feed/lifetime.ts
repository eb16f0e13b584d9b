// How long a token still lives, by the clocks of those who made it; the clock of this machine may be wrong by hours.

/** Renewed after this share of its life, so that a quarter is left for trouble. */
const RENEW_AT = 0.75;
const SOONEST_MS = 5_000;
/** setTimeout's longest. */
const LONGEST_MS = 2_147_483_647;

/**
 * What is left of a token in milliseconds, or undefined where it does not say.
 *
 * @param issuerNowMs the time at its source, where that is known: a token out of a cache has less left than its whole life
 */
export function lifetimeMs(token: string, issuerNowMs?: number): number | undefined {
  try {
    const [, payload = ''] = token.split('.');
    const { iat, exp } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    const leftMs = Math.min(
      (exp - iat) * 1_000,
      issuerNowMs ? exp * 1_000 - issuerNowMs : Number.POSITIVE_INFINITY,
    );
    return Number.isFinite(leftMs) ? leftMs : undefined;
  } catch {
    return undefined;
  }
}

/** How long after its arrival to renew a token. */
export const renewalMs = (lifetimeMs: number): number =>
  Math.min(Math.max(lifetimeMs * RENEW_AT, SOONEST_MS), LONGEST_MS);
