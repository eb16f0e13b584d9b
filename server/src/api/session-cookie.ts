// The cookie that keeps a session of the console: for this host alone, for pages of this site alone, and out of reach of
// scripts. Over TLS its name has the prefix that lets nobody else of the site set it.
import type { IncomingMessage } from 'node:http';
import type { CookieOptions, Response } from 'express';
import { isSessionSecret } from '../accounts/sessions.js';
import { isSecure } from './address.js';

const NAME = 'campaign-analytics';

const nameOn = (isTls: boolean): string => (isTls ? `__Host-${NAME}` : NAME);
const optionsOn = (isTls: boolean): CookieOptions => ({
  httpOnly: true,
  sameSite: 'strict',
  secure: isTls,
  path: '/',
});

/** The secret that the request brings along, whoever asks; undefined where there is none that could be one. */
export function secretIn(request: IncomingMessage, proxyHops: number): string | undefined {
  const name = nameOn(isSecure(request, proxyHops));
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key, value = ''] = pair.trim().split('=');
    if (key === name) return isSessionSecret(value) ? value : undefined;
  }
  return undefined;
}

/** Has the browser keep the secret for so long. */
export function keepSecret(response: Response, proxyHops: number, secret: string, lifeMs: number): void {
  const isTls = isSecure(response.req, proxyHops);
  response.cookie(nameOn(isTls), secret, { ...optionsOn(isTls), maxAge: lifeMs });
}

export function forgetSecret(response: Response, proxyHops: number): void {
  const isTls = isSecure(response.req, proxyHops);
  response.clearCookie(nameOn(isTls), optionsOn(isTls));
}
