// Snapshots at a rate at which no server sends them: the page's socket, spoken to by the test.
import type { Page, WebSocketRoute } from 'playwright-core';

export interface Burst {
  /** Sends so many snapshots, one right after the other, to every subscription of the page. */
  send(count: number): void;
  /** How many were sent. */
  readonly sent: number;
}

/** Call it before the page opens its socket. The first snapshot is sent at once, as by the server. */
export async function routeBurst(page: Page): Promise<Burst> {
  const subscriptions: { socket: WebSocketRoute; id: string }[] = [];
  let sent = 0;
  const snapshot = (revision: number) => ({
    campaignId: 'burst',
    status: 'ACTIVE',
    initialsSent: revision,
    conversations: 1_000_000,
    segments: revision * 2,
    replies: Math.floor(revision / 2),
    replyRate: 0.5,
    replyPercent: 50,
    senders: 2,
    contactsPerSender: 500_000,
    autoOptOuts: revision % 7,
    manualOptOuts: 1,
    totalOptOuts: (revision % 7) + 1,
    revision,
    updatedAt: '2026-11-24T17:00:00.000Z',
  });
  const tell = (socket: WebSocketRoute, id: string): void =>
    socket.send(
      JSON.stringify({ id, type: 'next', payload: { data: { campaignAnalytics: snapshot(sent) } } }),
    );
  await page.routeWebSocket(/graphql/, (socket) => {
    socket.onMessage((text) => {
      const message = JSON.parse(String(text)) as { type: string; id: string };
      if (message.type === 'connection_init') socket.send('{"type":"connection_ack"}');
      if (message.type === 'ping') socket.send('{"type":"pong"}');
      if (message.type !== 'subscribe') return;
      subscriptions.push({ socket, id: message.id });
      tell(socket, message.id);
    });
  });
  return {
    get sent() {
      return sent;
    },
    send(count) {
      for (let index = 0; index < count; index++) {
        sent++;
        for (const { socket, id } of subscriptions) tell(socket, id);
      }
    },
  };
}
