// Short-lived links to what a job has made: a signed token in, the job it names out. A link needs no other credential and
// reads one file; it is made with an API key or a session, to which its downloads count
// and with which it ends.
import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose';
import type { Signers } from '../accounts/signers.js';
import type { KeyViewer } from '../accounts/viewer.js';
import { asUnavailable } from '../db/transaction.js';
import { AppError } from '../errors.js';
import type { Job } from './job.js';

const ALGORITHM = 'HS256';
const ISSUER = 'campaign-analytics';
const AUDIENCE = 'campaign-analytics/download';
const TYPE = 'download+jwt';
const LINK_SECONDS = 300;

export interface LinkClaims {
  /** Who made it, and with whom it ends. It may do nothing else. */
  readonly viewer: KeyViewer;
  readonly kind: string;
  readonly jobId: string;
}

/** What the jobs of a kind have made, as files. */
export interface Download {
  readonly kind: string;
  /** Of a job that is DONE: where it lies, and as what it is sent. */
  fileOf(job: Job): {
    readonly folder: string;
    readonly name: string;
    readonly as: string;
    readonly type: string;
  };
}

export interface Links {
  /** A link for some minutes, beginning with `/`: it is on this server. @param fileName - the last part of its path. */
  create(claims: LinkClaims, fileName: string): Promise<{ url: string; expiresAt: Date }>;
  /** What a link's token says. @throws AppError FORBIDDEN for one that nobody made, GONE for one that is over */
  read(token: string): Promise<LinkClaims>;
}

const forbidden = (cause?: unknown): AppError =>
  new AppError('FORBIDDEN', 'token: expected that of a link as it was made', { cause });

export function openLinks(signers: Signers): Links {
  async function secretOf(token: string): Promise<Uint8Array> {
    let kid: unknown;
    try {
      kid = decodeProtectedHeader(token).kid;
    } catch (error) {
      throw forbidden(error);
    }
    const signer =
      typeof kid === 'string'
        ? await signers.find(kid).catch((error: unknown) => {
            throw asUnavailable(error);
          })
        : undefined;
    if (!signer) throw forbidden();
    return signer.secret;
  }

  return {
    async create({ viewer, kind, jobId }, fileName) {
      const signer = await signers.newest();
      const expiresAt = new Date((Math.floor(Date.now() / 1_000) + LINK_SECONDS) * 1_000);
      const token = await new SignJWT({ key: viewer.keyId, session: viewer.session?.id, kind, job: jobId })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: signer.id })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(viewer.accountId)
        .setExpirationTime(expiresAt)
        .sign(signer.secret);
      return { url: `/downloads/${encodeURIComponent(fileName)}?token=${token}`, expiresAt };
    },

    async read(token) {
      const secret = await secretOf(token);
      try {
        const { payload } = await jwtVerify(token, secret, {
          algorithms: [ALGORITHM],
          issuer: ISSUER,
          audience: AUDIENCE,
          typ: TYPE,
          requiredClaims: ['sub', 'exp'],
        });
        const { sub, exp, key, session, kind, job } = payload as Record<string, unknown>;
        const viewer: KeyViewer = {
          kind: 'key',
          accountId: String(sub),
          keyId: typeof key === 'string' ? key : null,
          scopes: new Set(),
          ...(typeof session === 'string' && {
            session: { id: session, expiresAt: new Date(Number(exp) * 1_000) },
          }),
        };
        return { viewer, kind: String(kind), jobId: String(job) };
      } catch (error) {
        if (error instanceof errors.JWTExpired)
          throw new AppError('GONE', 'token: expected that of a link which is not over: ask for another', {
            cause: error,
          });
        throw forbidden(error);
      }
    },
  };
}
