// Very many readers over sockets of their own, each as light as can be: it keeps the last payload that came and sees that no
// revision falls. They leave and come back, stall and go on, when they are told to.
import { setTimeout as delay } from 'node:timers/promises';
import { WatchCampaignAnalyticsDocument } from '@campaign-analytics/schema/graphql';
import { print } from 'graphql';
import { WebSocket } from 'ws';
import { eventually } from '../harness/deadline.ts';

export interface Crowd {
  /** Settles when all have a first snapshot. */
  readonly present: Promise<unknown>;
  /** Cuts a share of them; each comes back within `withinMs`. */
  scatter(share: number, withinMs: number): void;
  /** A share of them takes nothing any more from its socket, until it goes on. */
  stall(share: number): void;
  goOn(): void;
  /** Settles when every reader has this revision. */
  reaches(revision: number, withinMs: number): Promise<void>;
  /** What their last payloads say, each once. */
  payloads(): Set<string>;
  readonly counts: { connections: number; deliveries: number };
  close(): void;
}

export interface CrowdOptions {
  readonly url: string;
  readonly key: string;
  readonly campaignId: string;
  readonly size: number;
  /** Cannot be true. */
  readonly violate: (sentence: string) => void;
}

const QUERY = print(WatchCampaignAnalyticsDocument);
const AGAIN_MS = 500;

export function openCrowd({ url, key, campaignId, size, violate }: CrowdOptions): Crowd {
  const address = `${url.replace('http', 'ws')}/graphql`;
  const init = JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${key}` } });
  const subscribe = JSON.stringify({
    id: '1',
    type: 'subscribe',
    payload: { query: QUERY, variables: { campaignId } },
  });
  const counts = { connections: 0, deliveries: 0 };
  let isClosed = false;

  function openReader() {
    const reader = {
      revision: -1,
      payload: '',
      socket: undefined as WebSocket | undefined,
      backInMs: AGAIN_MS,
    };
    const connect = (): void => {
      const socket = new WebSocket(address, 'graphql-transport-ws');
      reader.socket = socket;
      socket.on('open', () => socket.send(init));
      socket.on('error', () => undefined);
      socket.on('close', async () => {
        await delay(Math.random() * reader.backInMs);
        reader.backInMs = AGAIN_MS;
        if (!isClosed) connect();
      });
      socket.on('message', (data) => {
        const text = String(data);
        if (text.startsWith('{"type":"connection_ack"')) {
          counts.connections++;
          socket.send(subscribe);
          return;
        }
        if (text.includes('"type":"ping"')) return socket.send('{"type":"pong"}');
        const revision = Number(/"revision":(\d+)/.exec(text)?.[1] ?? Number.NaN);
        // Refused for the moment: it comes back.
        if (Number.isNaN(revision)) return socket.terminate();
        counts.deliveries++;
        if (revision < reader.revision)
          violate(`a reader: expected ${reader.revision} at least, got ${revision}`);
        reader.revision = revision;
        reader.payload = text;
      });
    };
    connect();
    return reader;
  }

  const readers = Array.from({ length: size }, openReader);
  const some = (share: number) => readers.filter(() => Math.random() < share);
  const stalled = new Set<(typeof readers)[number]>();
  const reaches = async (revision: number, withinMs: number): Promise<void> => {
    await eventually(
      async () => readers.filter((each) => each.revision < revision).length,
      (behind) => behind === 0,
      withinMs,
    );
  };
  return {
    present: reaches(0, 300_000),
    counts,
    reaches,
    scatter(share, withinMs) {
      for (const each of some(share)) {
        each.backInMs = withinMs;
        each.socket?.terminate();
      }
    },
    stall(share) {
      for (const each of some(share)) {
        if (each.socket?.readyState !== WebSocket.OPEN) continue;
        each.socket.pause();
        stalled.add(each);
      }
    },
    goOn() {
      for (const { socket } of stalled) if (socket?.isPaused) socket.resume();
      stalled.clear();
    },
    payloads: () => new Set(readers.map((each) => each.payload)),
    close() {
      isClosed = true;
      for (const { socket } of readers) socket?.terminate();
    },
  };
}
