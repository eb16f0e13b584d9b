// Each HTTP request gets an id: its caller's own or a new one. It stands in the answer's headers and in every line that is
// logged of the request, so that who complains can name it.
import { randomUUID } from 'node:crypto';
import type { ApolloServerPlugin } from '@apollo/server';
import type { RequestHandler, Response } from 'express';
import type { Log } from '../log.js';

const HEADER = 'x-request-id';
/** What a caller may choose: nothing in it could be anybody's number or text. */
const ACCEPTED = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export const requestIdOf = (response: Response): string => String(response.getHeader(HEADER));

export interface RequestLog {
  /** Gives each request its id. */
  readonly name: RequestHandler;
  /** Remembers which request an error belongs to. */
  claim(error: object, requestId: string): void;
  /** Claims the errors that Apollo finds. */
  readonly plugin: ApolloServerPlugin<{ readonly requestId: string }>;
  /** The log of the request that the error belongs to. */
  of(error: unknown): Log;
}

export function openRequestLog(log: Log): RequestLog {
  const requestIds = new WeakMap<object, string>();
  return {
    name(request, response, next) {
      const given = request.headers[HEADER];
      const isAccepted = typeof given === 'string' && ACCEPTED.test(given);
      response.setHeader(HEADER, isAccepted ? given : randomUUID());
      next();
    },
    claim: (error, requestId) => void requestIds.set(error, requestId),
    plugin: {
      requestDidStart: async () => ({
        didEncounterErrors: async ({ errors, contextValue }) => {
          for (const error of errors) requestIds.set(error, contextValue.requestId);
        },
      }),
    },
    of(error) {
      const requestId = typeof error === 'object' && error !== null ? requestIds.get(error) : undefined;
      return requestId === undefined ? log : log.child({ requestId });
    },
  };
}
