// GraphQL over WebSockets at /graphql, protocol graphql-transport-ws. A socket lives as long as its credential.
import type { IncomingMessage, Server } from 'node:http';
import { type ExecutionArgs, GraphQLError, type GraphQLSchema } from 'graphql';
import { CloseCode, type Context, handleProtocols, makeServer, type SubscribePayload } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Access } from '../accounts/access.js';
import type { Revocations } from '../accounts/revocations.js';
import type { Viewer } from '../accounts/viewer.js';
import { AppError, type ErrorCode } from '../errors.js';
import { type Limits, MOST_FAULTS } from '../limits.js';
import type { LiveReaders } from '../live/subscriptions.js';
import type { Log } from '../log.js';
import type { Admission, Seat } from './admission.js';
import type { Documents } from './documents.js';
import { formatFailure } from './failure.js';
import { frameOptions, openFrameGuard } from './frames.js';

export interface SocketOptions {
  readonly server: Server;
  readonly schema: GraphQLSchema;
  readonly access: Access;
  readonly revocations: Revocations;
  readonly live: LiveReaders;
  readonly documents: Documents;
  readonly admission: Admission;
  readonly limits: Limits;
  readonly log: Log;
}

export interface Sockets {
  /** Closes every socket with 1012, so that clients come back to the next process; settles when all are gone. */
  close(): Promise<void>;
}

interface Extra extends Record<PropertyKey, unknown> {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  readonly seat: Seat;
  viewer?: Viewer;
}

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

export function openSockets(options: SocketOptions): Sockets {
  const { schema, access, live, documents, admission, limits, log } = options;

  const guardFrames = openFrameGuard(limits);
  const logOf = ({ seat }: Extra): Log => log.child({ socketId: seat.socketId });

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
      const { origin } = extra.request.headers;
      extra.viewer = await access.authenticate(connectionParams?.authorization, origin);
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

  // A fault in one operation's text is that operation's error, and no reason to close the socket on the others.
  async function prepare(
    { extra, subscriptions }: Context<Record<string, unknown>, Extra>,
    payload: SubscribePayload,
  ): Promise<ExecutionArgs | GraphQLError[]> {
    const viewer = extra.viewer as Viewer;
    try {
      await extra.seat.admitOperation(viewer, Object.keys(subscriptions).length);
      const document = documents.read(payload.query);
      const faults = documents.validate(document);
      if (faults.length > 0) return [...faults];
      const operation = documents.admit(document, payload.operationName, payload.variables);
      await extra.seat.admitRequest(viewer, operation);
      return {
        schema,
        document,
        operationName: payload.operationName,
        variableValues: payload.variables,
        contextValue: { viewer, live },
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
    onSubscribe: (context, _id, payload) => prepare(context, payload),
    onError: ({ extra }, _id, _payload, errors) => errors.map((error) => formatFailure(error, logOf(extra))),
    onNext: ({ extra }, _id, _payload, _args, { data, errors }) =>
      errors && { data: data ?? null, errors: errors.map((error) => formatFailure(error, logOf(extra))) },
  });

  function keepAlive(socket: WebSocket): void {
    let isAlive = true;
    const timer = setInterval(() => {
      if (!isAlive) return socket.terminate();
      isAlive = false;
      socket.ping();
    }, PING_MS);
    socket.on('pong', () => {
      isAlive = true;
    });
    socket.once('close', () => clearInterval(timer));
  }

  const sockets = new WebSocketServer({
    noServer: true,
    ...frameOptions(limits),
    handleProtocols,
  });
  sockets.on('connection', (socket: WebSocket, request: IncomingMessage, seat: Seat) => {
    // A frame that is too large or malformed: ws closes the socket with the code that says so.
    socket.on('error', (error) => log.debug({ reason: error.message }, 'a socket failed'));
    keepAlive(socket);
    guardFrames(socket);
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (data) =>
          new Promise((resolve) => {
            if (socket.readyState !== socket.OPEN) resolve();
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
      { socket, request, seat },
    );
    socket.once('close', (code, reason) => void closed(code, String(reason)));
  });

  options.server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const refuse = (status: string): unknown => socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n\r\n`);
    if (request.url?.split('?')[0] !== '/graphql') return refuse('404 Not Found');
    const seat = admission.admitSocket(request);
    if (!seat) return refuse('429 Too Many Requests\r\nretry-after: 1');
    socket.once('close', () => seat.leave());
    sockets.handleUpgrade(request, socket, head, (upgraded) =>
      sockets.emit('connection', upgraded, request, seat),
    );
  });

  return {
    async close() {
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
      sockets.close();
    },
  };
}
