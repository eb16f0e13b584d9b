// A page of the account's exports, newest first.
import type { Pool } from 'pg';
import { askWithin, ofAccount } from '../db/scope.js';
import { malformed } from '../fields.js';
import type { Job } from '../jobs/job.js';
import { IS_KEPT, JOB_COLUMNS } from '../jobs/queue.js';
import { isId, readInstant } from '../scalars.js';
import { EXPORT } from './export-job.js';

export interface ExportPage {
  readonly edges: { cursor: string; node: Job }[];
  readonly pageInfo: { hasNextPage: boolean; endCursor: string | null };
  readonly totalCount: number;
}

const MOST_AT_ONCE = 1_000;

const MATCHING = `account_id = $1 and kind = '${EXPORT}' and ${IS_KEPT} and ($2::text is null or input ->> 'campaignId' = $2)`;
const LIST = `
  select ${JOB_COLUMNS} from job
   where ${MATCHING} and ($3::timestamptz is null or (created_at, id) < ($3, $4))
   order by created_at desc, id desc limit $5`;
const COUNT = `select count(*)::int as count from job where ${MATCHING}`;

const writeCursor = ({ createdAt, id }: Job): string =>
  Buffer.from(JSON.stringify([createdAt.toISOString(), id])).toString('base64url');

function readCursor(cursor: string): [createdAt: string, id: string] {
  try {
    const [createdAt, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()).map(String);
    if (isId(id) && readInstant(createdAt)?.toISOString() === createdAt) return [createdAt, id];
  } catch {
    // What cannot be read is no cursor of ours either.
  }
  throw malformed('after', 'an endCursor or cursor of an earlier page');
}

/** @throws AppError BAD_USER_INPUT naming `first` or `after` */
export async function listExports(
  pool: Pool,
  accountId: string,
  first: number,
  after: string | null,
  campaignId: string | null,
): Promise<ExportPage> {
  if (first < 0 || first > MOST_AT_ONCE) throw malformed('first', `0 to ${MOST_AT_ONCE}`);
  const [createdAt, id] = after === null ? [null, null] : readCursor(after);
  const ask = async <Row extends object>(text: string, values: unknown[]): Promise<Row[]> =>
    (await askWithin<Row & Record<string, unknown>>(pool, ofAccount(accountId), { text, values })).rows;
  const found = await ask<Job>(LIST, [accountId, campaignId, createdAt, id, first + 1]);
  const [total] = await ask<{ count: number }>(COUNT, [accountId, campaignId]);
  const edges = found.slice(0, first).map((node) => ({ cursor: writeCursor(node), node }));
  return {
    edges,
    pageInfo: { hasNextPage: found.length > first, endCursor: edges.at(-1)?.cursor ?? null },
    totalCount: total?.count ?? 0,
  };
}
