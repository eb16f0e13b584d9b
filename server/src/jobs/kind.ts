// What a station says of its kind of job, and what it is given to do it:
//
//   { kind: 'export', run(job, { signal, progress }) -> result, remove?(job) }
//
// Promises: a job that was taken in is done once it can be, whatever ends the processes that work on it; an attempt that was
// interrupted has no effect, and the next begins from scratch. So `run` may run again after any part of it, in another
// process, and whatever it leaves outside of the database has `job.attempt` in its name.
import type { Job } from './job.js';
import type { Claimed } from './lease.js';

export interface Work {
  /** Aborted when the job is not to go on here: stop soon, and let `run` reject. */
  readonly signal: AbortSignal;
  /** Tells how far it is; call it as often as you like. @param total - null while it is not known. */
  progress(done: number, total: number | null): void;
}

export interface JobKind {
  readonly kind: string;
  /**
   * Does the work and settles with its result, an object that JSON can hold. An AppError fails the job with its code and
   * message, any other error with INTERNAL; UNAVAILABLE, or the loss of the database, begins it again.
   */
  run(job: Claimed, work: Work): Promise<object>;
  /** Removes what this attempt of the job left outside of the database, as far as it is there. */
  remove?(job: Job): Promise<void>;
}
