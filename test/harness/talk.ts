// A talk with the server in the words of graphql-transport-ws: each message said by hand, each answer heard in its order.
import { WebSocket } from 'ws';
import { type Deferred, deferred, within } from './deadline.ts';
import type { Closed } from './socket.ts';

export interface Said {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

export interface Talk {
  /** The subprotocol that the server chose. */
  readonly protocol: string;
  say(message: object | string | Buffer): void;
  /** The next message; an error where the server closes instead. */
  hear(): Promise<Said>;
  /** That there is nothing more to hear: the answer to a ping is the next that comes. */
  isQuiet(): Promise<boolean>;
  /** How the server closes it. */
  closed(): Promise<Closed>;
  end(): void;
}

export async function openTalk(
  url: string,
  protocols: string | string[] = 'graphql-transport-ws',
  headers: Record<string, string> = {},
): Promise<Talk> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, protocols, { headers });
  const inbox: Said[] = [];
  const waiting: Deferred<Said>[] = [];
  const opened = deferred<void>();
  const closed = deferred<Closed>();
  socket.on('open', () => opened.resolve());
  socket.on('error', (error) => opened.reject(error));
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as Said;
    const first = waiting.shift();
    if (first) first.resolve(message);
    else inbox.push(message);
  });
  socket.on('close', (code, reason) => {
    closed.resolve({ code, reason: String(reason) });
    for (const each of waiting.splice(0)) each.reject(new Error(`Expected a message, got close ${code}`));
  });
  await within(opened.promise, 'the socket to open');

  const talk: Talk = {
    protocol: socket.protocol,
    say: (message) =>
      socket.send(
        typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message),
      ),
    async hear() {
      const known = inbox.shift();
      if (known) return known;
      const next = deferred<Said>();
      waiting.push(next);
      return within(next.promise, 'a message');
    },
    async isQuiet() {
      talk.say({ type: 'ping' });
      return (await talk.hear()).type === 'pong';
    },
    closed: () => within(closed.promise, 'the server to close the socket'),
    end: () => socket.terminate(),
  };
  return talk;
}
