// What a subscription finds in its context to follow a job; live/job-readers.ts is what stands behind it.
import type { Viewer } from '../accounts/viewer.js';
import type { Job } from './job.js';

export interface JobReaders {
  /**
   * The job as it is now, and again as it moves in whatever process, until it is over.
   *
   * @throws AppError NOT_FOUND where it is out of reach, FORBIDDEN for a key without the scope `scope`
   */
  open(viewer: Viewer, scope: 'READ' | 'RECORD', kind: string, id: string): Promise<AsyncIterable<Job>>;
}

/** Of a subscription with the argument `id`. */
export interface JobReading {
  readonly args: { readonly id?: string };
  readonly context: { readonly viewer: Viewer; readonly jobs: JobReaders };
}
