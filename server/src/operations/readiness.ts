// Whether this process may be asked: the database, its migrations and the listener in, one finding each out. Promise: answered
// within a bound whatever the database does, and whoever asks how often, it is asked once a second and once at a time.
import { setTimeout as delay } from 'node:timers/promises';
import type { Standing } from '../db/standing.js';

export interface Finding {
  readonly check: 'serving' | 'database' | 'migrations' | 'listener';
  readonly isOk: boolean;
  /** For a person; without addresses, names of users or what the database says. */
  readonly detail: string;
}

export interface Readiness {
  /** What is found now, or was found less than a second ago. */
  look(): Promise<readonly Finding[]>;
  /** From now on it is not ready. */
  leave(): void;
}

export interface ReadinessOptions {
  /** Asks the database. @param withinMs - after which it gives up. */
  readonly readStanding: (withinMs: number) => Promise<Standing>;
  /** How long the listener has heard nothing. */
  readonly silentMs: () => number;
  /** Unknown migrations are tolerated for so long after they were first seen. */
  readonly upgradeWithinMs: number;
}

const KEPT_MS = 1_000;
const ANSWER_MS = 2_000;
/** It is probed every 2 seconds, and has time to come back once. */
const MOST_SILENT_MS = 10_000;

/** A code says what happened and has nobody's data in it. */
const reasonOf = (error: unknown): string => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'no connection, or no answer in time';
};

const late = async (signal: AbortSignal): Promise<never> => {
  await delay(ANSWER_MS, undefined, { signal });
  throw new Error('expected an answer in time');
};

export function openReadiness(options: ReadinessOptions): Readiness {
  let isServing = true;
  /** Under way, perhaps for longer than anybody waited for it. */
  let asking: Promise<Standing> | undefined;
  let looking: Promise<readonly Finding[]> | undefined;
  let unknownSinceMs: number | undefined;

  async function readStanding(): Promise<Standing> {
    asking ??= options.readStanding(ANSWER_MS).finally(() => {
      asking = undefined;
    });
    const patience = new AbortController();
    try {
      return await Promise.race([asking, late(patience.signal)]);
    } finally {
      patience.abort();
    }
  }

  function judge({ missing, unknown }: Standing): Finding {
    unknownSinceMs = unknown.length > 0 ? (unknownSinceMs ?? performance.now()) : undefined;
    const isOutdated =
      unknownSinceMs !== undefined && performance.now() - unknownSinceMs >= options.upgradeWithinMs;
    const parts = [
      missing.length > 0 && `missing: ${missing.join(', ')}`,
      unknown.length > 0 && `unknown to this version: ${unknown.join(', ')}`,
    ].filter((part) => part !== false);
    return {
      check: 'migrations',
      isOk: missing.length === 0 && !isOutdated,
      detail: parts.join('; ') || 'all applied, none unknown',
    };
  }

  async function lookAtDatabase(): Promise<readonly Finding[]> {
    const startedMs = performance.now();
    try {
      const standing = await readStanding();
      const tookMs = Math.round(performance.now() - startedMs);
      return [{ check: 'database', isOk: true, detail: `answered in ${tookMs} ms` }, judge(standing)];
    } catch (error) {
      return [
        { check: 'database', isOk: false, detail: reasonOf(error) },
        { check: 'migrations', isOk: false, detail: 'not to be read' },
      ];
    }
  }

  /** Keeps what it found for a while; a look that took longer than that is not kept at all. */
  function lookNowAndThen(): Promise<readonly Finding[]> {
    if (looking) return looking;
    const startedMs = performance.now();
    const fresh = lookAtDatabase();
    looking = fresh;
    fresh.finally(() => {
      setTimeout(
        () => {
          looking = undefined;
        },
        startedMs + KEPT_MS - performance.now(),
      ).unref();
    });
    return fresh;
  }

  return {
    async look() {
      if (!isServing) return [{ check: 'serving', isOk: false, detail: 'shutting down' }];
      const found = await lookNowAndThen();
      const silentMs = Math.round(options.silentMs());
      return [
        { check: 'serving', isOk: true, detail: 'takes requests' },
        ...found,
        { check: 'listener', isOk: silentMs <= MOST_SILENT_MS, detail: `heard something ${silentMs} ms ago` },
      ];
    },
    leave() {
      isServing = false;
    },
  };
}
