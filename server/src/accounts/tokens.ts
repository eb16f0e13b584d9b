// Embed tokens: signed JWTs that read the analytics of some campaigns for a while. The signing key stands in the database,
// so that every process takes what another gave.
import { randomBytes, randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import type { Pool } from 'pg';
import { askWithin, ofAccount, onDuty, workWithin } from '../db/scope.js';
import { AppError } from '../errors.js';
import { malformed } from '../fields.js';

const ALGORITHM = 'HS256';
const ISSUER = 'campaign-analytics';
const AUDIENCE = 'campaign-analytics/embed';
const TYPE = 'embed+jwt';
/** What fits into a request's headers with room to spare. */
export const LONGEST_TOKEN = 8_192;
const SIGNING_KEY_LOCK = 727_365_003;

export interface TokenClaims {
  readonly tokenId: string;
  readonly accountId: string;
  readonly campaignIds: readonly string[];
  /** Empty: any. */
  readonly origins: readonly string[];
  readonly expiresAt: Date;
}

interface Signer {
  readonly id: string;
  readonly secret: Uint8Array;
}

export interface Tokens {
  /** Signs a token and keeps its id, so that it can be revoked. @throws AppError BAD_USER_INPUT where it gets too long */
  create(
    accountId: string,
    campaignIds: string[],
    origins: string[],
    expiresInSeconds: number,
  ): Promise<{
    id: string;
    token: string;
    expiresAt: Date;
  }>;
  /** Ends a token; false where there was none to end. */
  revoke(accountId: string, tokenId: string): Promise<boolean>;
  /** What a token says, its signature and time checked. @throws AppError TOKEN_EXPIRED, UNAUTHENTICATED */
  read(token: string): Promise<TokenClaims>;
}

async function readSigner(pool: Pool): Promise<Signer> {
  return workWithin(pool, onDuty('signing-keys'), async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [SIGNING_KEY_LOCK]);
    await client.query(
      `insert into signing_key (id, secret, created_at)
       select $1, $2, clock_timestamp() where not exists (select from signing_key)`,
      [randomUUID(), randomBytes(32)],
    );
    const { rows } = await client.query(
      'select id, secret from signing_key order by created_at desc limit 1',
    );
    return { id: rows[0].id, secret: new Uint8Array(rows[0].secret) };
  });
}

const unauthenticated = (cause: unknown): AppError =>
  new AppError('UNAUTHENTICATED', 'authorization: expected "Bearer " and an API key or embed token', {
    cause,
  });

const isTextList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

/** Opens the tokens of this database, making its signing key at the very first start. */
export async function openTokens(pool: Pool): Promise<Tokens> {
  const signer = await readSigner(pool);
  return {
    async create(accountId, campaignIds, origins, expiresInSeconds) {
      const id = randomUUID();
      const expiresAt = new Date((Math.floor(Date.now() / 1_000) + expiresInSeconds) * 1_000);
      const token = await new SignJWT({ campaigns: campaignIds, origins })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: signer.id })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(accountId)
        .setJti(id)
        .setIssuedAt()
        .setExpirationTime(expiresAt)
        .sign(signer.secret);
      if (token.length > LONGEST_TOKEN)
        throw malformed(
          'campaignIds, origins',
          `so much that a token of ${LONGEST_TOKEN} characters holds it`,
        );
      await workWithin(pool, ofAccount(accountId), async (client) => {
        await client.query('delete from embed_token where account_id = $1 and expires_at < now()', [
          accountId,
        ]);
        await client.query('insert into embed_token (account_id, id, expires_at) values ($1, $2, $3)', [
          accountId,
          id,
          expiresAt,
        ]);
      });
      return { id, token, expiresAt };
    },

    async revoke(accountId, tokenId) {
      const { rowCount } = await askWithin(pool, ofAccount(accountId), {
        text: `update embed_token set revoked_at = clock_timestamp()
          where account_id = $1 and id = $2 and revoked_at is null and expires_at > now()`,
        values: [accountId, tokenId],
      });
      return rowCount === 1;
    },

    async read(token) {
      try {
        const { payload, protectedHeader } = await jwtVerify(token, signer.secret, {
          algorithms: [ALGORITHM],
          issuer: ISSUER,
          audience: AUDIENCE,
          typ: TYPE,
          requiredClaims: ['sub', 'jti', 'exp', 'iat'],
        });
        const { sub, jti, exp, campaigns, origins } = payload;
        if (protectedHeader.kid !== signer.id) throw new errors.JWTInvalid('kid');
        if (!sub || !jti || !exp || !isTextList(campaigns) || !isTextList(origins))
          throw new errors.JWTInvalid('claims');
        return {
          tokenId: jti,
          accountId: sub,
          campaignIds: campaigns,
          origins,
          expiresAt: new Date(exp * 1_000),
        };
      } catch (error) {
        if (error instanceof errors.JWTExpired)
          throw new AppError('TOKEN_EXPIRED', 'authorization: expected a token that has not expired', {
            cause: error,
          });
        throw unauthenticated(error);
      }
    },
  };
}
