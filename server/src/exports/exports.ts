// Exports over the API: asked for, followed, canceled, fetched.
import type { Pool } from 'pg';
import {
  Arg,
  Ctx,
  Field,
  ID,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { accountOf, keyOf, type Viewer } from '../accounts/viewer.js';
import { PageInfo } from '../campaigns/queries.js';
import { askWithin, ofAccount } from '../db/scope.js';
import { AppError, campaignNotFound } from '../errors.js';
import type { Job } from '../jobs/job.js';
import type { Links } from '../jobs/links.js';
import { cancelJob, createJob, findJob, jobNotFound } from '../jobs/queue.js';
import type { JobReading } from '../jobs/readers.js';
import type { Jobs } from '../jobs/runner.js';
import { DateTime, isId } from '../scalars.js';
import { Export, exportOf, fileNameOf } from './export.js';
import { EXPORT } from './export-job.js';
import { listExports } from './listing.js';
import { CreateExportInput, checkRequest } from './request.js';

@ObjectType()
class ExportEdge {
  @Field(() => String)
  cursor: string;

  @Field(() => Export)
  node: Export;
}

@ObjectType()
class ExportConnection {
  @Field(() => [ExportEdge])
  edges: ExportEdge[];

  @Field(() => PageInfo)
  pageInfo: PageInfo;

  @Field(() => Int)
  totalCount: number;
}

@ObjectType({ description: 'A link that is a credential itself, for one file and a few minutes.' })
export class ExportDownload {
  @Field(() => String, { description: 'A path on this server, to be fetched with GET; ranges are served.' })
  url: string;

  @Field(() => DateTime)
  expiresAt: Date;
}

export interface ExportsOptions {
  readonly pool: Pool;
  readonly jobs: Jobs;
  readonly links: Links;
  readonly keptMs: number;
  readonly mostJobs: number;
}

const THERE = 'select from campaign where account_id = $1 and id = $2';
const hasCampaign = async (pool: Pool, accountId: string, id: string): Promise<boolean> =>
  (await askWithin(pool, ofAccount(accountId), { text: THERE, values: [accountId, id] })).rowCount === 1;

@Resolver()
export class Exports {
  constructor(private readonly options: ExportsOptions) {}

  @Query(() => Export, {
    nullable: true,
    description:
      "The export, or null where there is none with this id in the caller's reach, or none any more.",
  })
  async export(@Arg('id', () => ID) id: string, @Ctx('viewer') viewer: Viewer): Promise<Export | null> {
    const accountId = accountOf(viewer, 'READ');
    const job = isId(id) ? await findJob(this.options.pool, accountId, EXPORT, id) : undefined;
    return job ? exportOf(job) : null;
  }

  @Query(() => ExportConnection, { description: "The account's exports, newest first." })
  async exports(
    @Arg('first', () => Int, { nullable: true, defaultValue: 50, description: 'At most 1,000.' })
    first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Arg('campaignId', () => ID, { nullable: true }) campaignId: string | null,
    @Ctx('viewer') viewer: Viewer,
  ): Promise<ExportConnection> {
    const accountId = accountOf(viewer, 'READ');
    const inReach = campaignId != null && !isId(campaignId) ? '' : (campaignId ?? null);
    const page = await listExports(this.options.pool, accountId, first ?? 50, after ?? null, inReach);
    return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: exportOf(node) })) };
  }

  @Mutation(() => Export, {
    description:
      'Asks for a file with every message, conversation, sender or opt-out that counts, of a campaign or of the account. It is written by a job: follow it with exportProgress.',
  })
  async createExport(
    @Arg('input', () => CreateExportInput) input: CreateExportInput,
    @Ctx('viewer') viewer: Viewer,
  ): Promise<Export> {
    const accountId = accountOf(viewer, 'READ');
    const { id, request } = checkRequest(input);
    const { pool, jobs, mostJobs } = this.options;
    if (request.campaignId !== null && !(await hasCampaign(pool, accountId, request.campaignId)))
      throw campaignNotFound('campaignId');
    const job = await createJob(pool, accountId, { id, kind: EXPORT, input: request }, mostJobs);
    jobs.wake();
    return exportOf(job);
  }

  @Mutation(() => Export, {
    description: 'Ends an export that is not over; one that is over stays as it is.',
  })
  async cancelExport(@Arg('id', () => ID) id: string, @Ctx('viewer') viewer: Viewer): Promise<Export> {
    const accountId = accountOf(viewer, 'READ');
    if (!isId(id)) throw jobNotFound('id');
    const { pool, jobs, keptMs } = this.options;
    const job = await cancelJob(pool, accountId, EXPORT, id, keptMs);
    jobs.dismiss(accountId, id);
    return exportOf(job);
  }

  @Mutation(() => ExportDownload, { description: 'A link to the file of an export that is DONE.' })
  async createExportDownload(
    @Arg('id', () => ID) id: string,
    @Ctx('viewer') viewer: Viewer,
  ): Promise<ExportDownload> {
    const maker = keyOf(viewer, 'READ');
    const job = isId(id) ? await findJob(this.options.pool, maker.accountId, EXPORT, id) : undefined;
    if (!job) throw jobNotFound('id');
    if (job.state !== 'DONE') throw new AppError('BAD_USER_INPUT', 'id: expected an export that is DONE');
    return this.options.links.create({ viewer: maker, kind: EXPORT, jobId: id }, fileNameOf(job));
  }

  @Subscription(() => Export, {
    subscribe: ({ args, context }: JobReading) =>
      context.jobs.open(context.viewer, 'READ', EXPORT, args.id ?? ''),
    description: 'The export as it is now, and again as it moves, until it is over.',
  })
  exportProgress(@Root() job: Job, @Arg('id', () => ID) _id: string): Export {
    return exportOf(job);
  }
}
