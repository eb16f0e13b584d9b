// GraphQL over WebSockets at /graphql, protocol graphql-transport-ws. A socket lives as long as its credential.
import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ExecutionArgs, GraphQLError, type GraphQLSchema } from 'graphql';
import { CloseCode, type Context, handleProtocols, makeServer, type SubscribePayload } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Access } from '../accounts/access.js';
import type { Revocations } from '../accounts/revocations.js';
import type { Viewer } from '../accounts/viewer.js';
import type { CampaignAnalytics } from '../counters/analytics.js';
import { AppError, type ErrorCode } from '../errors.js';
import { type Limits, MOST_FAULTS } from '../limits.js';
import type { Broadcasts } from '../live/broadcasts.js';
import type { LiveReaders } from '../live/subscriptions.js';
import type { Log } from '../log.js';
import type { Admission, Seat } from './admission.js';
import type { Documents } from './documents.js';
import { formatFailure } from './failure.js';
import { frameOptions, openFrameGuard } from './frames.js';
import { openHeartbeat } from './heartbeat.js';
import { openSubscribing, type SubscriptionContext } from './subscribing.js';
import { openWires, type WireCounts } from './wire.js';

export interface SocketOptions {
  readonly server: Server;
  readonly schema: GraphQLSchema;
  readonly access: Access;
  readonly revocations: Revocations;
  readonly live: LiveReaders;
  readonly broadcasts: Broadcasts<CampaignAnalytics>;
  /** A socket that takes nothing for so long is ended. */
  readonly stalledMs: number;
  readonly documents: Documents;
  readonly admission: Admission;
  readonly limits: Limits;
  readonly log: Log;
}

export interface Sockets {
  readonly counts: Readonly<WireCounts>;
  /** Closes every socket with 1012, so that clients come back to the next process; settles when all are gone. */
  close(): Promise<void>;
}

interface Extra extends Record<PropertyKey, unknown> {
  readonly socket: WebSocket;
  /** The page's, if a page opened it. */
  readonly origin: string | undefined;
  readonly seat: Seat;
  viewer?: Viewer;
}

/** Answers that a socket has not taken yet: one that asks and does not listen is ended. */
const MOST_BUFFERED_BYTES = 4 * 1_024 * 1_024;
const INIT_WAIT_MS = 3_000;
const PING_MS = 12_000;
const CLOSE_WAIT_MS = 2_000;
/** setTimeout's longest; no token lives longer. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** Close codes: 4401 stay away, 4403 by its reason, 1013 come back later. */
const CLOSE_CODES: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: CloseCode.Unauthorized,
  TOKEN_EXPIRED: CloseCode.Forbidden,
  TOKEN_REVOKED: CloseCode.Forbidden,
  FORBIDDEN: CloseCode.Forbidden,
  RATE_LIMITED: 1013,
  OVERLOADED: 1013,
  UNAVAILABLE: 1013,
};
const RESTARTING = 1012;

