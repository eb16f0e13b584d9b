// What a server's process tells of itself where `gauge.js` is loaded into it.
import type { ServerProcess } from '../harness/process.ts';

export const GAUGE = new URL('gauge.js', import.meta.url).href;

export interface Gauge {
  /** After a collection of what is not needed any more. */
  readonly rssMb: number;
  readonly heapMb: number;
  /** Sockets, pipes and requests that keep it alive. */
  readonly handles: number;
  /** Of the event loop, since it was last asked. */
  readonly delayP99Ms: number;
  readonly delayMostMs: number;
}

export const readGauge = (server: ServerProcess): Promise<Gauge> => server.ask<Gauge>('gauge');
