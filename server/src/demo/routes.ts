// What the demo's foreign page gets: a token of the live campaign. Given only to a page of this very server on a loopback name:
// another site's page, or a name that was pointed here, gets nothing.
import { type RequestHandler, Router } from 'express';
import { isLoopback } from '../config.js';
import type { DemoClient } from './client.js';
import { CREATE_TOKEN } from './operations.js';

/** Whether a request says that it came to this machine by a name of its own. */
export const isLoopbackName = (hostname: string): boolean => isLoopback(hostname.replace(/^\[|\]$/g, ''));

const isOurPage: RequestHandler = (request, response, next) => {
  const site = request.headers['sec-fetch-site'] ?? 'none';
  if (isLoopbackName(request.hostname) && (site === 'same-origin' || site === 'none')) next();
  else response.status(404).end();
};

/** @param shownId - the campaign that is live now; '' before there is one. */
export function routesOf(client: DemoClient, shownId: () => string): RequestHandler {
  const router = Router();
  router.get('/demo/embed.json', isOurPage, async (_request, response) => {
    response.setHeader('cache-control', 'no-store');
    const campaignId = shownId();
    if (!campaignId) return void response.status(503).setHeader('retry-after', '1').end();
    const { createEmbedToken } = await client.ask<{ createEmbedToken: { token: string } }>(CREATE_TOKEN, {
      input: { campaignIds: [campaignId], expiresInSeconds: 86_400 },
    });
    response.json({ campaignId, token: createEmbedToken.token });
  });
  return router;
}
