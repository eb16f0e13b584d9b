// The page that hosts put into an iframe, at /embed/campaigns/:id?token=...: files of the widget package, and the headers
// that say what it may do and who may frame it. The token is looked at for that alone; the socket is what checks it.
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler, Router } from 'express';
import { isOrigin } from '../fields.js';

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/** Origins that a token lists, unverified; with a forged list a page is framed elsewhere, and shows nothing there. */
function originsOf(token: unknown): readonly string[] {
  try {
    const [, payload = ''] = String(token).split('.');
    const { origins } = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return Array.isArray(origins) ? origins.filter(isOrigin) : [];
  } catch {
    return [];
  }
}

/**
 * A token with origins is framed by these alone. As the page's socket comes from this server's own origin, that one has to be
 * among them.
 *
 * @param folder - `embed/` of the widget package.
 */
export function serveEmbedPage(folder: URL): RequestHandler {
  const router = Router();
  router.get('/campaigns/:id', (request, response) => {
    const ancestors = originsOf(request.query.token);
    response.setHeader(
      'content-security-policy',
      `${POLICY}; frame-ancestors ${ancestors.length > 0 ? ancestors.join(' ') : '*'}`,
    );
    // Its older word for the same knows no list.
    response.removeHeader('x-frame-options');
    response.setHeader('cache-control', 'no-store');
    response.setHeader('cross-origin-resource-policy', 'cross-origin');
    response.sendFile(fileURLToPath(new URL('page.html', folder)), { cacheControl: false });
  });
  router.use(express.static(fileURLToPath(folder), { index: false, redirect: false, maxAge: '5m' }));
  return router;
}
