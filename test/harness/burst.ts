// Snapshots at a rate at which no server sends them, over a real socket.
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';

export interface Burst {
  /** For the `endpoint` attribute; any campaign and token will do. */
  readonly url: string;
  /** How many were sent. It is what the first box shows. */
  readonly sent: number;
  /** Sends so many, one right after the other, to every subscription. */
  send(count: number): void;
}

/** A server for this test file that speaks the subprotocol; the first snapshot of a subscription comes at once. */
export function useBurst(): Burst {
  const subscriptions: { socket: WebSocket; id: string }[] = [];
  let sent = 0;
  let server: WebSocketServer;

  const tell = ({ socket, id }: (typeof subscriptions)[number]): void => {
    const campaignAnalytics = {
      campaignId: 'burst',
      status: 'ACTIVE',
      initialsSent: sent,
      conversations: 1_000_000,
      segments: sent * 2,
      replies: Math.floor(sent / 2),
      replyRate: 0.5,
      replyPercent: 50,
      senders: 2,
      contactsPerSender: 500_000,
      autoOptOuts: sent % 7,
      manualOptOuts: 1,
      totalOptOuts: (sent % 7) + 1,
      revision: sent,
      updatedAt: '2026-11-24T17:00:00.000Z',
    };
    socket.send(JSON.stringify({ id, type: 'next', payload: { data: { campaignAnalytics } } }));
  };

  beforeAll(async () => {
    server = new WebSocketServer({
      port: 0,
      host: '127.0.0.1',
      handleProtocols: () => 'graphql-transport-ws',
    });
    server.on('connection', (socket) =>
      socket.on('message', (text) => {
        const { type, id } = JSON.parse(String(text)) as { type: string; id: string };
        if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
        if (type === 'ping') socket.send('{"type":"pong"}');
        if (type !== 'subscribe') return;
        subscriptions.push({ socket, id });
        tell({ socket, id });
      }),
    );
    await new Promise((resolve) => server.once('listening', resolve));
  });
  afterAll(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  return {
    get url() {
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    get sent() {
      return sent;
    },
    send(count) {
      for (let index = 0; index < count; index++) {
        sent++;
        for (const each of subscriptions) tell(each);
      }
    },
  };
}
