// Lists of numbers over the API: given, followed, canceled, and their receipts fetched.
import type { Pool } from 'pg';
import { Arg, Ctx, ID, Int, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { readCountry } from '../accounts/switches.js';
import { accountOf, keyOf, type Viewer } from '../accounts/viewer.js';
import { askWithin, ofAccount } from '../db/scope.js';
import { ExportDownload } from '../exports/exports.js';
import { malformed } from '../fields.js';
import type { Job } from '../jobs/job.js';
import type { Links } from '../jobs/links.js';
import { cancelJob, createJob, findJob, IS_KEPT, JOB_COLUMNS, jobNotFound } from '../jobs/queue.js';
import type { JobReading } from '../jobs/readers.js';
import type { Jobs } from '../jobs/runner.js';
import { isId } from '../scalars.js';
import { CreateOptOutImportInput, checkList, importOf, OPT_OUT_LIST, OptOutImport } from './list-import.js';
import { openNumberList } from './number-list.js';
import { receiptNameOf } from './receipt.js';

const MOST_AT_ONCE = 1_000;
const LIST = `
  select ${JOB_COLUMNS} from job where account_id = $1 and kind = '${OPT_OUT_LIST}' and ${IS_KEPT}
   order by created_at desc, id desc limit $2`;

export interface OptOutImportsOptions {
  readonly pool: Pool;
  readonly jobs: Jobs;
  readonly links: Links;
  readonly keptMs: number;
  readonly mostJobs: number;
}

@Resolver()
export class OptOutImports {
  constructor(private readonly options: OptOutImportsOptions) {}

  @Query(() => OptOutImport, {
    nullable: true,
    description:
      "The import, or null where there is none with this id in the caller's reach, or none any more.",
  })
  async optOutImport(
    @Arg('id', () => ID) id: string,
    @Ctx('viewer') viewer: Viewer,
  ): Promise<OptOutImport | null> {
    const job = await this.find(accountOf(viewer, 'READ'), id);
    return job ? importOf(job) : null;
  }

  @Query(() => [OptOutImport], { description: "The account's lists of numbers, newest first." })
  async optOutImports(
    @Arg('first', () => Int, { nullable: true, defaultValue: 20, description: 'At most 1,000.' })
    first: number | null,
    @Ctx('viewer') viewer: Viewer,
  ): Promise<OptOutImport[]> {
    const accountId = accountOf(viewer, 'READ');
    const most = first ?? 20;
    if (most < 0 || most > MOST_AT_ONCE) throw malformed('first', `0 to ${MOST_AT_ONCE}`);
    const statement = { text: LIST, values: [accountId, most] };
    const { rows } = await askWithin<Job & Record<string, unknown>>(
      this.options.pool,
      ofAccount(accountId),
      statement,
    );
    return rows.map(importOf);
  }

  @Mutation(() => OptOutImport, {
    description: `Opts out all numbers of a list, as addOptOuts does, by a job: follow it with optOutImportProgress. As large as the body of a
request may be. A list with a fault in it, such as a quote that is never closed, is refused as a whole.`,
  })
  async createOptOutImport(
    @Arg('input', () => CreateOptOutImportInput) input: CreateOptOutImportInput,
    @Ctx('viewer') viewer: Viewer,
  ): Promise<OptOutImport> {
    const accountId = accountOf(viewer, 'RECORD');
    const { pool, jobs, mostJobs } = this.options;
    const country = await readCountry(pool, accountId);
    const { id, request } = checkList(input, country);
    openNumberList(input.csv, country);
    const list = { id, kind: OPT_OUT_LIST, input: request, payload: input.csv };
    const job = await createJob(pool, accountId, list, mostJobs);
    jobs.wake();
    return importOf(job);
  }

  @Mutation(() => OptOutImport, {
    description:
      'Ends an import that is not over; what it has opted out by then stays so. One that is over stays as it is.',
  })
  async cancelOptOutImport(
    @Arg('id', () => ID) id: string,
    @Ctx('viewer') viewer: Viewer,
  ): Promise<OptOutImport> {
    const accountId = accountOf(viewer, 'RECORD');
    if (!isId(id)) throw jobNotFound('id');
    const { pool, jobs, keptMs } = this.options;
    const job = await cancelJob(pool, accountId, OPT_OUT_LIST, id, keptMs);
    jobs.dismiss(accountId, id);
    return importOf(job);
  }

  @Mutation(() => ExportDownload, {
    description: `A link to the report of an import that is DONE: a CSV file with a row for each number of the list, in its order. \`row\` is where it
stands in the list, as a spreadsheet counts; \`phone\` is as it was written; \`outcome\` is recorded, duplicate or rejected; \`code\` and
\`message\` say why. Cells that a spreadsheet would run are escaped with an apostrophe, which is read back.`,
  })
  async createOptOutReportDownload(
    @Arg('id', () => ID) id: string,
    @Ctx('viewer') viewer: Viewer,
  ): Promise<ExportDownload> {
    const maker = keyOf(viewer, 'READ');
    const job = await this.find(maker.accountId, id);
    if (!job) throw jobNotFound('id');
    if (job.state !== 'DONE') throw malformed('id', 'an import that is DONE');
    return this.options.links.create({ viewer: maker, kind: OPT_OUT_LIST, jobId: id }, receiptNameOf(job));
  }

  @Subscription(() => OptOutImport, {
    subscribe: ({ args, context }: JobReading) =>
      context.jobs.open(context.viewer, 'READ', OPT_OUT_LIST, args.id ?? ''),
    description: 'The import as it is now, and again as it moves, until it is over.',
  })
  optOutImportProgress(@Root() job: Job, @Arg('id', () => ID) _id: string): OptOutImport {
    return importOf(job);
  }

  private async find(accountId: string, id: string): Promise<Job | undefined> {
    return isId(id) ? findJob(this.options.pool, accountId, OPT_OUT_LIST, id) : undefined;
  }
}
