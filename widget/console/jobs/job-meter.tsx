import { ProgressBar } from '../pieces/progress-bar.js';
import type { Job } from './job.js';
import { paceText } from './pace.js';

export interface JobMeterProps {
  readonly job: Job;
  /** What goes on: "Progress of messages.csv". */
  readonly label: string;
  /** What is counted, in the plural. */
  readonly unit: string;
}

/** How far a job is that is not over. It moves many times a second, so a screen reader asks for it and is not told. */
export const JobMeter = ({ job, label, unit }: JobMeterProps) => (
  <ProgressBar label={label} done={job.progress.done} total={job.progress.total}>
    {job.state === 'QUEUED' ? 'Waits for its turn' : paceText(job.progress, unit)}
  </ProgressBar>
);
