// A request's body: JSON of a size that its credential allows, or a fault that says what was expected.
import express, { type RequestHandler } from 'express';
import { AppError } from '../errors.js';

const tooLarge = (most: number): AppError =>
  new AppError('PAYLOAD_TOO_LARGE', `body: expected at most ${most} bytes with this credential`);

/** Reads JSON up to `limit` bytes; one that says itself that it is longer is answered before it has come. */
export function parseJson(limit: number): RequestHandler {
  const parse = express.json({ limit });
  return (request, response, next) => {
    if (Number(request.headers['content-length']) > limit) next(tooLarge(limit));
    else parse(request, response, next);
  };
}

/** body-parser's own types of faults, as far as a client can bring them about; anything else as it is. */
export function asBodyFault(error: unknown): unknown {
  const { type, status, limit } = (error ?? {}) as { type?: unknown; status?: unknown; limit?: number };
  if (type === 'entity.too.large') return tooLarge(limit ?? 0);
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new AppError('BAD_USER_INPUT', 'body: expected a JSON object in UTF-8');
  return error;
}
