// The operator's view of this process, opened before what it looks at and closed after it: health from the beginning,
// metrics once there is something to measure.
import type { RequestHandler } from 'express';
import type { Pool } from 'pg';
import type { Config } from '../config.js';
import { readStanding } from '../db/standing.js';
import type { Notices } from '../live/notices.js';
import type { Log } from '../log.js';
import { type Exposition, openExposition } from './exposition.js';
import { serveHealth } from './health.js';
import { measure, type Stations } from './measures.js';
import { openMetrics } from './metrics.js';
import { openReadiness } from './readiness.js';

export interface Operations {
  /** Serves /healthz and /readyz. */
  readonly health: RequestHandler;
  /** Serves the metrics of these, if the settings say so. @returns where; undefined where it does not. */
  expose(stations: Omit<Stations, 'readiness' | 'limits'>): Promise<string | undefined>;
  /** From now on /readyz says no. */
  leave(): void;
  close(): Promise<void>;
}

type Settings = Pick<Config, 'metricsPort' | 'metricsHost' | 'upgradeWithinMs' | 'queueItems' | 'queueBytes'>;

export function openOperations(pool: Pool, notices: Notices, config: Settings, log: Log): Operations {
  const readiness = openReadiness({
    readStanding: (withinMs) => readStanding(pool, withinMs),
    silentMs: notices.silentMs,
    upgradeWithinMs: config.upgradeWithinMs,
  });
  const health = serveHealth(readiness);
  let exposition: Exposition | undefined;
  return {
    health,
    async expose(stations) {
      const { metricsPort: port, metricsHost: host } = config;
      if (port === undefined) return undefined;
      const metrics = openMetrics();
      measure(metrics, { ...stations, readiness, limits: config });
      exposition = await openExposition({ host, port, metrics, health, log });
      return exposition.url;
    },
    leave: readiness.leave,
    close: async () => exposition?.close(),
  };
}
