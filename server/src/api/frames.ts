// A socket in, watched: one that sends faster than anybody needs to is closed, and so is one that sends on without taking its
// answers, which would wait in this process's memory.
import type { WebSocket } from 'ws';
import type { Limits } from '../limits.js';

/** What may wait for a socket that goes on sending, in bytes. */
const MOST_WAITING_BYTES = 4_000_000;
const WINDOW_MS = 1_000;
/** Time for the close to get there. */
const FAREWELL_MS = 1_000;
const POLICY_VIOLATION = 1008;

/** What ws is told of frames: sizes, and how many pieces a message may come in. */
export const frameOptions = (limits: Limits) =>
  ({
    maxPayload: limits.frameBytes,
    maxFragments: 64,
    maxBufferedChunks: 1_024,
    perMessageDeflate: false,
  }) as const;

export function guardFrames(socket: WebSocket, limits: Limits): void {
  let endsAtMs = 0;
  let frames = 0;
  const count = (): void => {
    const now = performance.now();
    if (now >= endsAtMs) {
      endsAtMs = now + WINDOW_MS;
      frames = 0;
    }
    frames++;
    if (frames <= limits.socketFrames && socket.bufferedAmount <= MOST_WAITING_BYTES) return;
    if (socket.readyState !== socket.OPEN) return;
    socket.close(POLICY_VIOLATION, 'RATE_LIMITED');
    // Its answer to the close would come after all that it has sent already, so nothing is read any more.
    socket.pause();
    const end = setTimeout(() => socket.terminate(), FAREWELL_MS);
    socket.once('close', () => clearTimeout(end));
  };
  socket.on('message', count);
  socket.on('ping', count);
  socket.on('pong', count);
}
