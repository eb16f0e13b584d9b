// A way to PostgreSQL on loopback that fails on demand: at a statement that passes, or altogether. It understands just as
// much of the wire protocol as finding a statement takes.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { TestDatabase } from '../harness/database.ts';

/**
 * Where a connection is lost: before the statement reaches Postgres; after Postgres has carried it out, but before its
 * answer is back; or after that, with both ends left waiting for each other.
 */
export type Loss = 'before' | 'after' | 'silent';

export interface Proxy {
  /** The database's address through it. */
  readonly url: string;
  /** Losses so far, of those that were ordered last. */
  readonly losses: number;
  /** Connections that were refused since `refuse`. */
  readonly refusals: number;
  /** Loses the next connections at this statement: the beginning of one without parameters, or the name of a prepared one. */
  lose(statement: string, loss: Loss, times?: number): void;
  /** Cuts all connections. */
  cut(): void;
  /** Cuts all connections and each new one. */
  refuse(): void;
  /** Takes new connections and never answers them. */
  swallow(): void;
  /** Lets everything through again. */
  heal(): void;
}

const SIMPLE_QUERY = 'Q';
const BIND = 'B';

/** Splits what a client sends into messages. The first has no type, as at the start of each connection. */
function* messagesOf(chunks: {
  rest: Buffer;
  isStarted: boolean;
}): Generator<{ type: string; whole: Buffer }> {
  for (;;) {
    const typeBytes = chunks.isStarted ? 1 : 0;
    if (chunks.rest.length < typeBytes + 4) return;
    const end = typeBytes + chunks.rest.readInt32BE(typeBytes);
    if (chunks.rest.length < end) return;
    const whole = chunks.rest.subarray(0, end);
    chunks.rest = chunks.rest.subarray(end);
    yield { type: chunks.isStarted ? String.fromCharCode(whole[0] ?? 0) : '', whole };
    chunks.isStarted = true;
  }
}

/** The text of a simple query; of a bound one the name of its statement, after that of its portal, which has none. */
function statementOf(type: string, whole: Buffer): string {
  if (type === SIMPLE_QUERY) return whole.toString('utf8', 5, whole.length - 1);
  if (type === BIND && whole[5] === 0) return whole.toString('utf8', 6, whole.indexOf(0, 6));
  return '';
}

/** A proxy to this database for this test file, or for the enclosing describe, healed after each test. */
export function useProxy(database: TestDatabase): Proxy {
  const open = new Set<Socket>();
  let order = { statement: '', loss: 'before' as Loss, times: 0 };
  let mode: 'open' | 'refusing' | 'swallowing' = 'open';
  let losses = 0;
  let refusals = 0;

  function bridge(client: Socket): void {
    const { hostname, port } = new URL(database.url);
    const server = connect(Number(port), hostname);
    const chunks = { rest: Buffer.alloc(0), isStarted: false };
    let lost: Loss | undefined;
    const cutBoth = (): void => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', cutBoth);
      socket.on('close', () => {
        open.delete(socket);
        cutBoth();
      });
    }
    client.on('data', (data: Buffer) => {
      chunks.rest = Buffer.concat([chunks.rest, data]);
      for (const { type, whole } of messagesOf(chunks)) {
        if (!lost && order.times > 0 && statementOf(type, whole).startsWith(order.statement)) {
          lost = order.loss;
          order.times--;
          losses++;
        }
        if (lost === 'before') return cutBoth();
        server.write(whole);
      }
    });
    server.on('data', (data: Buffer) => {
      // It answers, so it has done what it was asked for.
      if (lost === 'after') cutBoth();
      else if (!lost) client.write(data);
    });
  }

  const listener = createServer((client) => {
    if (mode === 'open') return bridge(client);
    client.on('error', () => undefined);
    if (mode === 'refusing') {
      refusals++;
      client.resetAndDestroy();
    } else {
      open.add(client);
      client.on('close', () => open.delete(client));
      client.resume();
    }
  });

  const proxy = {
    get url() {
      const url = new URL(database.url);
      url.port = String((listener.address() as AddressInfo).port);
      return url.href;
    },
    get losses() {
      return losses;
    },
    get refusals() {
      return refusals;
    },
    lose(statement: string, loss: Loss, times = 1) {
      losses = 0;
      order = { statement, loss, times };
    },
    cut() {
      for (const socket of open) socket.destroy();
    },
    refuse() {
      mode = 'refusing';
      refusals = 0;
      proxy.cut();
    },
    swallow() {
      mode = 'swallowing';
      proxy.cut();
    },
    heal() {
      mode = 'open';
      order = { ...order, times: 0 };
    },
  };
  beforeAll(async () => {
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
  });
  afterEach(() => proxy.heal());
  afterAll(async () => {
    listener.close();
    proxy.cut();
    await once(listener, 'close');
  });
  return proxy;
}
