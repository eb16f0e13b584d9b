// What each station counts, by the name under which operators know it. A further station adds its lines here.
import type { Pool } from 'pg';
import { answeredErrors } from '../api/failure.js';
import type { Sockets } from '../api/socket.js';
import type { Traffic } from '../api/traffic.js';
import type { Folding } from '../breakdown/folding.js';
import type { Write } from '../db/transaction.js';
import type { Intake } from '../intake/intake.js';
import type { Broadcasts } from '../live/broadcasts.js';
import type { Snapshot } from '../live/mailbox.js';
import type { Notices } from '../live/notices.js';
import type { Metrics } from './metrics.js';
import type { Readiness } from './readiness.js';

export interface Stations {
  readonly pool: Pool;
  readonly write: Pick<Write, 'counts'>;
  readonly intake: Pick<Intake, 'counts'>;
  readonly limits: { readonly queueItems: number; readonly queueBytes: number };
  readonly folding: Pick<Folding, 'counts' | 'waitingMs'>;
  readonly notices: Pick<Notices, 'counts' | 'silentMs' | 'reconnects'>;
  readonly broadcasts: Pick<Broadcasts<Snapshot>, 'counts' | 'lagMs' | 'sizes'>;
  readonly sockets: Pick<Sockets, 'counts' | 'sizes'>;
  readonly traffic: Traffic;
  readonly readiness: Readiness;
}

const SECONDS = 1_000;

/** What is picked of each entry, labelled by its name. */
function* each<From, To>(map: ReadonlyMap<string, From>, label: string, pick: (from: From) => To) {
  for (const [name, from] of map) yield [{ [label]: name }, pick(from)] as const;
}

export function measure(metrics: Metrics, stations: Stations): void {
  const { counter, gauge, histogram } = metrics;
  const { pool, write, intake, limits, folding, notices, broadcasts, sockets, traffic, readiness } = stations;

  const { outcomes, batches } = intake.counts;
  counter('items_total', 'Items of mutations, by what became of them', () =>
    [...outcomes].flatMap(([mutation, counts]) =>
      Object.entries(counts).map(([outcome, count]) => [{ mutation, outcome }, count] as const),
    ),
  );
  histogram(
    'batch_items',
    'Items of a recording transaction',
    () => each(batches, 'mutation', (b) => b.items),
    1,
  );
  histogram(
    'batch_seconds',
    'Recording transactions',
    () => each(batches, 'mutation', (b) => b.durationMs),
    SECONDS,
  );
  gauge('queue_items', 'Items that wait to be recorded', () =>
    each(batches, 'mutation', (b) => b.waitingItems),
  );
  gauge('queue_bytes', 'Bytes that wait to be recorded', () =>
    each(batches, 'mutation', (b) => b.waitingBytes),
  );
  gauge('queue_limit_items', 'QUEUE_ITEMS', () => limits.queueItems);
  gauge('queue_limit_bytes', 'QUEUE_BYTES', () => limits.queueBytes);

  histogram(
    'commit_seconds',
    'COMMITs, from sending one to its answer',
    () => write.counts.commitMs,
    SECONDS,
  );
  counter('write_retries_total', 'Transactions that were tried again', () => write.counts.retries);
  counter(
    'writes_unavailable_total',
    'Writes that the database did not take',
    () => write.counts.unavailable,
  );
  gauge('pool_connections', 'Connections to PostgreSQL', () => [
    [{ state: 'busy' }, pool.totalCount - pool.idleCount],
    [{ state: 'idle' }, pool.idleCount],
  ]);
  gauge('pool_limit_connections', 'POOL_SIZE', () => pool.options.max);
  gauge('pool_waiting', 'Callers that wait for a connection', () => pool.waitingCount);

  gauge(
    'fold_waiting_seconds',
    'For how long numbers around the boxes wait to follow',
    () => folding.waitingMs() / SECONDS,
  );
  counter('folds_failed_total', 'Folds that the database did not take', () => folding.counts.failed);

  counter('notices_sent_total', 'Notices sent to other processes', () => notices.counts.sent);
  counter('notices_unsent_total', 'Notices that could not be sent', () => notices.counts.unsent);
  counter('notices_heard_total', 'Notices of other processes', () => notices.counts.heard);
  counter('notices_missed_total', 'Own notices that never came back', () => notices.counts.missed);
  histogram('notice_lag_seconds', 'From sending a notice to hearing it', () => notices.counts.lagMs, SECONDS);
  counter('listener_reconnects_total', 'Times that hearing was lost and found again', notices.reconnects);
  gauge('listener_silent_seconds', 'Since the listener heard anything', () => notices.silentMs() / SECONDS);

  gauge('sockets', 'Open WebSockets', () => sockets.sizes().open);
  counter('sockets_opened_total', 'WebSockets that were opened', () => sockets.sizes().opened);
  counter(
    'sockets_stalled_total',
    'WebSockets ended because they took nothing',
    () => sockets.counts.stalled,
  );
  gauge('readers', 'Subscriptions that are served', () => broadcasts.sizes().readers);
  gauge('broadcasts', 'Operations that share their executions', () => broadcasts.sizes().broadcasts);
  counter('executions_total', 'Executions of subscribed operations', () => broadcasts.counts.executions);
  counter('deliveries_total', 'Updates handed to readers', () => broadcasts.counts.deliveries);
  counter('conflated_total', 'Updates that newer ones replaced', () => sockets.counts.conflated);
  histogram('delivery_lag_seconds', 'From recording to the last reader', () => broadcasts.lagMs, SECONDS);

  counter('http_requests_total', 'HTTP requests', () =>
    [...traffic.counts].flatMap(([route, { byStatus }]) =>
      [...byStatus].map(([status, count]) => [{ route, status }, count] as const),
    ),
  );
  histogram(
    'http_request_seconds',
    'HTTP requests, to the end of their answers',
    () => each(traffic.counts, 'route', (counts) => counts.durationMs),
    SECONDS,
  );
  counter('errors_total', 'Errors answered, on HTTP and WebSockets', () =>
    each(answeredErrors, 'code', (count) => count),
  );

  gauge('ready', 'Whether each check of /readyz is passed', async () =>
    (await readiness.look()).map(({ check, isOk }) => [{ check }, Number(isOk)] as const),
  );
}
