// /metrics on a port of its own, which is not for the world: its address is chosen so that nobody but Prometheus reaches it.
// Health is there as well, for those who ask from the same side.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import type { Log } from '../log.js';
import type { Metrics } from './metrics.js';

export interface Exposition {
  /** Where the metrics are, such as http://127.0.0.1:9464. */
  readonly url: string;
  close(): Promise<void>;
}

export interface ExpositionOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly metrics: Metrics;
  readonly health: RequestHandler;
  readonly log: Log;
}

/** Settles when it answers. */
export async function openExposition(options: ExpositionOptions): Promise<Exposition> {
  const { host, port, metrics, health, log } = options;
  const app = express();
  app.disable('x-powered-by');
  app.get('/metrics', async (_request, response) => {
    const text = await metrics.scrape();
    response.setHeader('content-type', metrics.contentType);
    response.end(text);
  });
  app.use(health);
  app.use((_request, response) => void response.status(404).type('text/plain').send('Not found\n'));
  const fail: ErrorRequestHandler = (error: Error, _request, response, _next) => {
    log.error({ fault: { name: error.name } }, 'could not tell the metrics');
    if (!response.headersSent) response.status(500).type('text/plain').send('Internal error\n');
  };
  app.use(fail);

  const server = createServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  server.on('error', (error) => log.warn({ reason: error.message }, 'could not take a connection'));
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
