// Open sockets in, pings out: a peer that answers none is gone without a word, and its socket is ended. One clock for all
// of them, a part of them at each tick, so that thousands cost no timer each and are not pinged at one moment.
import type { WebSocket } from 'ws';

export interface Heartbeat {
  /** Pings the socket from now on, until it closes. */
  watch(socket: WebSocket): void;
  close(): void;
}

const TICKS = 12;

/** @param everyMs - between two pings of a socket; one that has not answered by the next is ended. */
export function openHeartbeat(everyMs: number): Heartbeat {
  const parts = Array.from({ length: TICKS }, () => new Map<WebSocket, { isAlive: boolean }>());
  let added = 0;
  let tick = 0;

  const timer = setInterval(() => {
    tick = (tick + 1) % TICKS;
    for (const [socket, state] of parts[tick] ?? []) {
      if (!state.isAlive) socket.terminate();
      else socket.ping();
      state.isAlive = false;
    }
  }, everyMs / TICKS);
  timer.unref();

  return {
    watch(socket) {
      const state = { isAlive: true };
      const part = parts[added++ % TICKS];
      part?.set(socket, state);
      socket.on('pong', () => {
        state.isAlive = true;
      });
      socket.once('close', () => part?.delete(socket));
    },
    close: () => clearInterval(timer),
  };
}
