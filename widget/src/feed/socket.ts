// The page's sockets: readers with the same endpoint and token share one, which closes with its last reader.
import { type Client, createClient } from 'graphql-ws/client';

/** A reader's hold on a shared socket. */
export interface SocketShare {
  readonly client: Client;
  /** Call it after the reader's subscription has ended; once is enough. */
  leave(): void;
}

interface Socket {
  readonly client: Client;
  isConnected: boolean;
  readers: number;
}

const ACK_WAIT_MS = 10_000;
const PING_MS = 20_000;
const PONG_WAIT_MS = 5_000;

const sockets = new Map<string, Socket>();

/** @param url ws: or wss: */
export function shareSocket(url: string, token: string): SocketShare {
  const key = `${url} ${token}`;
  const socket = sockets.get(key) ?? openSocket(url, token);
  sockets.set(key, socket);
  socket.readers++;
  let hasLeft = false;
  return {
    client: socket.client,
    leave() {
      if (hasLeft) return;
      hasLeft = true;
      if (--socket.readers > 0) return;
      sockets.delete(key);
      // Connected, it closes with its last subscription; still connecting, it would wait for the server first.
      if (!socket.isConnected) socket.client.terminate();
    },
  };
}

function openSocket(url: string, token: string): Socket {
  let pongWait: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    url,
    connectionParams: { authorization: `Bearer ${token}` },
    // A subscription ends with its connection: the feed alone decides about coming back, for trouble of every kind.
    retryAttempts: 0,
    connectionAckWaitTimeout: ACK_WAIT_MS,
    keepAlive: PING_MS,
    on: {
      connected() {
        socket.isConnected = true;
      },
      // A network that vanishes closes nothing; without this "Live" would go on standing above numbers that are not.
      ping(isReceived) {
        if (!isReceived) pongWait = setTimeout(() => client.terminate(), PONG_WAIT_MS);
      },
      pong(isReceived) {
        if (isReceived) clearTimeout(pongWait);
      },
      closed() {
        socket.isConnected = false;
        clearTimeout(pongWait);
      },
    },
  });
  const socket: Socket = { client, isConnected: false, readers: 0 };
  return socket;
}
