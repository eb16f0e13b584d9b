// An export as the API shows it: the job, in the words of those who asked for it.
import { Field, Float, ID, ObjectType } from 'type-graphql';
import { CampaignAnalytics } from '../counters/analytics.js';
import { type Job, JobState } from '../jobs/job.js';
import { errorOf, JobError, JobProgress, progressOf } from '../jobs/progress.js';
import { DateTime } from '../scalars.js';
import type { ExportResult } from './export-job.js';
import { ExportFormat, ExportKind, type ExportRequest } from './request.js';

@ObjectType()
export class ExportSummary {
  @Field(() => Float)
  rows: number;

  @Field(() => DateTime, { description: 'When the snapshot was taken.' })
  at: Date;

  @Field(() => CampaignAnalytics, {
    nullable: true,
    description:
      'The boxes of the campaign at that very snapshot; null for account-level exports. The rows of MESSAGES and CONVERSATIONS without `from` and `to` add up to them, or the export has failed with INEXACT.',
  })
  analytics: CampaignAnalytics | null;
}

@ObjectType({
  description: 'A file that is written from one snapshot of the database, by a job that survives restarts.',
})
export class Export {
  @Field(() => ID)
  id: string;

  @Field(() => ExportKind)
  kind: ExportKind;

  @Field(() => ID, { nullable: true })
  campaignId: string | null;

  @Field(() => DateTime, { nullable: true })
  from: string | null;

  @Field(() => DateTime, { nullable: true })
  to: string | null;

  @Field(() => ExportFormat)
  format: ExportFormat;

  @Field(() => Boolean)
  isCompressed: boolean;

  @Field(() => JobState)
  state: JobState;

  @Field(() => JobProgress, { description: 'In rows.' })
  progress: JobProgress;

  @Field(() => DateTime)
  createdAt: Date;

  @Field(() => DateTime, { nullable: true })
  finishedAt: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'The file is removed then.' })
  expiresAt: Date | null;

  @Field(() => String)
  fileName: string;

  @Field(() => Float, { nullable: true, description: 'Of the file; null until done.' })
  bytes: number | null;

  @Field(() => JobError, { nullable: true, description: 'Why it failed.' })
  error: JobError | null;

  @Field(() => ExportSummary, { nullable: true, description: 'Null until done.' })
  summary: ExportSummary | null;
}

const EXTENSIONS: Readonly<Record<ExportFormat, string>> = { CSV: 'csv', JSON_LINES: 'jsonl' };
const TYPES: Readonly<Record<ExportFormat, string>> = {
  CSV: 'text/csv; charset=utf-8',
  JSON_LINES: 'application/jsonl',
};

/** A name that every file system takes: kind, campaign and range, and when it was asked for. */
export function fileNameOf({ input, createdAt }: Job): string {
  const { kind, campaignId, from, to, format, isCompressed } = input as ExportRequest;
  const day = (instant: string): string => instant.slice(0, 10);
  const parts = [
    kind.toLowerCase(),
    campaignId,
    from && `from ${day(from)}`,
    to && `to ${day(to)}`,
    createdAt.toISOString().slice(0, 19),
  ];
  const name = parts
    .filter((part) => part !== null)
    .join('-')
    .replace(/[^A-Za-z0-9.-]+/g, '-');
  return `${name}.${EXTENSIONS[format]}${isCompressed ? '.gz' : ''}`;
}

export const typeOf = ({ input }: Job): string => {
  const { format, isCompressed } = input as ExportRequest;
  return isCompressed ? 'application/gzip' : TYPES[format];
};

function summaryOf({ rows, at, analytics }: ExportResult): ExportSummary {
  const boxes =
    analytics &&
    Object.assign(new CampaignAnalytics(), analytics, { updatedAt: new Date(analytics.updatedAt) });
  return { rows, at: new Date(at), analytics: boxes };
}

export function exportOf(job: Job): Export {
  const result = job.result as ExportResult | null;
  return {
    ...(job.input as ExportRequest),
    id: job.id,
    state: job.state,
    progress: progressOf(job),
    createdAt: job.createdAt,
    finishedAt: job.finishedAt,
    expiresAt: job.expiresAt,
    fileName: fileNameOf(job),
    bytes: result?.bytes ?? null,
    error: errorOf(job),
    summary: result && summaryOf(result),
  };
}
