// Upgrades at /graphql in, sockets that speak graphql-transport-ws out, each kept alive and within its limits until it ends.
import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { CloseCode, handleProtocols } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Limits } from '../limits.js';
import type { Admission, Seat } from './admission.js';
import { formatFailure } from './failure.js';
import { frameOptions, openFrameGuard } from './frames.js';
import { openHeartbeat } from './heartbeat.js';
import { isOwnOrigin } from './own-page.js';
import { type Caller, makeProtocol, type ProtocolOptions } from './protocol.js';
import { secretIn } from './session-cookie.js';
import { inTurns } from './turns.js';
import { openWires, type WireCounts } from './wire.js';

export interface SocketOptions extends Omit<ProtocolOptions, 'wires'> {
  readonly server: Server;
  readonly admission: Admission;
  readonly limits: Limits;
  /** A socket that takes nothing for so long is ended. */
  readonly stalledMs: number;
}

export interface Sockets {
  readonly counts: Readonly<WireCounts>;
  /** Sockets now, and since the process began. */
  sizes(): { readonly open: number; readonly opened: number };
  /** From now on upgrades are refused, and what a socket sends is left unheard: its client tries it again elsewhere. */
  stopTaking(): void;
  /** Closes every socket with 1012, so that clients come back to the next process; settles when all are gone. */
  close(): Promise<void>;
}

/** Answers that a socket has not taken yet: one that asks and does not listen is ended. */
const MOST_BUFFERED_BYTES = 4 * 1_024 * 1_024;
const PING_MS = 12_000;
const CLOSE_WAIT_MS = 2_000;
const RESTARTING = 1012;

/** Of no scope of its own: a closure there would keep each socket's request for as long as the socket lives. */
function destroy(this: Duplex): void {
  this.destroy();
}

/** The server's sockets stay open in one direction when the other ends: this one must not. */
function refuse(socket: Duplex, status: string): void {
  socket.once('finish', destroy);
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n\r\n`);
}

/** Likewise in a scope of its own. */
function leaveWith(seat: Seat, socket: Duplex): void {
  socket.once('close', () => seat.leave());
}

export function openSockets(options: SocketOptions): Sockets {
  const { admission, limits, log } = options;
  const guardFrames = openFrameGuard(limits);
  const wires = openWires(options.stalledMs);
  const heartbeat = openHeartbeat(PING_MS);
  const protocol = makeProtocol({ ...options, wires });
  let isTaking = true;
  let opened = 0;

  const sockets = new WebSocketServer({
    noServer: true,
    ...frameOptions(limits),
    handleProtocols,
  });
  sockets.on('connection', (socket: WebSocket, caller: Caller) => {
    const { seat } = caller;
    // A frame that is too large or malformed: ws closes the socket with the code that says so.
    socket.on('error', (error) => log.debug({ reason: error.message }, 'a socket failed'));
    heartbeat.watch(socket);
    guardFrames(socket);
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (data) =>
          new Promise((resolve) => {
            if (socket.readyState !== socket.OPEN) return resolve();
            if (socket.bufferedAmount > MOST_BUFFERED_BYTES) socket.terminate();
            // A failed send ends in a close, which ends the operations.
            else socket.send(data, () => resolve());
          }),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handle) => {
          const handleInTurn = inTurns(handle);
          socket.on('message', (data) => {
            // One that is being closed, for its credential's end above all, is not listened to any more.
            if (!isTaking || socket.readyState !== socket.OPEN) return;
            handleInTurn(String(data)).catch((error: unknown) => {
              formatFailure(error, log.child({ socketId: seat.socketId }));
              socket.close(CloseCode.BadRequest, 'Invalid message received');
            });
          });
        },
      },
      { socket, ...caller },
    );
    socket.once('close', (code, reason) => void closed(code, String(reason)));
  });

  sockets.on('connection', () => {
    opened++;
  });

  options.server.on('upgrade', (request, socket, head) => {
    socket.on('error', destroy);
    if (request.url?.split('?')[0] !== '/graphql') return refuse(socket, '404 Not Found');
    if (!isTaking) return refuse(socket, '503 Service Unavailable\r\nretry-after: 1');
    const seat = admission.admitSocket(request);
    if (!seat) return refuse(socket, '429 Too Many Requests\r\nretry-after: 1');
    leaveWith(seat, socket);
    const caller: Caller = {
      origin: request.headers.origin,
      session: isOwnOrigin(request) ? secretIn(request, limits.proxyHops) : undefined,
      seat,
    };
    sockets.handleUpgrade(request, socket, head, (upgraded) => sockets.emit('connection', upgraded, caller));
  });

  return {
    counts: wires.counts,
    sizes: () => ({ open: sockets.clients.size, opened }),
    stopTaking() {
      isTaking = false;
    },
    async close() {
      isTaking = false;
      heartbeat.close();
      const gone = [...sockets.clients].map(
        (socket) =>
          new Promise<void>((resolve) => {
            const patience = setTimeout(() => socket.terminate(), CLOSE_WAIT_MS);
            socket.once('close', () => {
              clearTimeout(patience);
              resolve();
            });
            socket.close(RESTARTING, 'Restarting');
          }),
      );
      await Promise.all(gone);
      wires.close();
      sockets.close();
    },
  };
}
