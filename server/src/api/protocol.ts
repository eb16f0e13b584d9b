// The protocol graphql-transport-ws on one socket after another: who connects, what its operations may be, how it ends.
// Promise: a fault in one operation is that operation's error; a socket lives no longer than its credential.
import { type ExecutionArgs, GraphQLError, type GraphQLSchema } from 'graphql';
import { CloseCode, type Context, makeServer, type Server, type SubscribePayload } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Access } from '../accounts/access.js';
import type { Revocations } from '../accounts/revocations.js';
import { endOf, type Viewer } from '../accounts/viewer.js';
import { AppError, type ErrorCode } from '../errors.js';
import type { JobReaders } from '../jobs/readers.js';
import { MOST_FAULTS } from '../limits.js';
import type { Broadcasts } from '../live/broadcasts.js';
import type { Snapshot } from '../live/mailbox.js';
import type { LiveReaders } from '../live/subscriptions.js';
import type { Log } from '../log.js';
import type { Seat } from './admission.js';
import type { Documents } from './documents.js';
import { formatFailure } from './failure.js';
import { openSubscribing, type SubscriptionContext } from './subscribing.js';
import type { Wires } from './wire.js';

export interface ProtocolOptions {
  readonly schema: GraphQLSchema;
  readonly access: Access;
  readonly revocations: Revocations;
  readonly live: LiveReaders;
  readonly jobs: JobReaders;
  readonly broadcasts: Broadcasts<Snapshot>;
  readonly documents: Documents;
  readonly wires: Wires;
  readonly log: Log;
}

/** Who opened a socket. */
export interface Caller {
  /** The page's, if a page opened it. */
  readonly origin: string | undefined;
  /** The secret of the session that a page of this server brought along. */
  readonly session: string | undefined;
  readonly seat: Seat;
}

/** What belongs to one socket. */
export interface Extra extends Caller, Record<PropertyKey, unknown> {
  readonly socket: WebSocket;
  viewer?: Viewer;
}

type Connection = Context<Record<string, unknown>, Extra>;

const INIT_WAIT_MS = 3_000;
/** setTimeout's longest; no token and no session lives longer. */
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

export function makeProtocol(options: ProtocolOptions): Server<Extra> {
  const { schema, access, live, jobs, documents, broadcasts, wires, log } = options;
  const logOf = ({ seat }: Extra): Log => log.child({ socketId: seat.socketId });

  /** Ends the socket with its credential, by the clock and by revocation. */
  function endWith(viewer: Viewer, socket: WebSocket): void {
    // It may have closed while its credential was looked up, and says so only once.
    if (socket.readyState === socket.CLOSED) return;
    const stopWatching = options.revocations.watch(viewer, () =>
      socket.close(CloseCode.Forbidden, 'TOKEN_REVOKED'),
    );
    const expiresAt = endOf(viewer);
    const expiry =
      expiresAt &&
      setTimeout(
        () => socket.close(CloseCode.Forbidden, 'TOKEN_EXPIRED'),
        Math.min(expiresAt.getTime() - Date.now(), LONGEST_TIMER_MS),
      );
    socket.once('close', () => {
      stopWatching();
      clearTimeout(expiry);
    });
  }

  async function connect({ connectionParams, extra }: Connection): Promise<boolean> {
    try {
      const authorization = connectionParams?.authorization;
      extra.viewer = await (authorization === undefined && extra.session !== undefined
        ? access.authenticateSession(extra.session)
        : access.authenticate(authorization, extra.origin));
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
    { extra, subscriptions }: Connection,
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
      const contextValue = {
        viewer,
        live,
        jobs,
        socket,
        operationId,
        documentKey: documents.keyOf(document),
      };
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

  return makeServer<Record<string, unknown>, Extra>({
    connectionInitWaitTimeout: INIT_WAIT_MS,
    onConnect: connect,
    onSubscribe: operationOf,
    subscribe: openSubscribing({ broadcasts, wires, log }),
    onError: ({ extra }, _id, _payload, errors) => errors.map((error) => formatFailure(error, logOf(extra))),
    onNext: ({ extra }, _id, _payload, _args, { data, errors }) =>
      errors && { data: data ?? null, errors: errors.map((error) => formatFailure(error, logOf(extra))) },
  });
}
