// Each HTTP request in, counted when it is over, by its kind and status. On request each answer becomes its connection's last,
// so that clients come back over a new one, elsewhere.
import type { Request, RequestHandler, Response } from 'express';
import { Distribution, DURATIONS_MS } from '../distribution.js';

/** A kind for each first part of a path that there is; whatever else somebody asks for is one kind. */
const ROUTES: ReadonlyMap<string, string> = new Map([
  ['graphql', 'graphql'],
  ['healthz', 'health'],
  ['readyz', 'health'],
  ['downloads', 'downloads'],
  ['widget', 'widget'],
  ['embed', 'embed'],
  ['', 'console'],
  ['campaigns', 'console'],
  ['assets', 'console'],
  ['console', 'console'],
  ['demo', 'demo'],
]);
const OTHER = 'other';
/** Instead of a status: the client went away before it had its answer. */
const GONE = 'gone';

export interface RouteCounts {
  readonly byStatus: Map<string, number>;
  readonly durationMs: Distribution;
}

export interface Traffic {
  readonly count: RequestHandler;
  readonly counts: ReadonlyMap<string, RouteCounts>;
  /** From now on each connection is closed with its next answer, those included that are under way. */
  letGo(): void;
}

const routeOf = ({ path }: Request): string => ROUTES.get(path.split('/', 2)[1] ?? '') ?? OTHER;

const letGoOf = (response: Response): void => {
  if (!response.headersSent) response.setHeader('connection', 'close');
};

export function openTraffic(): Traffic {
  const counts = new Map<string, RouteCounts>();
  for (const route of [...ROUTES.values(), OTHER])
    counts.set(route, { byStatus: new Map(), durationMs: new Distribution(DURATIONS_MS) });
  const underWay = new Set<Response>();
  let isLettingGo = false;

  return {
    counts,
    count(request, response, next) {
      const { byStatus, durationMs } = counts.get(routeOf(request)) as RouteCounts;
      const startedMs = performance.now();
      underWay.add(response);
      if (isLettingGo) letGoOf(response);
      response.once('close', () => {
        underWay.delete(response);
        const status = response.writableFinished ? String(response.statusCode) : GONE;
        byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
        durationMs.add(performance.now() - startedMs);
      });
      next();
    },
    letGo() {
      isLettingGo = true;
      for (const response of underWay) letGoOf(response);
    },
  };
}
