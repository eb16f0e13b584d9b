// Embed tokens: signed JWTs that read the analytics of some campaigns for a while.
import { randomUUID } from 'node:crypto';
import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose';
import type { Pool } from 'pg';
import { ofAccount, workWithin } from '../db/scope.js';
import { asUnavailable } from '../db/transaction.js';
import { AppError } from '../errors.js';
import { malformed } from '../fields.js';
import type { Signer, Signers } from './signers.js';

const ALGORITHM = 'HS256';
const ISSUER = 'campaign-analytics';
const AUDIENCE = 'campaign-analytics/embed';
const TYPE = 'embed+jwt';
/** What fits into a request's headers with room to spare. */
export const LONGEST_TOKEN = 8_192;
/** No token lives longer. */
export const LONGEST_SECONDS = 86_400;

export interface TokenClaims {
  readonly tokenId: string;
  readonly accountId: string;
  readonly campaignIds: readonly string[];
  /** Empty: any. */
  readonly origins: readonly string[];
  readonly expiresAt: Date;
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

const unauthenticated = (cause: unknown): AppError =>
  new AppError('UNAUTHENTICATED', 'authorization: expected "Bearer " and an API key or embed token', {
    cause,
  });

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isTextList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

export function openTokens(pool: Pool, signers: Signers): Tokens {
  /** The key that a token names; whether it really signed it is still to be seen. */
  async function signerOf(token: string): Promise<Signer | undefined> {
    let kid: unknown;
    try {
      kid = decodeProtectedHeader(token).kid;
    } catch (error) {
      throw unauthenticated(error);
    }
    if (typeof kid !== 'string') return undefined;
    // A database that is away says nothing about the token.
    return signers.find(kid).catch((error: unknown) => {
      throw asUnavailable(error);
    });
  }

  return {
    async create(accountId, campaignIds, origins, expiresInSeconds) {
      const id = randomUUID();
      const signer = await signers.newest();
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
      return workWithin(pool, ofAccount(accountId), async (client) => {
        const { rowCount } = await client.query(
          `update embed_token set revoked_at = clock_timestamp()
            where account_id = $1 and id = $2 and revoked_at is null and expires_at > now()`,
          [accountId, tokenId],
        );
        return rowCount === 1;
      });
    },

    async read(token) {
      const signer = await signerOf(token);
      if (!signer) throw unauthenticated(new errors.JWTInvalid('kid'));
      try {
        const { payload } = await jwtVerify(token, signer.secret, {
          algorithms: [ALGORITHM],
          issuer: ISSUER,
          audience: AUDIENCE,
          typ: TYPE,
          requiredClaims: ['sub', 'jti', 'exp', 'iat'],
        });
        const { sub, jti, iat, exp, campaigns, origins } = payload;
        if (!isText(sub) || !isText(jti) || !isTextList(campaigns) || !isTextList(origins))
          throw new errors.JWTInvalid('claims');
        if (!exp || !iat || exp - iat > LONGEST_SECONDS) throw new errors.JWTInvalid('exp');
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
