// GraphQL over HTTP at /graphql, health, and the files of the widget and its pages. Without a credential nothing is served
// but health and files.
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Response } from 'express';
import type { GraphQLSchema } from 'graphql';
import type { Access } from '../accounts/access.js';
import type { Viewer } from '../accounts/viewer.js';
import { AppError, type ErrorCode } from '../errors.js';
import type { Log } from '../log.js';
import { formatFailure } from './failure.js';

/** What resolvers find in their context, on every transport. */
export interface ApiContext {
  readonly viewer: Viewer;
}

export interface HttpOptions {
  readonly schema: GraphQLSchema;
  readonly access: Access;
  readonly hasIntrospection: boolean;
  readonly log: Log;
  /** Pages and files, served without a credential. */
  readonly pages: RequestHandler;
}

export interface Http {
  readonly app: Express;
  close(): Promise<void>;
}

/** A full batch of long messages fits with a key; a widget's request is small. */
const BODY_LIMITS = { key: '4mb', token: '64kb' } as const;

const HTTP_STATUS: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  TOKEN_EXPIRED: 401,
  TOKEN_REVOKED: 401,
  FORBIDDEN: 403,
  PAYLOAD_TOO_LARGE: 413,
  OVERLOADED: 503,
  UNAVAILABLE: 503,
};

/** body-parser's own types of faults, as far as a client can bring them about. */
const asAppError = (error: unknown): unknown => {
  const { type, status } = (error ?? {}) as { type?: unknown; status?: unknown };
  if (type === 'entity.too.large')
    return new AppError(
      'PAYLOAD_TOO_LARGE',
      'body: expected at most 4 MB with an API key, 64 KB with a token',
    );
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new AppError('BAD_USER_INPUT', 'body: expected a JSON object in UTF-8');
  return error;
};

/** Whole requests that the database or the queue refused answer 503, so that proxies and retries understand. */
const retriableStatus: ApolloServerPlugin = {
  requestDidStart: async () => ({
    willSendResponse: async ({ response }) => {
      const { body } = response;
      if (body.kind !== 'single') return;
      const { data, errors } = body.singleResult;
      const code = errors?.[0]?.extensions?.code;
      const isEmpty = Object.values(data ?? {}).every((each) => each === null);
      if (isEmpty && (code === 'OVERLOADED' || code === 'UNAVAILABLE')) {
        response.http.status = 503;
        response.http.headers.set('retry-after', '1');
      }
    },
  }),
};

export async function openHttp(options: HttpOptions): Promise<Http> {
  const { schema, access, log } = options;
  const apollo = new ApolloServer<ApiContext>({
    schema,
    introspection: options.hasIntrospection,
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: (_, error) => formatFailure(error, log),
    // Cache hints wrap every field's resolver, and live numbers are not to be cached.
    plugins: [retriableStatus, ApolloServerPluginCacheControlDisabled()],
    logger: { debug() {}, info() {}, warn: (text) => log.warn(text), error: (text) => log.error(text) },
  });
  await apollo.start();

  const viewers = new WeakMap<Response, Viewer>();
  const authenticate: RequestHandler = async (request, response, next) => {
    viewers.set(response, await access.authenticate(request.headers.authorization, request.headers.origin));
    next();
  };
  const viewerOf = (response: Response): Viewer => viewers.get(response) as Viewer;
  const parsers = {
    key: express.json({ limit: BODY_LIMITS.key }),
    token: express.json({ limit: BODY_LIMITS.token }),
  };

  const allowAnyOrigin: RequestHandler = (request, response, next) => {
    response.setHeader('access-control-allow-origin', '*');
    if (request.method !== 'OPTIONS') return next();
    response.setHeader('access-control-allow-methods', 'GET, POST');
    response.setHeader(
      'access-control-allow-headers',
      'authorization, content-type, apollo-require-preflight',
    );
    response.setHeader('access-control-max-age', '86400');
    response.status(204).end();
  };

  const answerFailure: ErrorRequestHandler = (fault, _request, response, _next) => {
    const error = asAppError(fault);
    const formatted = formatFailure(error, log);
    if (response.headersSent) return void response.destroy();
    const status = error instanceof AppError ? (HTTP_STATUS[error.code] ?? 400) : 500;
    if (status === 401) response.setHeader('www-authenticate', 'Bearer');
    if (status === 503) response.setHeader('retry-after', '1');
    response.status(status).json({ errors: [formatted] });
  };

  const app = express();
  app.disable('x-powered-by');
  app.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  app.use(
    '/graphql',
    allowAnyOrigin,
    authenticate,
    (request, response, next) => parsers[viewerOf(response).kind](request, response, next),
    expressMiddleware(apollo, { context: async ({ res }) => ({ viewer: viewerOf(res) }) }),
  );
  app.use(options.pages);
  app.use(answerFailure);
  return { app, close: () => apollo.stop() };
}
