// The widget's script for any host page, the console's pages, and what the demo adds: files as the widget's build left
// them. Nothing here needs a credential, and nothing here has any data.
import type { ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler, Router } from 'express';
import expressStaticGzip from 'express-static-gzip';
import { serveEmbedPage } from './embed-page.js';

/** What the console may load and do; its pages are ours alone. */
const CONSOLE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** The addresses of `widget/console/pages.ts`: all of them get the one document, which finds its page itself. */
const CONSOLE_PAGES = [
  '/',
  '/campaigns/:id',
  '/exports',
  '/usage',
  '/opt-outs',
  '/settings',
  '/settings/*rest',
  '/sign-in',
];

/** A file under its version never changes. */
const VERSIONED = /[\\/]\d+\.\d+\.\d+[^\\/]*[\\/][^\\/]+$/;

const files = (
  folder: URL,
  setHeaders: (response: ServerResponse, path: string) => void = () => undefined,
): RequestHandler => express.static(fileURLToPath(folder), { index: false, redirect: false, setHeaders });

/** The same, as the `.br` beside it for whoever takes that. */
const compressedFiles = (
  folder: URL,
  setHeaders: (response: ServerResponse, path: string) => void,
): RequestHandler =>
  expressStaticGzip(fileURLToPath(folder), {
    enableBrotli: true,
    orderPreference: ['br'],
    index: false,
    serveStatic: { redirect: false, setHeaders },
  });

/**
 * @param widget - the folder of the widget package, built.
 * @param demo - routes of the demo; left out where there is none.
 */
export function servePages(widget: URL, demo?: RequestHandler): RequestHandler {
  const router = Router();
  // Host pages of any origin load the script as a module, which asks for permission.
  router.use(
    '/widget',
    compressedFiles(new URL('dist/script/', widget), (response, path) => {
      response.setHeader('access-control-allow-origin', '*');
      response.setHeader('cross-origin-resource-policy', 'cross-origin');
      response.setHeader(
        'cache-control',
        VERSIONED.test(path) ? 'public, max-age=31536000, immutable' : 'public, max-age=300',
      );
    }),
  );
  router.use('/embed', serveEmbedPage(new URL('embed/', widget)));

  if (demo)
    router.use(
      demo,
      Router().use('/demo', files(new URL('demo/', widget)), files(new URL('dist/demo/', widget))),
    );

  router.use(
    '/assets',
    compressedFiles(new URL('dist/console/assets/', widget), (response) =>
      response.setHeader('cache-control', 'public, max-age=31536000, immutable'),
    ),
  );
  router.get(CONSOLE_PAGES, (_request, response) => {
    response.setHeader('content-security-policy', CONSOLE_POLICY);
    response.setHeader('cache-control', 'no-cache');
    response.sendFile(fileURLToPath(new URL('dist/console/index.html', widget)));
  });
  router.use((_request, response) => void response.status(404).type('text/plain').send('Not found\n'));
  return router;
}
