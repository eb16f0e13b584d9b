// What supervisors and load balancers ask over HTTP. /healthz: the process answers, while it shuts down as well, so that
// nobody ends it before it has finished. /readyz: requests should come here.
import { type RequestHandler, Router } from 'express';
import type { Readiness } from './readiness.js';

/** JSON with a line for each finding. */
export function serveHealth(readiness: Readiness): RequestHandler {
  const router = Router();
  router.use(['/healthz', '/readyz'], (_request, response, next) => {
    response.setHeader('cache-control', 'no-store');
    next();
  });
  router.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  router.get('/readyz', async (_request, response) => {
    const findings = await readiness.look();
    const isReady = findings.every(({ isOk }) => isOk);
    const lines = findings.map((each) => `    ${JSON.stringify(each)}`).join(',\n');
    response
      .status(isReady ? 200 : 503)
      .type('application/json')
      .send(`{\n  "isReady": ${isReady},\n  "findings": [\n${lines}\n  ]\n}\n`);
  });
  return router;
}
