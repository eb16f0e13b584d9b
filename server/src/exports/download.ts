// The file of an export that is done, for whoever holds a link to it.
import type { Job } from '../jobs/job.js';
import type { Download } from '../jobs/links.js';
import { fileNameOf, typeOf } from './export.js';
import { EXPORT } from './export-job.js';
import type { ExportFolder } from './folder.js';

export const exportDownload = (folder: ExportFolder): Download => ({
  kind: EXPORT,
  fileOf: (job: Job) => ({
    folder: folder.path,
    name: folder.nameOf(job),
    as: fileNameOf(job),
    type: typeOf(job),
  }),
});
