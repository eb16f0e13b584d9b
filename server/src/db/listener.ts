// One connection that hears notices. It finds out when it is cut off, connects again by itself, and says that something may
// have been missed, because a notice that nobody heard is gone.
import { Client } from 'pg';
import type { Log } from '../log.js';

export interface Listener {
  /** Connections after lost ones. */
  readonly reconnects: number;
  /** How long nothing has been heard, a notice or the answer to a probe. */
  silentMs(): number;
  close(): Promise<void>;
}

export interface ListenerOptions {
  readonly url: string;
  readonly channel: string;
  readonly onNotice: (payload: string) => void;
  /** Called after each connection that follows a lost one. */
  readonly onGap: () => void;
  readonly log: Log;
}

const RECONNECT_MS = 500;
/** A half-open connection gives no error: it is asked this often, and has this long to answer. */
const PROBE_MS = 2_000;

/** Opens a listener; settles when it hears. Losing the connection later is not an error, only a gap. */
export async function openListener(options: ListenerOptions): Promise<Listener> {
  let client: Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let isClosed = false;
  let reconnects = 0;
  let heardAtMs = performance.now();
  const hear = (): void => {
    heardAtMs = performance.now();
  };

  async function connect(): Promise<void> {
    const fresh = new Client({
      connectionString: options.url,
      connectionTimeoutMillis: 5_000,
      query_timeout: PROBE_MS,
      keepAlive: true,
      application_name: 'campaign-analytics listener',
    });
    let probe: NodeJS.Timeout | undefined;
    client = fresh;
    fresh.on('notification', ({ payload }) => {
      hear();
      options.onNotice(payload ?? '');
    });
    fresh.on('error', () => undefined);
    // Only one that has heard is lost here: whoever tried to connect knows of an attempt that failed.
    fresh.on('end', () => {
      if (probe) lost();
      clearInterval(probe);
    });
    try {
      await fresh.connect();
      await fresh.query(`listen ${options.channel}`);
    } catch (error) {
      cut(fresh);
      throw error;
    }
    if (isClosed) return cut(fresh);
    hear();
    probe = setInterval(() => fresh.query('select 1').then(hear, () => cut(fresh)), PROBE_MS);
  }

  function cut(those: Client): void {
    // end() would wait for an answer that never comes.
    (those as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  }

  function lost(): void {
    if (isClosed) return;
    options.log.warn('lost the connection that hears notices: connecting again');
    reconnect();
  }

  function regained(): void {
    reconnects++;
    options.onGap();
  }

  function reconnect(): void {
    if (isClosed) return;
    retry = setTimeout(() => void connect().then(regained, reconnect), RECONNECT_MS);
  }

  await connect();
  return {
    get reconnects() {
      return reconnects;
    },
    silentMs: () => performance.now() - heardAtMs,
    async close() {
      if (isClosed) return;
      isClosed = true;
      clearTimeout(retry);
      await client?.end().catch(() => undefined);
    },
  };
}
