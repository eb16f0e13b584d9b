// A job of kind `export`: one snapshot of the database in, one file out, whose rows were counted on their way into it.
import { PassThrough, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Pool } from 'pg';
import type { CampaignAnalytics } from '../counters/analytics.js';
import { ofAccount } from '../db/scope.js';
import { readSnapshot, type Snapshot } from '../db/snapshot.js';
import { campaignNotFound } from '../errors.js';
import type { JobKind } from '../jobs/kind.js';
import type { Claimed } from '../jobs/lease.js';
import { copyStatement, countStatement } from './columns.js';
import type { ExportFolder } from './folder.js';
import type { ExportRequest } from './request.js';
import { csvRows, jsonRows, type OnRow } from './rows.js';
import { expectedOf, openTally, refuseDifference } from './tally.js';

export const EXPORT = 'export';

/** What the job keeps when it is done. */
export interface ExportResult {
  readonly rows: number;
  readonly bytes: number;
  /** When the snapshot was taken, ISO 8601. */
  readonly at: string;
  /** The campaign's boxes at the snapshot. */
  readonly analytics: CampaignAnalytics | null;
}

const BOXES = `
  select account_id as "accountId", campaign_id as "campaignId", status, initials_sent as "initialsSent", conversations, segments,
         replies, senders, auto_opt_outs as "autoOptOuts", manual_opt_outs as "manualOptOuts", revision, updated_at as "updatedAt"
    from campaign_analytics where account_id = $1 and campaign_id = $2`;
/** Of gzip's levels the one that takes a third of the default's time for a file that is hardly larger. */
const LEVEL = 3;

/** The numbers of the request's campaign, undefined for the whole account. @throws AppError NOT_FOUND */
async function readBoxes(
  snapshot: Snapshot,
  accountId: string,
  { campaignId }: ExportRequest,
): Promise<CampaignAnalytics | undefined> {
  if (campaignId === null) return undefined;
  const [boxes] = await snapshot.query<CampaignAnalytics & Record<string, unknown>>(BOXES, [
    accountId,
    campaignId,
  ]);
  if (!boxes) throw campaignNotFound('campaignId');
  return boxes;
}

async function copyRows(
  snapshot: Snapshot,
  statement: string,
  { format, isCompressed }: ExportRequest,
  to: Writable,
  onRow: OnRow,
  signal: AbortSignal,
): Promise<void> {
  const rowsOf = format === 'CSV' ? csvRows : jsonRows;
  const through = isCompressed ? createGzip({ level: LEVEL }) : new PassThrough();
  await pipeline(
    snapshot.copy(statement),
    (source: AsyncIterable<Buffer>) => rowsOf(source, onRow),
    through,
    to,
    { signal },
  );
}

/** The job's kind for the runner. */
export function makeExportKind(pool: Pool, folder: ExportFolder): JobKind {
  async function write(
    job: Claimed,
    to: Writable,
    signal: AbortSignal,
    progress: (rows: number, total: number) => void,
  ) {
    const request = job.input as ExportRequest;
    const { accountId } = job;
    const tally = openTally(request.kind, request.format);
    const isWhole = request.from === null && request.to === null;
    return readSnapshot(pool, ofAccount(accountId), signal, async (snapshot) => {
      const [now] = await snapshot.query<{ at: Date }>('select clock_timestamp() as at');
      const at = (now?.at ?? new Date()).toISOString();
      const boxes = await readBoxes(snapshot, accountId, request);
      const [count] = await snapshot.query<{ rows: number }>(countStatement(accountId, request));
      const total = count?.rows ?? 0;
      progress(0, total);
      const onRow: OnRow = (bytes, start, end) => {
        tally.onRow(bytes, start, end);
        progress(tally.sums.rows as number, total);
      };
      await copyRows(snapshot, copyStatement(accountId, request), request, to, onRow, signal);
      const expected = boxes && isWhole ? await expectedOf(snapshot, request, boxes) : undefined;
      refuseDifference(tally.sums, { ...expected, rows: expected?.rows ?? total });
      return { rows: total, at, analytics: boxes ?? null };
    });
  }

  return {
    kind: EXPORT,
    async run(job, { signal, progress }): Promise<ExportResult> {
      let summary: Omit<ExportResult, 'bytes'> | undefined;
      const bytes = await folder.write(job, async (to) => {
        summary = await write(job, to, signal, progress);
      });
      return { ...(summary as Omit<ExportResult, 'bytes'>), bytes };
    },
    remove: (job) => folder.remove(job),
  };
}
