// The public API over a WebSocket: graphql-ws's own client as hosts use it, and bare sockets for what it would never do.

import { once } from 'node:events';
import type { TypedDocumentNode } from '@apollo/client';
import { print } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { ApiError } from './api.ts';
import { within } from './deadline.ts';

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
  readonly ended: Promise<readonly ApiError[]>;
  leave(): void;
}

export interface Socket {
  watch<Data, Variables>(
    source: TypedDocumentNode<Data, Variables> | string,
    variables?: Variables,
  ): Watch<Data>;
  /** Settles when the server has closed it. */
  readonly closed: Promise<Closed>;
  close(): Promise<void>;
}

const addressOf = (url: string): string => `${url.replace(/^http/, 'ws')}/graphql`;

const isErrors = (error: unknown): error is readonly ApiError[] => Array.isArray(error);

/** A client that does not come back: what closes it is what a test wants to see. */
export function openSocket(url: string, credential?: string, headers: Record<string, string> = {}): Socket {
  let tell: (closed: Closed) => void;
  const closed = new Promise<Closed>((resolve) => {
    tell = resolve;
  });
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
    on: { closed: (event) => tell(event as Closed) },
  });
  return {
    closed: within(closed, 'the server to close the socket', 30_000),
    async close() {
      await client.dispose();
      await within(closed, 'the socket to close');
    },
    watch(source, variables) {
      type Data = NonNullable<(typeof source extends TypedDocumentNode<infer D> ? D : never) | never>;
      const seen: Data[] = [];
      const looks = new Set<() => void>();
      const look = (): void => {
        for (const each of looks) each();
      };
      let errors: readonly ApiError[] | undefined;
      let leave: () => void = () => undefined;
      const ended = new Promise<readonly ApiError[]>((resolve) => {
        const end = (faults: readonly ApiError[]): void => {
          errors = faults;
          resolve(faults);
          look();
        };
        leave = client.subscribe<Data>(
          {
            query: typeof source === 'string' ? source : print(source),
            ...(variables && { variables: variables as Record<string, unknown> }),
          },
          {
            next: (result) => {
              if (result.errors) end(result.errors as unknown as readonly ApiError[]);
              else seen.push(result.data as Data);
              look();
            },
            error: (error) =>
              end(
                isErrors(error)
                  ? error
                  : [{ message: `Socket closed: ${(error as Closed).code}`, extensions: { code: 'CLOSED' } }],
              ),
            complete: () => end([]),
          },
        );
      });
      return {
        seen,
        ended: within(ended, 'the operation to end', 30_000),
        leave: () => leave(),
        until: (is) => {
          const found = new Promise<Data>((resolve, reject) => {
            const check = (): void => {
              const data = seen.find(is);
              if (data === undefined && !errors) return;
              looks.delete(check);
              if (data !== undefined) resolve(data);
              else reject(new Error(`Expected another answer, got the end: ${JSON.stringify(errors)}`));
            };
            looks.add(check);
            check();
          });
          return within(found, `another answer than the ${seen.length} so far`);
        },
      };
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
