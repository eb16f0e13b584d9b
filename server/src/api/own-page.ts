// Whether it is a page of this very server that asks. A browser brings a cookie along whoever asks, so that a session counts
// only where this says yes; a page of elsewhere can neither hide its origin nor add the header, which takes a preflight that
// is never granted.
import type { IncomingMessage } from 'node:http';
import { isOrigin } from '../fields.js';

/** The header with which the console asks. */
const ASKED_BY = { name: 'x-requested-with', value: 'campaign-analytics-console' };

/** Whether the page's origin is the address under which it knows this server: all that a WebSocket tells. */
export function isOwnOrigin({ headers: { origin, host } }: IncomingMessage): boolean {
  return isOrigin(origin) && new URL(origin).host === host;
}

/** Whether the console on a page of this server sent the request. Without TLS browsers leave `Sec-Fetch-Site` out, and of a GET the origin. */
export function isOwnPage(request: IncomingMessage): boolean {
  const { headers } = request;
  return (
    headers[ASKED_BY.name] === ASKED_BY.value &&
    (headers.origin === undefined || isOwnOrigin(request)) &&
    (headers['sec-fetch-site'] ?? 'same-origin') === 'same-origin'
  );
}
