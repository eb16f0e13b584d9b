// A way for TCP connections on loopback that is bad on demand, whatever they carry: between clients and servers, and between
// servers and their database. Nothing is ever lost from the middle of a connection: as with real TCP, what is held back comes
// later or the connection ends.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { type Deferred, deferred } from '../harness/deadline.ts';

/** From the client to the server, or back. */
export type Direction = 'up' | 'down';

export type Trouble =
  /** Whatever is sent takes so much longer. */
  | { readonly kind: 'latency'; readonly ms: number }
  | { readonly kind: 'throttle'; readonly bytesPerSecond: number }
  /** Each byte travels alone. */
  | { readonly kind: 'slices' }
  /** Nothing passes and nobody hears of it; at its end it is delivered, or the connections are reset. */
  | { readonly kind: 'blackhole'; readonly end: 'delivered' | 'reset' }
  /** The same in one direction. */
  | { readonly kind: 'one-way'; readonly direction: Direction; readonly end: 'delivered' | 'reset' }
  /** All connections are reset, and each new one. */
  | { readonly kind: 'reset' }
  /** Each connection is reset when so many bytes more have come back on it. */
  | { readonly kind: 'cut'; readonly bytes: number };

export interface Link {
  readonly port: number;
  /** Where it leads to; undefined where nobody listens. */
  aim(port: number | undefined): void;
  /** Begins trouble, in the place of any other. */
  trouble(trouble: Trouble): void;
  /** Ends it. */
  heal(): void;
  close(): Promise<void>;
}

interface Connection {
  readonly client: Socket;
  readonly server: Socket;
  /** Bytes that may still come back; undefined where any number may. */
  budget: number | undefined;
  isHeld: boolean;
}

/** More of a chunk than this goes in one piece after all. */
const MOST_SLICES = 1_000;
const THROTTLE_EVERY_MS = 20;

export async function openLink(): Promise<Link> {
  const connections = new Set<Connection>();
  let target: number | undefined;
  let current: Trouble | undefined;
  let healed: Deferred<void> = deferred();

  const holds = (direction: Direction): boolean =>
    current?.kind === 'blackhole' || (current?.kind === 'one-way' && current.direction === direction);

  function end(connection: Connection): void {
    connections.delete(connection);
    connection.client.resetAndDestroy();
    connection.server.resetAndDestroy();
  }

  /** Settles when the other end has been given the chunk. */
  async function pass(
    chunk: Buffer,
    to: Socket,
    direction: Direction,
    connection: Connection,
  ): Promise<void> {
    if (current?.kind === 'latency') await delay(current.ms);
    while (holds(direction)) {
      connection.isHeld = true;
      await healed.promise;
    }
    if (direction === 'down' && connection.budget !== undefined) {
      const rest = chunk.subarray(0, connection.budget);
      connection.budget -= rest.length;
      if (rest.length < chunk.length) {
        to.write(rest, () => end(connection));
        return;
      }
    }
    let rest = chunk;
    for (let slices = 0; current?.kind === 'slices' && rest.length > 1 && slices < MOST_SLICES; slices++) {
      to.write(rest.subarray(0, 1));
      rest = rest.subarray(1);
      await turn();
    }
    while (current?.kind === 'throttle' && rest.length > 0) {
      const bytes = Math.ceil((current.bytesPerSecond * THROTTLE_EVERY_MS) / 1_000);
      to.write(rest.subarray(0, bytes));
      rest = rest.subarray(bytes);
      await delay(THROTTLE_EVERY_MS);
    }
    if (rest.length > 0) to.write(rest);
  }

  function bridge(client: Socket): void {
    if (target === undefined || current?.kind === 'reset') {
      client.resetAndDestroy();
      return;
    }
    const connection: Connection = {
      client,
      server: connect(target, '127.0.0.1'),
      budget: current?.kind === 'cut' ? current.bytes : undefined,
      isHeld: false,
    };
    connections.add(connection);
    const ways = [
      [client, connection.server, 'up'],
      [connection.server, client, 'down'],
    ] as const;
    for (const [from, to, direction] of ways) {
      let passing = Promise.resolve();
      from.setNoDelay(true);
      from.on('data', (chunk) => {
        from.pause();
        passing = pass(chunk, to, direction, connection).then(() => void from.resume());
      });
      from.on('end', () => void passing.then(() => to.end()));
      from.on('error', () => undefined);
      // Whoever is behind a black hole does not hear of the other's end either.
      from.on('close', async () => {
        await passing;
        while (holds(direction)) await healed.promise;
        connections.delete(connection);
        to.destroy();
      });
    }
  }

  const listener = createServer({ allowHalfOpen: true }, (client) => {
    client.on('error', () => undefined);
    if (!holds('up')) return bridge(client);
    // It seems to be connected.
    void healed.promise.then(() => bridge(client));
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');

  const link: Link = {
    port: (listener.address() as AddressInfo).port,
    aim(port) {
      target = port;
    },
    trouble(trouble) {
      link.heal();
      current = trouble;
      for (const connection of [...connections])
        if (trouble.kind === 'reset') end(connection);
        else if (trouble.kind === 'cut') connection.budget = trouble.bytes;
    },
    heal() {
      const isReset = current !== undefined && 'end' in current && current.end === 'reset';
      current = undefined;
      for (const connection of [...connections]) {
        connection.budget = undefined;
        if (isReset && connection.isHeld) end(connection);
        connection.isHeld = false;
      }
      healed.resolve();
      healed = deferred();
    },
    async close() {
      link.heal();
      listener.close();
      for (const connection of [...connections]) end(connection);
      await once(listener, 'close');
    },
  };
  return link;
}
