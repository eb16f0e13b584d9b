// The HTTP status of answers that carry errors.
import type { ApolloServerPlugin } from '@apollo/server';
import type { Response } from 'express';
import { AppError, type ErrorCode } from '../errors.js';

const HTTP_STATUS: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  TOKEN_EXPIRED: 401,
  TOKEN_REVOKED: 401,
  FORBIDDEN: 403,
  PAYLOAD_TOO_LARGE: 413,
  GONE: 410,
  RATE_LIMITED: 429,
  OVERLOADED: 503,
  UNAVAILABLE: 503,
};

/** Gives an answer the status of an error that refused the whole request, and says when to come back. */
export function setStatus(response: Response, error: unknown): void {
  const status = error instanceof AppError ? (HTTP_STATUS[error.code] ?? 400) : 500;
  if (status === 401) response.setHeader('www-authenticate', 'Bearer');
  if ((status === 429 || status === 503) && !response.hasHeader('retry-after'))
    response.setHeader('retry-after', '1');
  response.status(status);
}

/** Faults of a well-formed request: the document or its variables are not what was expected. */
const FAULTS = new Set<unknown>(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT']);

/**
 * GraphQL over HTTP has two ages. A client that asks for `application/json` by name, and not for
 * `application/graphql-response+json`, is of the first, which takes any status but 200 for a failure of the transport
 * and may not look at the body. All others get 400.
 */
export const faultStatus = (accept: string | undefined): 200 | 400 =>
  /application\/json/i.test(accept ?? '') && !/application\/graphql-response\+json/i.test(accept ?? '')
    ? 200
    : 400;

/** Gives faults that Apollo finds the status that they have elsewhere. */
export const answersFaults: ApolloServerPlugin = {
  requestDidStart: async () => ({
    willSendResponse: async ({ request, response: { http, body } }) => {
      if (http.status !== 400 || body.kind !== 'single') return;
      if (FAULTS.has(body.singleResult.errors?.[0]?.extensions?.code))
        http.status = faultStatus(request.http?.headers.get('accept'));
    },
  }),
};

/** Whole requests that the database or the queue refused answer 503, so that proxies and retries understand. */
export const retriableStatus: ApolloServerPlugin = {
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
