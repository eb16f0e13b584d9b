// Signing in to the console at /console/session: an API key or a link's code in, a session in a cookie out. Promise: only a
// page of this server signs anybody in or out, and an address that is refused too often has to wait.
import { type ErrorRequestHandler, type Request, type RequestHandler, type Response, Router } from 'express';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import type { DataSource } from 'typeorm';
import type { Access } from '../accounts/access.js';
import { Account } from '../accounts/account.js';
import type { Sessions } from '../accounts/sessions.js';
import type { KeyViewer } from '../accounts/viewer.js';
import { ofAccount, readWithin } from '../db/scope.js';
import { AppError } from '../errors.js';
import { malformed } from '../fields.js';
import type { Limits } from '../limits.js';
import type { Log } from '../log.js';
import { addressOf } from './address.js';
import type { Admission } from './admission.js';
import { asBodyFault, parseJson } from './body.js';
import { formatFailure } from './failure.js';
import { isOwnPage } from './own-page.js';
import { requestIdOf } from './request-log.js';
import { forgetSecret, keepSecret, secretIn } from './session-cookie.js';
import { setStatus } from './status.js';

/** An account whose visitors are signed in by themselves: the demo's. */
export interface Guest {
  readonly accountId: string;
  readonly key: string;
  /** Whether its visitors come to this name of the server. */
  mayEnter(hostname: string): boolean;
}

export interface SignInOptions {
  readonly source: DataSource;
  readonly access: Access;
  readonly sessions: Sessions;
  readonly admission: Admission;
  readonly limits: Limits;
  readonly sessionMs: number;
  readonly guest?: Guest | undefined;
  readonly log: Log;
}

const MOST_BODY_BYTES = 4_096;
const REFUSALS_WITHIN_S = 60;

const unauthenticated = (): AppError =>
  new AppError('UNAUTHENTICATED', 'Expected an API key, or the code of a link that still waits to be used');

const onlyOwnPages: RequestHandler = (request, _response, next) =>
  next(isOwnPage(request) ? undefined : new AppError('FORBIDDEN', 'Expected a page of this server'));

export function serveSignIn(options: SignInOptions): RequestHandler {
  const { source, access, sessions, admission, limits, guest, log } = options;
  const refusals = new RateLimiterMemory({ points: limits.signInRefusals, duration: REFUSALS_WITHIN_S });

  /** @throws AppError UNAUTHENTICATED, RATE_LIMITED, BAD_USER_INPUT */
  async function begin(body: unknown): Promise<string> {
    const { apiKey, code } = Object(body) as { apiKey?: unknown; code?: unknown };
    if (typeof code === 'string') {
      const secret = await sessions.beginWithLink(code);
      if (secret === undefined) throw unauthenticated();
      return secret;
    }
    if (typeof apiKey !== 'string') throw malformed('body', '{"apiKey": "..."} or {"code": "..."}');
    const viewer = await access.authenticate(`Bearer ${apiKey}`, undefined);
    if (viewer.kind !== 'key' || viewer.keyId === null) throw unauthenticated();
    await admission.admitRequest(viewer);
    return sessions.beginWithKey(viewer.accountId, viewer.keyId);
  }

  /** Counts as refused until it has come to its end, so that many at once are no way around it. */
  async function countRefusal<T>(request: Request, response: Response, work: () => Promise<T>): Promise<T> {
    const address = addressOf(request, limits.proxyHops);
    await refusals.consume(address).catch(({ msBeforeNext = 0 }: RateLimiterRes) => {
      response.setHeader('retry-after', Math.ceil(msBeforeNext / 1_000));
      throw new AppError(
        'RATE_LIMITED',
        'Expected fewer sign-ins that are refused: wait a minute, then try again',
      );
    });
    const forgive = (): unknown => refusals.reward(address);
    try {
      const result = await work();
      forgive();
      return result;
    } catch (error) {
      if (!(error instanceof AppError) || error.logLevel !== 'debug') forgive();
      throw error;
    }
  }

  async function find(request: Request): Promise<KeyViewer | undefined> {
    const secret = isOwnPage(request) ? secretIn(request, limits.proxyHops) : undefined;
    return secret === undefined ? undefined : sessions.find(secret);
  }

  async function end(request: Request): Promise<void> {
    const viewer = await find(request);
    if (!viewer?.session) return;
    await sessions.end(viewer.accountId, viewer.session.id);
    access.forget();
  }

  const keep = (response: Response, secret: string): void =>
    keepSecret(response, limits.proxyHops, secret, options.sessionMs);

  async function admitGuest(request: Request, response: Response): Promise<KeyViewer | undefined> {
    if (!guest?.mayEnter(request.hostname) || !isOwnPage(request)) return undefined;
    const secret = await begin({ apiKey: guest.key });
    keep(response, secret);
    return sessions.find(secret);
  }

  const answerFailure: ErrorRequestHandler = (fault, _request, response, _next) => {
    const error = asBodyFault(fault);
    const { message, extensions } = formatFailure(error, log.child({ requestId: requestIdOf(response) }));
    setStatus(response, error);
    response.json({ code: extensions?.code, message });
  };

  const router = Router();
  router.use((_request, response, next) => {
    response.setHeader('cache-control', 'no-store');
    next();
  });
  router.get('/', async (request, response) => {
    const viewer = (await find(request)) ?? (await admitGuest(request, response));
    if (!viewer) throw unauthenticated();
    const { accountId: id, keyId, scopes } = viewer;
    const { name } = await readWithin(source, ofAccount(id), (db) =>
      db.getRepository(Account).findOneByOrFail({ id }),
    );
    const isDemo = id === guest?.accountId;
    response.json({ id: viewer.session?.id, account: { id, name }, keyId, scopes: [...scopes], isDemo });
  });
  router.post('/', onlyOwnPages, parseJson(MOST_BODY_BYTES), async (request, response) => {
    const secret = await countRefusal(request, response, () => begin(request.body));
    await end(request);
    keep(response, secret);
    response.status(204).end();
  });
  router.delete('/', onlyOwnPages, async (request, response) => {
    await end(request);
    forgetSecret(response, limits.proxyHops);
    response.status(204).end();
  });
  router.use(answerFailure);
  return router;
}
