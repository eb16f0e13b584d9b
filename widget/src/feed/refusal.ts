// What ended a subscription comes in: a WebSocket's close event, GraphQL errors, or anything else. Out goes the refusal
// that it states; null means mere trouble, where trying again can help.

/** A permanent answer: asking again with the same words gets the same one. */
export interface Refusal {
  readonly code: string;
  /** For developers; what people read is chosen by `code`. */
  readonly message: string;
}

interface Close {
  readonly code: number;
  readonly reason: string;
}

interface OperationError {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

const RETRIABLE = ['RATE_LIMITED', 'OVERLOADED', 'UNAVAILABLE', 'INTERNAL'];

/** By close code; of 4403 the reason says more. Every other code, 4500 included, is trouble. */
const REFUSING_CLOSES: Readonly<Record<number, string>> = {
  4400: 'BAD_USER_INPUT',
  4401: 'UNAUTHENTICATED',
  4403: 'FORBIDDEN',
  4406: 'BAD_USER_INPUT',
};

/** @param reason a close event, an operation's errors, or whatever else was thrown */
export function refusalIn(reason: unknown): Refusal | null {
  if (Array.isArray(reason)) return refusalInErrors(reason);
  return isClose(reason) ? refusalInClose(reason) : null;
}

function refusalInErrors([error]: readonly OperationError[]): Refusal | null {
  if (!error) return null;
  const code = String(error.extensions?.code ?? 'BAD_USER_INPUT');
  return RETRIABLE.includes(code) ? null : { code, message: error.message };
}

function refusalInClose({ code: closeCode, reason }: Close): Refusal | null {
  const code = REFUSING_CLOSES[closeCode];
  if (!code) return null;
  const isTokenReason = closeCode === 4403 && /^TOKEN_(EXPIRED|REVOKED)$/.test(reason);
  return {
    code: isTokenReason ? reason : code,
    message: `the server closed the connection: ${closeCode} ${reason}`,
  };
}

const isClose = (reason: unknown): reason is Close =>
  typeof reason === 'object' && reason !== null && 'code' in reason && 'reason' in reason;
