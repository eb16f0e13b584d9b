// Readers over real sockets with graphql-ws's own client, which come back by themselves and whose every snapshot the checker
// sees.
import { setTimeout as delay } from 'node:timers/promises';
import { type EightBoxesFragment, WatchAnalyticsUpdatesDocument } from '@campaign-analytics/schema/graphql';
import { print } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { eventually } from '../harness/deadline.ts';
import type { Checker, Told } from './checker.ts';

export interface Watcher {
  readonly name: string;
  /** The newest that it has of each campaign. */
  newest(): readonly EightBoxesFragment[];
  /** How often it has connected. */
  readonly connections: number;
  /** How many snapshots came. */
  readonly snapshots: number;
  /** Settles when it has at least these revisions. */
  reaches(final: readonly EightBoxesFragment[], withinMs: number): Promise<void>;
  close(): Promise<void>;
}

export interface WatcherOptions {
  readonly checker: Checker;
  readonly told: Told;
  readonly key: string;
  readonly name: string;
  readonly campaignIds: readonly string[];
  /** Asked at each connection. */
  readonly url: () => string;
}

const QUERY = print(WatchAnalyticsUpdatesDocument);
const ALIVE_MS = 500;
const SILENT_MS = 1_500;
const OPEN_MS = 2_000;
const RETRIABLE = /^(UNAVAILABLE|OVERLOADED|RATE_LIMITED)$/;

/** Gives up on a server that does not take the connection. */
class PatientSocket extends WebSocket {
  constructor(address: string, protocols: string) {
    super(address, protocols, { handshakeTimeout: OPEN_MS });
    this.on('error', () => undefined);
  }
}

export function openWatcher({ checker, told, key, name, campaignIds, url }: WatcherOptions): Watcher {
  const newest = new Map<string, EightBoxesFragment>();
  /** Those of which it has had nothing since it connected. */
  let awaited = new Set<string>();
  let from = 0;
  let connections = 0;
  let snapshots = 0;
  let isClosed = false;
  let silence: NodeJS.Timeout | undefined;

  const client: Client = createClient({
    url: () => `${url().replace('http', 'ws')}/graphql`,
    webSocketImpl: PatientSocket,
    connectionParams: { authorization: `Bearer ${key}` },
    connectionAckWaitTimeout: OPEN_MS,
    keepAlive: ALIVE_MS,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: () => delay(20 + Math.random() * 200),
    on: {
      connected() {
        connections++;
        from = told.ledger.now();
        awaited = new Set(campaignIds);
      },
      message: (message) => told.heard(JSON.stringify(message)),
      ping(isReceived) {
        if (!isReceived) silence ??= setTimeout(() => client.terminate(), SILENT_MS);
      },
      pong(isReceived) {
        if (!isReceived) return;
        clearTimeout(silence);
        silence = undefined;
      },
      closed() {
        clearTimeout(silence);
        silence = undefined;
      },
    },
  });

  function subscribe(): void {
    const again = (): void => {
      if (!isClosed) setTimeout(subscribe, 100);
    };
    client.subscribe<{ analyticsUpdates: EightBoxesFragment }>(
      { query: QUERY, variables: { campaignIds } },
      {
        next({ data }) {
          if (!data) return;
          const boxes = data.analyticsUpdates;
          snapshots++;
          const isFirst = awaited.delete(boxes.campaignId);
          told.saw(name, boxes, isFirst ? from : 0, told.ledger.now());
          newest.set(boxes.campaignId, boxes);
        },
        error(errors) {
          const code = Array.isArray(errors) ? String(errors[0]?.extensions?.code) : undefined;
          if (code === undefined)
            checker.violate(`${name}: expected to come back, got ${(errors as { code?: unknown }).code}`);
          else if (!RETRIABLE.test(code)) checker.violate(`${name}: expected to watch, got ${code}`);
          again();
        },
        complete: again,
      },
    );
  }
  subscribe();

  return {
    name,
    newest: () => [...newest.values()],
    get connections() {
      return connections;
    },
    get snapshots() {
      return snapshots;
    },
    async reaches(final, withinMs) {
      const isThere = ({ campaignId, revision }: EightBoxesFragment): boolean =>
        (newest.get(campaignId)?.revision ?? -1) >= revision;
      await eventually(
        async () => final.filter((each) => !isThere(each)).length,
        (missing) => missing === 0,
        withinMs,
      );
    },
    async close() {
      isClosed = true;
      clearTimeout(silence);
      // One that is just connecting ends with that.
      await Promise.resolve(client.dispose()).catch(() => undefined);
    },
  };
}
