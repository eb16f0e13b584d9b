// A list of numbers that was given, as the job keeps it and as the API shows it.
import { createHash, randomUUID } from 'node:crypto';
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { checkId, checkOptionalText, LONGEST_NAME } from '../fields.js';
import { type Job, JobState } from '../jobs/job.js';
import { errorOf, JobError, JobProgress, progressOf } from '../jobs/progress.js';
import { DateTime } from '../scalars.js';

export const OPT_OUT_LIST = 'opt-out-list';

/** The input of the job; the list itself is its payload. */
export interface ListRequest {
  readonly fileName: string;
  /** In which its national numbers are meant, ISO 3166-1 alpha-2. */
  readonly country: string;
  /** Of the list, SHA-256: the same id with another list is a conflict, when the list is gone too. */
  readonly contentHash: string;
}

/** What the job keeps when it is done. */
export interface ListResult {
  readonly recorded: number;
  readonly duplicates: number;
  readonly rejected: number;
}

@InputType()
export class CreateOptOutImportInput {
  @Field(() => ID, {
    nullable: true,
    description: 'The same id with the same list is the same import; left out, one is made.',
  })
  id?: string | null;

  @Field(() => String, { nullable: true, description: 'By which people know it, at most 200 characters.' })
  fileName?: string | null;

  @Field(() => String, {
    description: `The text of a CSV file with a column \`phone\`, in any case; commas, semicolons or tabs are between its columns, and the others
are left aside. Or numbers alone, one or several a line, commas, semicolons or tabs between them.`,
  })
  csv: string;
}

@ObjectType({
  description: 'A list of numbers that are opted out one after the other, by a job that survives restarts.',
})
export class OptOutImport {
  @Field(() => ID)
  id: string;

  @Field(() => String)
  fileName: string;

  @Field(() => JobState)
  state: JobState;

  @Field(() => JobProgress, { description: 'In numbers of the list.' })
  progress: JobProgress;

  @Field(() => DateTime, { description: 'The opt-outs are of this time.' })
  createdAt: Date;

  @Field(() => DateTime, { nullable: true })
  finishedAt: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'The report is removed then, and this with it.' })
  expiresAt: Date | null;

  @Field(() => JobError, {
    nullable: true,
    description: 'Why it failed; a row is counted as a spreadsheet does, the first is 1.',
  })
  error: JobError | null;

  @Field(() => Int, { description: 'Numbers that were opted out; 0 until DONE, as are the other two.' })
  recorded: number;

  @Field(() => Int, {
    description:
      'Numbers that were opted out already, wherever that was, and those that stand in the list again.',
  })
  duplicates: number;

  @Field(() => Int, {
    description:
      'Numbers that are none (BAD_USER_INPUT), and those of contacts who opted in after the list had come (CONFLICT).',
  })
  rejected: number;
}

/** @throws AppError BAD_USER_INPUT naming the field */
export const checkList = (
  { id, fileName, csv }: CreateOptOutImportInput,
  country: string,
): { id: string; request: ListRequest } => ({
  id: id == null ? randomUUID() : checkId('id', id),
  request: {
    fileName: checkOptionalText('fileName', fileName, LONGEST_NAME)?.trim() || 'opt-outs.csv',
    country,
    contentHash: createHash('sha256').update(csv).digest('hex'),
  },
});

export function importOf(job: Job): OptOutImport {
  const { recorded, duplicates, rejected } = (job.result as ListResult | null) ?? {
    recorded: 0,
    duplicates: 0,
    rejected: 0,
  };
  return {
    id: job.id,
    fileName: (job.input as ListRequest).fileName,
    state: job.state,
    progress: progressOf(job),
    createdAt: job.createdAt,
    finishedAt: job.finishedAt,
    expiresAt: job.expiresAt,
    error: errorOf(job),
    recorded,
    duplicates,
    rejected,
  };
}
