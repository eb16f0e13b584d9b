// Links to files in, files out: GET /downloads/<file name>?token=... and nothing else. The token is the credential.
import { type RequestHandler, Router } from 'express';
import type { Pool } from 'pg';
import type { Access } from '../accounts/access.js';
import { AppError } from '../errors.js';
import type { Download, Links } from '../jobs/links.js';
import { findJob } from '../jobs/queue.js';
import type { Admission } from './admission.js';

export interface DownloadsOptions {
  readonly pool: Pool;
  readonly links: Links;
  readonly access: Access;
  readonly admission: Admission;
  readonly downloads: readonly Download[];
}

const gone = (): AppError => new AppError('GONE', 'Expected a file that is still kept: make it again');

export function serveDownloads({
  pool,
  links,
  access,
  admission,
  downloads,
}: DownloadsOptions): RequestHandler {
  const router = Router();
  router.get('/:fileName', async (request, response, next) => {
    const { token } = request.query;
    const { viewer, kind, jobId } = await links.read(typeof token === 'string' ? token : '');
    await admission.admitRequest(viewer);
    if (await access.isRevoked(viewer))
      throw new AppError('TOKEN_REVOKED', 'token: expected that of a link whose key or session goes on');
    const job = await findJob(pool, viewer.accountId, kind, jobId);
    const download = downloads.find((each) => each.kind === kind);
    if (job?.state !== 'DONE' || !download) throw gone();
    const { folder, name, as, type } = download.fileOf(job);
    response.attachment(as);
    response.type(type);
    response.setHeader('cache-control', 'no-store');
    response.setHeader('content-security-policy', "default-src 'none'; sandbox");
    response.setHeader('referrer-policy', 'no-referrer');
    // Its name changes with every attempt, so a part that is fetched later belongs to the same file.
    response.setHeader('etag', `"${name}"`);
    response.sendFile(name, { root: folder, cacheControl: false, lastModified: false }, (error) => {
      if (!error || response.headersSent) return;
      for (const header of ['content-disposition', 'etag']) response.removeHeader(header);
      const { code, status } = error as NodeJS.ErrnoException & { status?: number };
      // It has said in the headers how long the file is.
      if (status === 416) response.status(status).end();
      else next(code === 'ENOENT' ? gone() : error);
    });
  });
  router.all(
    '/:fileName',
    (_request, response) => void response.status(405).setHeader('allow', 'GET, HEAD').end(),
  );
  return router;
}
