// What the demo's visitor gets without signing in: the console's credential, and a token for the foreign page. Given only to
// a page of this very server on a loopback name: another site's page, or a name that was pointed here, gets nothing.
import { type RequestHandler, Router } from 'express';
import { isLoopback } from '../config.js';
import type { DemoClient } from './client.js';
import { CREATE_TOKEN } from './operations.js';

const isOurPage: RequestHandler = (request, response, next) => {
  const site = request.headers['sec-fetch-site'] ?? 'none';
  if (isLoopback(request.hostname.replace(/^\[|\]$/g, '')) && (site === 'same-origin' || site === 'none'))
    next();
  else response.status(404).end();
};

/** @param shownId - the campaign that is live now; '' before there is one. */
export function routesOf(key: string, client: DemoClient, shownId: () => string): RequestHandler {
  const router = Router();
  router.use(['/console/session', '/demo/embed.json'], isOurPage, (_request, response, next) => {
    response.setHeader('cache-control', 'no-store');
    next();
  });
  router.get('/console/session', (_request, response) => void response.json({ authorization: key }));
  router.get('/demo/embed.json', async (_request, response) => {
    const campaignId = shownId();
    if (!campaignId) return void response.status(503).setHeader('retry-after', '1').end();
    const { createEmbedToken } = await client.ask<{ createEmbedToken: { token: string } }>(CREATE_TOKEN, {
      input: { campaignIds: [campaignId], expiresInSeconds: 86_400 },
    });
    response.json({ campaignId, token: createEmbedToken.token });
  });
  return router;
}
