// GraphQL over HTTP at /graphql, health, and the files of the widget and its pages. Without a credential nothing is served
// but health and files.
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import helmet from 'helmet';
import type { Access } from '../accounts/access.js';
import type { Viewer } from '../accounts/viewer.js';
import { AppError, type ErrorCode } from '../errors.js';
import { type Limits, MOST_FAULTS } from '../limits.js';
import type { Log } from '../log.js';
import type { Admission } from './admission.js';
import type { Documents } from './documents.js';
import { formatFailure } from './failure.js';
import { answersFaults, faultStatus, retriableStatus } from './status.js';

/** What resolvers find in their context, on every transport. */
export interface ApiContext {
  readonly viewer: Viewer;
}

export interface HttpOptions {
  readonly schema: GraphQLSchema;
  readonly access: Access;
  readonly documents: Documents;
  readonly admission: Admission;
  readonly limits: Limits;
  readonly hasIntrospection: boolean;
  readonly log: Log;
  /** Pages and files, served without a credential. */
  readonly pages: RequestHandler;
}

export interface Http {
  readonly app: Express;
  close(): Promise<void>;
}

const HTTP_STATUS: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  TOKEN_EXPIRED: 401,
  TOKEN_REVOKED: 401,
  FORBIDDEN: 403,
  PAYLOAD_TOO_LARGE: 413,
  RATE_LIMITED: 429,
  OVERLOADED: 503,
  UNAVAILABLE: 503,
};

/** body-parser's own types of faults, as far as a client can bring them about. */
const asAppError = (error: unknown): unknown => {
  const { type, status, limit } = (error ?? {}) as { type?: unknown; status?: unknown; limit?: number };
  if (type === 'entity.too.large') return tooLarge(limit ?? 0);
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new AppError('BAD_USER_INPUT', 'body: expected a JSON object in UTF-8');
  return error;
};

const tooLarge = (most: number): AppError =>
  new AppError('PAYLOAD_TOO_LARGE', `body: expected at most ${most} bytes with this credential`);

/** Reads JSON up to `limit` bytes; one that says itself that it is longer is answered before it has come. */
function parseJson(limit: number): RequestHandler {
  const parse = express.json({ limit });
  return (request, response, next) => {
    if (Number(request.headers['content-length']) > limit) next(tooLarge(limit));
    else parse(request, response, next);
  };
}

/** The text of a request that is one; what is none, Apollo refuses. */
const textOf = ({ method, body, query }: Request): unknown => (method === 'GET' ? query : body)?.query;

export async function openHttp(options: HttpOptions): Promise<Http> {
  const { schema, access, documents, admission, limits, log } = options;

  /** Runs a look at a request's document, whose refusal answers the whole request. */
  function admit(accept: string | undefined, look: () => unknown): void {
    try {
      look();
    } catch (error) {
      if (error instanceof GraphQLError) error.extensions.http = { status: faultStatus(accept) };
      throw error;
    }
  }

  const withinLimits: ApolloServerPlugin<ApiContext> = {
    requestDidStart: async () => ({
      didResolveOperation: async ({ request, document }) =>
        admit(request.http?.headers.get('accept'), () =>
          documents.admit(document, request.operationName, request.variables),
        ),
    }),
  };

  const apollo = new ApolloServer<ApiContext>({
    schema,
    introspection: options.hasIntrospection,
    hideSchemaDetailsFromClientErrors: !options.hasIntrospection,
    parseOptions: { maxTokens: limits.documentTokens },
    validationOptions: { maxErrors: MOST_FAULTS },
    executionOptions: { maxCoercionErrors: MOST_FAULTS },
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    // Sockets have none, and what one transport takes the other takes too.
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: (_, error) => formatFailure(error, log),
    // Cache hints wrap every field's resolver, and live numbers are not to be cached.
    plugins: [withinLimits, answersFaults, retriableStatus, ApolloServerPluginCacheControlDisabled()],
    logger: { debug() {}, info() {}, warn: (text) => log.warn(text), error: (text) => log.error(text) },
  });
  await apollo.start();

  const viewers = new WeakMap<Response, Viewer>();
  const authenticate: RequestHandler = async (request, response, next) => {
    const viewer = await access.authenticate(request.headers.authorization, request.headers.origin);
    await admission.admitRequest(viewer);
    viewers.set(response, viewer);
    next();
  };
  const viewerOf = (response: Response): Viewer => viewers.get(response) as Viewer;
  const parsers = {
    key: parseJson(limits.keyBodyBytes),
    token: parseJson(limits.tokenBodyBytes),
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
    if (status === 429 || status === 503) response.setHeader('retry-after', '1');
    response.status(status).json({ errors: [formatted] });
  };

  const app = express();
  // Pages say themselves what they may load; whether a site is to be had over TLS only is its proxy's to say.
  app.use(helmet({ contentSecurityPolicy: false, strictTransportSecurity: false }));
  app.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  app.use(
    '/graphql',
    allowAnyOrigin,
    authenticate,
    (request, response, next) => parsers[viewerOf(response).kind](request, response, next),
    expressMiddleware(apollo, {
      context: async ({ req, res }) => {
        const text = textOf(req);
        if (typeof text === 'string' && text !== '') admit(req.headers.accept, () => documents.read(text));
        return { viewer: viewerOf(res) };
      },
    }),
  );
  app.use(options.pages);
  app.use(answerFailure);
  return { app, close: () => apollo.stop() };
}
