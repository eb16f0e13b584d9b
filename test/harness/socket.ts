// The public API over a WebSocket: graphql-ws's own client as hosts use it, and bare sockets for what it would never do.

import { once } from 'node:events';
import type { TypedDocumentNode } from '@apollo/client';
import { type FormattedExecutionResult, print } from 'graphql';
import { createClient, type Sink } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { ApiError } from './api.ts';
import { deferred, within } from './deadline.ts';

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** One operation on a socket, and all that came of it. */
export interface Watch<Data> {
  readonly seen: readonly Data[];
  /** The first answer, of those seen and those to come, that is as expected. */
  until(is: (data: Data) => boolean): Promise<Data>;
  /** Settles with the errors that ended it, none where it was complete. */
  end(): Promise<readonly ApiError[]>;
  leave(): void;
}

export interface Socket {
  watch<Data, Variables>(
    source: TypedDocumentNode<Data, Variables> | string,
    variables?: Variables,
  ): Watch<Data>;
  /** Settles when the server has closed it. */
  closed(): Promise<Closed>;
  close(): Promise<void>;
}

const addressOf = (url: string): string => `${url.replace(/^http/, 'ws')}/graphql`;

function openWatch<Data>(start: (sink: Sink<FormattedExecutionResult<Data>>) => () => void): Watch<Data> {
  const seen: Data[] = [];
  const checks = new Set<() => void>();
  const told = deferred<readonly ApiError[]>();
  let isEnded = false;
  const check = (): void => {
    for (const each of checks) each();
  };
  const end = (errors: unknown): void => {
    const isClose = !Array.isArray(errors);
    const closed = [{ message: `socket: ${(errors as Closed).code}`, extensions: { code: 'CLOSED' } }];
    isEnded = true;
    told.resolve(isClose ? closed : errors);
    check();
  };
  const leave = start({
    next: ({ data, errors }) => {
      if (errors) return end(errors);
      seen.push(data as Data);
      check();
    },
    error: end,
    complete: () => end([]),
  });
  return {
    seen,
    leave,
    end: () => within(told.promise, 'the operation to end'),
    async until(is) {
      const found = deferred<Data>();
      const look = (): void => {
        const data = seen.find(is);
        if (data !== undefined) found.resolve(data);
        else if (isEnded) found.reject(new Error('Expected another answer, got the end of the operation'));
      };
      checks.add(look);
      look();
      const last = () => `another answer than ${JSON.stringify(seen.at(-1))}, the last of ${seen.length},`;
      return within(found.promise, last).finally(() => checks.delete(look));
    },
  };
}

/** A client that does not come back: what closes it is what a test wants to see. */
export function openSocket(url: string, credential?: string, headers: Record<string, string> = {}): Socket {
  const closed = deferred<Closed>();
  const client = createClient({
    url: addressOf(url),
    webSocketImpl: class extends WebSocket {
      constructor(address: string, protocols: string) {
        super(address, protocols, { headers });
      }
    },
    connectionParams: credential === undefined ? {} : { authorization: `Bearer ${credential}` },
    lazy: false,
    retryAttempts: 0,
    onNonLazyError: () => undefined,
    on: { closed: (event) => closed.resolve(event as Closed) },
  });
  return {
    closed: () => within(closed.promise, 'the server to close the socket'),
    async close() {
      await client.dispose();
      await within(closed.promise, 'the socket to close');
    },
    watch<Data, Variables>(source: TypedDocumentNode<Data, Variables> | string, variables?: Variables) {
      const query = typeof source === 'string' ? source : print(source);
      return openWatch<Data>((sink) =>
        client.subscribe<Data>(
          { query, ...(variables && { variables: variables as Record<string, unknown> }) },
          sink,
        ),
      );
    },
  };
}

/** A bare socket that speaks the subprotocol by hand. */
export async function openBareSocket(url: string, protocol = 'graphql-transport-ws'): Promise<WebSocket> {
  const socket = new WebSocket(addressOf(url), protocol);
  socket.on('error', () => undefined);
  await within(once(socket, 'open'), 'the socket to open');
  return socket;
}

/** How the server closed a bare socket. */
export async function closeOf(socket: WebSocket): Promise<Closed> {
  const [code, reason] = await within(once(socket, 'close'), 'the server to close the socket');
  return { code, reason: String(reason) };
}

/** Sends a message and settles with the next that comes. */
export async function exchange(
  socket: WebSocket,
  message: object,
): Promise<{ type: string; payload?: unknown }> {
  const answer = once(socket, 'message');
  socket.send(JSON.stringify(message));
  const [data] = await within(answer, 'an answer');
  return JSON.parse(String(data));
}

/** A bare socket after its handshake. */
export async function connectBareSocket(url: string, credential: string): Promise<WebSocket> {
  const socket = await openBareSocket(url);
  const payload = { authorization: `Bearer ${credential}` };
  await exchange(socket, { type: 'connection_init', payload });
  return socket;
}
