// GraphQL over HTTP at /graphql, health, and the files of the widget and its pages. Without a credential nothing is served
// but health and files.
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Response } from 'express';
import type { GraphQLSchema } from 'graphql';
import helmet from 'helmet';
import type { Access } from '../accounts/access.js';
import type { Viewer } from '../accounts/viewer.js';
import type { Limits } from '../limits.js';
import type { Log } from '../log.js';
import type { Admission } from './admission.js';
import { asBodyFault, parseJson } from './body.js';
import type { Documents } from './documents.js';
import { formatFailure } from './failure.js';
import { openGraphql } from './graphql.js';
import { isOwnPage } from './own-page.js';
import { openRequestLog, requestIdOf } from './request-log.js';
import { secretIn } from './session-cookie.js';
import { setStatus } from './status.js';
import { openTraffic, type Traffic } from './traffic.js';

export interface HttpOptions {
  readonly schema: GraphQLSchema;
  readonly access: Access;
  readonly documents: Documents;
  readonly admission: Admission;
  readonly limits: Limits;
  readonly hasIntrospection: boolean;
  readonly log: Log;
  /** Whether it lives, and may be asked. */
  readonly health: RequestHandler;
  /** Begins and ends sessions of the console. */
  readonly signIn: RequestHandler;
  /** Pages and files, served without a credential. */
  readonly pages: RequestHandler;
  /** Files behind links that are credentials themselves. */
  readonly downloads: RequestHandler;
}

export interface Http {
  readonly app: Express;
  readonly traffic: Traffic;
  close(): Promise<void>;
}

export async function openHttp(options: HttpOptions): Promise<Http> {
  const { access, admission, limits, log } = options;
  const requestLog = openRequestLog(log);
  const traffic = openTraffic();
  const viewers = new WeakMap<Response, Viewer>();
  const viewerOf = (response: Response): Viewer => viewers.get(response) as Viewer;
  const graphql = await openGraphql({ ...options, requestLog, viewerOf });

  const authenticate: RequestHandler = async (request, response, next) => {
    const { authorization, origin } = request.headers;
    const mayHaveSession = authorization === undefined && isOwnPage(request);
    const secret = mayHaveSession ? secretIn(request, limits.proxyHops) : undefined;
    const viewer = await (secret === undefined
      ? access.authenticate(authorization, origin)
      : access.authenticateSession(secret));
    await admission.admitRequest(viewer);
    viewers.set(response, viewer);
    next();
  };
  const parsers = {
    key: parseJson(limits.keyBodyBytes),
    token: parseJson(limits.tokenBodyBytes),
  };

  const allowAnyOrigin: RequestHandler = (request, response, next) => {
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-expose-headers', 'retry-after, x-request-id');
    if (request.method !== 'OPTIONS') return next();
    response.setHeader('access-control-allow-methods', 'GET, POST');
    response.setHeader(
      'access-control-allow-headers',
      'authorization, content-type, apollo-require-preflight, x-request-id',
    );
    response.setHeader('access-control-max-age', '86400');
    response.status(204).end();
  };

  const answerFailure: ErrorRequestHandler = (fault, _request, response, _next) => {
    const error = asBodyFault(fault);
    const formatted = formatFailure(error, log.child({ requestId: requestIdOf(response) }));
    if (response.headersSent) return void response.destroy();
    setStatus(response, error);
    response.json({ errors: [formatted] });
  };

  const app = express();
  app.use(traffic.count);
  app.use(requestLog.name);
  // Pages say themselves what they may load; whether a site is to be had over TLS only is its proxy's to say.
  app.use(helmet({ contentSecurityPolicy: false, strictTransportSecurity: false }));
  app.use(options.health);
  app.use(
    '/graphql',
    allowAnyOrigin,
    authenticate,
    (request, response, next) => parsers[viewerOf(response).kind](request, response, next),
    graphql.handler,
  );
  app.use('/downloads', options.downloads);
  app.use('/console/session', options.signIn);
  app.use(options.pages);
  app.use(answerFailure);
  return { app, traffic, close: () => graphql.close() };
}