/** Of no scope of its own: a closure there would keep each socket's request for as long as the socket lives. */
function destroy(this: Duplex): void {
  this.destroy();
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n\r\n`);
}

/** Likewise in a scope of its own. */
function leaveWith(seat: Seat, socket: Duplex): void {
  socket.once('close', () => seat.leave());
}

export function openSockets(options: SocketOptions): Sockets {
  const { schema, access, live, documents, admission, limits, log } = options;
  const guardFrames = openFrameGuard(limits);
  const logOf = ({ seat }: Extra): Log => log.child({ socketId: seat.socketId });
  const wires = openWires(options.stalledMs);
  const heartbeat = openHeartbeat(PING_MS);

  /** Ends the socket with its credential, by the clock and by revocation. */
  function endWith(viewer: Viewer, socket: WebSocket): void {
    // It may have closed while its credential was looked up, and says so only once.
    if (socket.readyState === socket.CLOSED) return;
    const stopWatching = options.revocations.watch(viewer, () =>
      socket.close(CloseCode.Forbidden, 'TOKEN_REVOKED'),
    );
    const expiry =
      viewer.kind === 'token'
        ? setTimeout(
            () => socket.close(CloseCode.Forbidden, 'TOKEN_EXPIRED'),
            Math.min(viewer.expiresAt.getTime() - Date.now(), LONGEST_TIMER_MS),
          )
        : undefined;
    socket.once('close', () => {
      stopWatching();
      clearTimeout(expiry);
    });
  }

  async function connect({
    connectionParams,
    extra,
  }: Context<Record<string, unknown>, Extra>): Promise<boolean> {
    try {
      extra.viewer = await access.authenticate(connectionParams?.authorization, extra.origin);
      extra.seat.admitViewer(extra.viewer);
    } catch (error) {
      const code = error instanceof AppError ? error.code : 'INTERNAL';
      formatFailure(error, logOf(extra));
      extra.socket.close(CLOSE_CODES[code] ?? CloseCode.InternalServerError, code);
      return false;
    }
    endWith(extra.viewer, extra.socket);
    return true;
  }

  // A fault in one operation is that operation's error, and no reason to close the socket on the others.
  async function operationOf(
    { extra, subscriptions }: Context<Record<string, unknown>, Extra>,
    operationId: string,
    { query, operationName, variables }: SubscribePayload,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> {
    const { socket, seat } = extra;
    const viewer = extra.viewer as Viewer;
    try {
      await seat.admitOperation(viewer, Object.keys(subscriptions).length);
      const document = documents.read(query);
      const faults = documents.validate(document);
      if (faults.length > 0) return faults;
      await seat.admitRequest(viewer, documents.admit(document, operationName, variables));
      const contextValue = { viewer, live, socket, operationId, documentKey: documents.keyOf(document) };
      return {
        schema,
        document,
        operationName,
        variableValues: variables,
        contextValue: contextValue satisfies SubscriptionContext,
        options: { maxCoercionErrors: MOST_FAULTS },
      };
    } catch (error) {
      if (error instanceof GraphQLError) return [error];
      if (error instanceof AppError) return [new GraphQLError(error.message, { originalError: error })];
      throw error;
    }
  }

  const protocol = makeServer<Record<string, unknown>, Extra>({
    connectionInitWaitTimeout: INIT_WAIT_MS,
    onConnect: connect,
    onSubscribe: operationOf,
    subscribe: openSubscribing({ broadcasts: options.broadcasts, wires, log }),
    onError: ({ extra }, _id, _payload, errors) => errors.map((error) => formatFailure(error, logOf(extra))),
    onNext: ({ extra }, _id, _payload, _args, { data, errors }) =>
      errors && { data: data ?? null, errors: errors.map((error) => formatFailure(error, logOf(extra))) },
  });

  const sockets = new WebSocketServer({
    noServer: true,
    ...frameOptions(limits),
    handleProtocols,
  });
  sockets.on('connection', (socket: WebSocket, origin: string | undefined, seat: Seat) => {
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
        onMessage: (handle) =>
          socket.on('message', (data) => {
            handle(String(data)).catch((error: unknown) => {
              formatFailure(error, log.child({ socketId: seat.socketId }));
              socket.close(CloseCode.BadRequest, 'Invalid message received');
            });
          }),
      },
      { socket, origin, seat },
    );
    socket.once('close', (code, reason) => void closed(code, String(reason)));
  });

  options.server.on('upgrade', (request, socket, head) => {
    socket.on('error', destroy);
    const { origin } = request.headers;
    if (request.url?.split('?')[0] !== '/graphql') return refuse(socket, '404 Not Found');
    const seat = admission.admitSocket(request);
    if (!seat) return refuse(socket, '429 Too Many Requests\r\nretry-after: 1');
    leaveWith(seat, socket);
    sockets.handleUpgrade(request, socket, head, (upgraded) =>
      sockets.emit('connection', upgraded, origin, seat),
    );
  });

  return {
    counts: wires.counts,
    async close() {
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
