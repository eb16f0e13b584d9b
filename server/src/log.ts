// Structured logs, one JSON object a line on standard error. No phone number, body, token or key is ever handed in.
import { type DestinationStream, destination, type Logger, pino } from 'pino';

export type Log = Logger;

const STANDARD_ERROR = 2;

/**
 * Opens the process's log. Credentials that slip into a field are redacted as a second line of defence.
 *
 * @param to - where the lines go; standard error when left out.
 */
export const openLog = (
  level: string,
  to: DestinationStream = destination({ dest: STANDARD_ERROR, sync: true }),
): Log =>
  pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: ['*.authorization', '*.token', '*.body', '*.contact', '*.parameters', '*.detail', '*.where'],
        censor: '[redacted]',
      },
    },
    to,
  );
