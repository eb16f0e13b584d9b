// Apollo Server as a handler of Express: an admitted request in, its answer out, what is wrong with it told in a way that its
// client understands.
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import type { Request, RequestHandler, Response } from 'express';
import { GraphQLError, type GraphQLSchema, OperationTypeNode } from 'graphql';
import type { Viewer } from '../accounts/viewer.js';
import { type Limits, MOST_FAULTS } from '../limits.js';
import type { Log } from '../log.js';
import type { Documents } from './documents.js';
import { formatFailure } from './failure.js';
import { type RequestLog, requestIdOf } from './request-log.js';
import { answersFaults, faultStatus, retriableStatus } from './status.js';

/** What resolvers find in their context over HTTP. */
interface HttpContext {
  readonly viewer: Viewer;
  readonly requestId: string;
}

export interface GraphqlOptions {
  readonly schema: GraphQLSchema;
  readonly documents: Documents;
  readonly limits: Limits;
  readonly hasIntrospection: boolean;
  readonly requestLog: RequestLog;
  readonly log: Log;
  /** Who was let in with the request that this answers. */
  readonly viewerOf: (response: Response) => Viewer;
}

export interface Graphql {
  readonly handler: RequestHandler;
  close(): Promise<void>;
}

/** The text of a request that is one; what is none, Apollo refuses. */
const textOf = ({ method, body, query }: Request): unknown => (method === 'GET' ? query : body)?.query;

export async function openGraphql(options: GraphqlOptions): Promise<Graphql> {
  const { schema, documents, limits, hasIntrospection, requestLog, log, viewerOf } = options;

  /** Takes a look at a request, whose refusal answers the whole of it. */
  function admit(accept: string | undefined, requestId: string, look: () => unknown): void {
    try {
      look();
    } catch (error) {
      if (error instanceof GraphQLError) {
        error.extensions.http = { status: faultStatus(accept) };
        requestLog.claim(error, requestId);
      }
      throw error;
    }
  }

  const withinLimits: ApolloServerPlugin<HttpContext> = {
    requestDidStart: async () => ({
      didResolveOperation: async ({ request, document, operation, contextValue }) =>
        admit(request.http?.headers.get('accept'), contextValue.requestId, () => {
          if (operation?.operation === OperationTypeNode.SUBSCRIPTION)
            throw new GraphQLError('Expected a query or mutation: subscriptions are served on WebSockets', {
              extensions: { code: 'BAD_USER_INPUT' },
            });
          documents.admit(document, request.operationName, request.variables);
        }),
    }),
  };

  const apollo = new ApolloServer<HttpContext>({
    schema,
    introspection: hasIntrospection,
    hideSchemaDetailsFromClientErrors: !hasIntrospection,
    parseOptions: { maxTokens: limits.documentTokens },
    validationOptions: { maxErrors: MOST_FAULTS },
    executionOptions: { maxCoercionErrors: MOST_FAULTS },
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    // Sockets have none, and what one transport takes the other takes too.
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: (_, error) => formatFailure(error, requestLog.of(error)),
    plugins: [
      requestLog.plugin,
      withinLimits,
      answersFaults,
      retriableStatus,
      // Cache hints wrap every field's resolver, and live numbers are not to be cached.
      ApolloServerPluginCacheControlDisabled(),
    ],
    logger: { debug() {}, info() {}, warn: (text) => log.warn(text), error: (text) => log.error(text) },
  });
  await apollo.start();

  const handler = expressMiddleware(apollo, {
    // Before Apollo parses and validates: what that costs is limited here.
    context: async ({ req, res }) => {
      const requestId = requestIdOf(res);
      const text = textOf(req);
      if (typeof text === 'string' && text !== '')
        admit(req.headers.accept, requestId, () => documents.read(text));
      return { viewer: viewerOf(res), requestId };
    },
  });
  return { handler, close: () => apollo.stop() };
}
