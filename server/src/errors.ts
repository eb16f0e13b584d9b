// The one list of error codes. Whatever leaves this process as an error carries one of them, a message that names
// what was expected, and nothing of the input or of the insides.

/** How an error is logged: a client's mistake is `debug`, a bounded refusal `warn`, a fault of ours `error`. */
export type LogLevel = 'debug' | 'warn' | 'error';

const LOG_LEVELS = {
  /** No credential, or one that nobody issued. */
  UNAUTHENTICATED: 'debug',
  /** An embed token past its `expiresAt`: get a new one and come back. */
  TOKEN_EXPIRED: 'debug',
  /** An embed token or key that was revoked: stop. */
  TOKEN_REVOKED: 'debug',
  /** The credential is good, but not for this. */
  FORBIDDEN: 'debug',
  /** No such thing in the caller's reach; what is out of reach answers the same. */
  NOT_FOUND: 'debug',
  /** A field, or the request as a whole, is not what was expected. */
  BAD_USER_INPUT: 'debug',
  /** The id is already used with other content. */
  CONFLICT: 'debug',
  /** The conversation has messages and stays. */
  IN_USE: 'debug',
  /** The request's body or frame is larger than the credential allows. */
  PAYLOAD_TOO_LARGE: 'debug',
  /** More than this credential, socket or address may have in a second or at once: try again a little later. */
  RATE_LIMITED: 'warn',
  /** As many jobs of the account as it may have are not over: try again when one has ended. */
  TOO_MANY_JOBS: 'warn',
  /** The link is over, or the file is that it led to: ask for another. */
  GONE: 'debug',
  /** What was written did not add up to the boxes of its instant, and was thrown away: recount. */
  INEXACT: 'error',
  /** More work is waiting than is taken in; nothing was stored: try again. */
  OVERLOADED: 'warn',
  /** The database does not answer or does not take writes; try the same ids again. */
  UNAVAILABLE: 'error',
  /** A fault of ours; the log has it whole. */
  INTERNAL: 'error',
} as const satisfies Record<string, LogLevel>;

export type ErrorCode = keyof typeof LOG_LEVELS;
export const ERROR_CODES = Object.keys(LOG_LEVELS) as readonly ErrorCode[];

/** An error that a client may see: `message` never repeats a phone number, a body, a token or a key. */
export class AppError extends Error {
  readonly extensions: { code: ErrorCode };

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'AppError';
    this.extensions = { code };
  }

  get logLevel(): LogLevel {
    return LOG_LEVELS[this.code];
  }
}

/** What is out of reach and what does not exist get this very answer. */
export const campaignNotFound = (field: string): AppError =>
  new AppError('NOT_FOUND', `${field}: expected the id of a campaign in reach`);

/** What the log has of a fault: where it came from and Postgres's code, never its message's values. */
export function describeFault(fault: unknown): { name: string; code?: unknown; stack?: string } {
  const cause = fault instanceof Error && fault.cause instanceof Error ? fault.cause : fault;
  if (!(cause instanceof Error)) return { name: typeof cause };
  const [, ...frames] = (cause.stack ?? '').split('\n    at ');
  return { name: cause.name, code: (cause as { code?: unknown }).code, stack: frames.join('\n    at ') };
}
