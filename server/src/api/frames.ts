// A socket in, watched: one that sends faster than anybody needs to is closed, and so is one that sends on without taking its
// answers, which would wait in this process's memory.
import type { WebSocket } from 'ws';
import type { Limits } from '../limits.js';

/** What may wait for a socket that goes on sending, in bytes. */
const MOST_WAITING_BYTES = 4_000_000;
const WINDOW_MS = 1_000;
/** Time for a close to get there and back. */
const FAREWELL_MS = 2_000;
const POLICY_VIOLATION = 1008;

/** What ws is told of frames: sizes, and how many pieces a message may come in. */
export const frameOptions = (limits: Limits) =>
  ({
    maxPayload: limits.frameBytes,
    maxFragments: 64,
    maxBufferedChunks: 1_024,
    perMessageDeflate: false,
    // Not among the declared options yet: how long a closed socket may take to say goodbye.
    closeTimeout: FAREWELL_MS,
  }) as const;

/** What guards a socket. One listener serves all of them: there are as many sockets as readers. */
export function openFrameGuard(limits: Limits): (socket: WebSocket) => void {
  const windows = new WeakMap<WebSocket, { endsAtMs: number; frames: number }>();

  function count(this: WebSocket): void {
    const now = performance.now();
    let window = windows.get(this);
    if (!window || now >= window.endsAtMs) {
      window = { endsAtMs: now + WINDOW_MS, frames: 0 };
      windows.set(this, window);
    }
    window.frames++;
    if (window.frames <= limits.socketFrames && this.bufferedAmount <= MOST_WAITING_BYTES) return;
    if (this.readyState !== this.OPEN) return;
    this.close(POLICY_VIOLATION, 'RATE_LIMITED');
    // Its answer to the close would come after all that it has sent already, so nothing is read any more.
    this.pause();
    const end = setTimeout(() => this.terminate(), FAREWELL_MS);
    this.once('close', () => clearTimeout(end));
  }

  return (socket) => {
    for (const kind of ['message', 'ping', 'pong'] as const) socket.on(kind, count);
  };
}
