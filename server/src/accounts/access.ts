// From an Authorization header, or the secret of a console session, to a viewer. Answers are remembered for a moment, so that a busy host costs one look-up in a
// few seconds; a revocation is therefore in force everywhere within `REMEMBERED_MS`.
import type { Pool } from 'pg';
import { askWithin, onDuty } from '../db/scope.js';
import { asUnavailable } from '../db/transaction.js';
import { AppError } from '../errors.js';
import { gather } from '../gathering.js';
import { hashKey } from './keys.js';
import { credentialOf, findCredentials } from './revocations.js';
import type { Sessions } from './sessions.js';
import { LONGEST_TOKEN, type Tokens } from './tokens.js';
import type { ApiKeyScope, KeyViewer, Viewer } from './viewer.js';

const REMEMBERED_MS = 3_000;
const MOST_REMEMBERED = 10_000;

export interface Access {
  /**
   * Who holds this credential, coming from this origin.
   *
   * @param authorization - `Bearer <API key or embed token>`.
   * @param origin - the Origin header; a token that lists origins fails without one.
   * @throws AppError UNAUTHENTICATED, TOKEN_EXPIRED, TOKEN_REVOKED, FORBIDDEN (wrong origin)
   */
  authenticate(authorization: unknown, origin: string | undefined): Promise<Viewer>;
  /** Who is signed in by this secret of a session. @throws AppError UNAUTHENTICATED */
  authenticateSession(secret: string): Promise<KeyViewer>;
  /** Whether a key or token that was good has been revoked since. */
  isRevoked(viewer: Viewer): Promise<boolean>;
  /** Forgets what is remembered of all credentials: the next look is fresh. */
  forget(): void;
}

const BEARER = new RegExp(`^Bearer ([\\x21-\\x7e]{16,${LONGEST_TOKEN}})$`, 'i');
/** Three parts of base64url: a JWT. Anything else is taken for a key. */
const JWT = /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/;

const unauthenticated = (): AppError =>
  new AppError('UNAUTHENTICATED', 'authorization: expected "Bearer " and an API key or embed token');

// A key that was replaced is revoked some time ahead.
const FIND_KEY = `select account_id, id, scopes from api_key
  where hash = $1 and (revoked_at is null or revoked_at > clock_timestamp())`;
/** Each page has a token of its own: when thousands come at once, they are looked up together. */
const LOOK_EVERY_MS = 20;

export function openAccess(pool: Pool, tokens: Tokens, sessions: Sessions): Access {
  const remembered = new Map<string, { until: number; answer: Promise<unknown> }>();

  function remember<T>(key: string, look: () => Promise<T>): Promise<T> {
    const now = performance.now();
    const known = remembered.get(key);
    if (known && known.until > now) return known.answer as Promise<T>;
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    const answer = look().catch((error: unknown) => {
      remembered.delete(key);
      throw asUnavailable(error);
    });
    remembered.set(key, { until: now + REMEMBERED_MS, answer });
    return answer;
  }

  const findKey = async (hash: Buffer): Promise<Viewer | undefined> => {
    const statement = { name: 'find key', text: FIND_KEY, values: [hash] };
    type Row = { account_id: string; id: string; scopes: ApiKeyScope[] };
    const [row] = (await askWithin<Row>(pool, onDuty('key-lookup'), statement)).rows;
    return row && { kind: 'key', accountId: row.account_id, keyId: row.id, scopes: new Set(row.scopes) };
  };

  const askGood = gather(
    (viewers: readonly Viewer[]) => findCredentials(pool, 'good', viewers),
    LOOK_EVERY_MS,
  );
  const isRevoked = (viewer: Viewer): Promise<boolean> =>
    remember(credentialOf(viewer), async () => !(await askGood(viewer)).has(credentialOf(viewer)));

  async function readToken(token: string, origin: string | undefined): Promise<Viewer> {
    const claims = await tokens.read(token);
    if (claims.origins.length > 0 && !claims.origins.includes(origin ?? ''))
      throw new AppError('FORBIDDEN', 'Origin: expected one of the origins of this token');
    const { tokenId, accountId, expiresAt } = claims;
    const viewer: Viewer = {
      kind: 'token',
      accountId,
      tokenId,
      campaignIds: new Set(claims.campaignIds),
      expiresAt,
    };
    if (await isRevoked(viewer))
      throw new AppError('TOKEN_REVOKED', 'authorization: expected a token that was not revoked');
    return viewer;
  }

  return {
    async authenticate(authorization, origin) {
      const secret = typeof authorization === 'string' ? BEARER.exec(authorization)?.[1] : undefined;
      if (!secret) throw unauthenticated();
      if (JWT.test(secret)) return readToken(secret, origin);
      const hash = hashKey(secret);
      const viewer = await remember(`hash ${hash.toString('base64')}`, () => findKey(hash));
      if (!viewer) throw unauthenticated();
      return viewer;
    },
    async authenticateSession(secret) {
      const name = `session ${hashKey(secret).toString('base64')}`;
      const viewer = await remember(name, () => sessions.find(secret));
      if (!viewer) throw new AppError('UNAUTHENTICATED', 'Expected a session that goes on: sign in');
      return viewer;
    },
    isRevoked,
    forget: () => remembered.clear(),
  };
}
