// What one client may ask for, on HTTP and on WebSockets alike. Each limit is a setting; the defaults leave honest use alone.
import { integer } from './setting.js';

/** Most items of any list in a request's variables: the batch of the contract. */
export const MOST_ITEMS = 1_000;

/** Most faults of one document, or of its variables, that are looked for and told. */
export const MOST_FAULTS = 20;

const MOST = 1_000_000_000;
const KILOBYTE = 1_024;

const limit = (env: string, fallback: number, reason: string, min = 1) =>
  integer(env, fallback, min, MOST, reason);

export const LIMIT_SETTINGS = {
  documentTokens: limit(
    'DOCUMENT_TOKENS',
    1_000,
    'Most tokens of a GraphQL document. Batches belong in its variables.',
    100,
  ),
  documentDepth: limit('DOCUMENT_DEPTH', 16, 'Most levels of fields in a document.'),
  documentAliases: limit(
    'DOCUMENT_ALIASES',
    100,
    'Most aliases in a document, a field selected again beside itself included.',
  ),
  documentDirectives: limit('DOCUMENT_DIRECTIVES', 50, 'Most directives in a document.'),
  operationCost: limit(
    'OPERATION_COST',
    50_000,
    'Most fields that an operation may come to, those below a page counted `first` times.',
  ),
  keyBodyBytes: limit('KEY_BODY_BYTES', 4_096 * KILOBYTE, 'Largest HTTP body with an API key, in bytes.'),
  tokenBodyBytes: limit(
    'TOKEN_BODY_BYTES',
    64 * KILOBYTE,
    'Largest HTTP body with an embed token, in bytes.',
  ),
  frameBytes: limit('FRAME_BYTES', 64 * KILOBYTE, 'Largest message of a WebSocket, in bytes.'),
  socketFrames: limit(
    'SOCKET_FRAMES',
    10_000,
    'Most messages and pings that one WebSocket may send in a second.',
  ),
  socketOperations: limit('SOCKET_OPERATIONS', 200, 'Most operations that run on one WebSocket at a time.'),
  addressSockets: limit(
    'ADDRESS_SOCKETS',
    2_000,
    'Most WebSockets of one address at a time; loopback has no limit.',
  ),
  accountSockets: limit('ACCOUNT_SOCKETS', 20_000, 'Most WebSockets of one account at a time.'),
  keyRequests: limit(
    'KEY_REQUESTS',
    2_000,
    'Most queries and mutations with one API key in a second, and most operations on one of its WebSockets.',
  ),
  tokenRequests: limit(
    'TOKEN_REQUESTS',
    400,
    'Most requests over HTTP with one embed token in a second, and most operations on one of its WebSockets.',
  ),
  accountJobs: limit('ACCOUNT_JOBS', 20, 'Most jobs of one account that are not over.'),
  signInRefusals: limit(
    'SIGN_IN_REFUSALS',
    20,
    'Most sign-ins to the console that are refused to one address in a minute; then it has to wait.',
  ),
  proxyHops: integer(
    'PROXY_HOPS',
    0,
    0,
    10,
    'Proxies in front, each of which adds an address to `X-Forwarded-For`: so many from its end, the client is found. `X-Forwarded-Proto` is believed too.',
  ),
  headersWithinMs: limit(
    'HEADERS_WITHIN_MS',
    10_000,
    "An HTTP request's headers must have come within this time, in milliseconds.",
    100,
  ),
  requestWithinMs: limit(
    'REQUEST_WITHIN_MS',
    60_000,
    'The whole of an HTTP request must have come within this time, in milliseconds.',
    100,
  ),
} as const;

/** Every limit's value. */
export type Limits = { readonly [K in keyof typeof LIMIT_SETTINGS]: number };
