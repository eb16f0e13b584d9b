// Structured logs, one JSON object a line on standard output. No phone number, body, token or key is ever handed in.
import { type Logger, pino } from 'pino';

export type Log = Logger;

/** Opens the process's log. Credentials that slip into a field are redacted as a second line of defence. */
export const openLog = (level: string): Log =>
  pino({
    level,
    base: null,
    redact: {
      paths: ['*.authorization', '*.token', '*.body', '*.contact', '*.parameters', '*.detail', '*.where'],
      censor: '[redacted]',
    },
  });
