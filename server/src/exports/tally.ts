// The rows of a file in, as they stand in it, what they add up to out; and what they have to add up to at their snapshot, by
// the campaign's boxes. A file whose rows say something else is none.
import type { CampaignAnalytics } from '../counters/analytics.js';
import type { Snapshot } from '../db/snapshot.js';
import { AppError } from '../errors.js';
import type { ExportFormat, ExportKind, ExportRequest } from './request.js';
import type { OnRow } from './rows.js';

type Sums = Record<string, number>;
/** The first cells of a row, as many as it asks for. */
type Cells = readonly string[];

interface Counting {
  /** So many cells from the left are looked at. */
  readonly names: readonly string[];
  readonly add: (sums: Sums, cells: Cells) => void;
  readonly sums: Sums;
}

const COUNTINGS: Readonly<Record<ExportKind, () => Counting>> = {
  MESSAGES: () => ({
    names: ['at', 'direction', 'type', 'segments', 'status'],
    sums: { rows: 0, sent: 0, received: 0, segments: 0 },
    add(sums, [, direction, type, segments, status]) {
      sums.rows!++;
      if (direction === 'INBOUND') sums.received!++;
      else if (status !== 'FAILED') {
        sums.sent!++;
        if (type === 'SMS') sums.segments! += Number(segments);
      }
    },
  }),
  CONVERSATIONS: () => ({
    names: ['contact', 'outgoingMessages', 'incomingMessages', 'segments', 'hasReplied', 'optOutSource'],
    sums: { rows: 0, initialsSent: 0, segments: 0, replies: 0, autoOptOuts: 0, manualOptOuts: 0 },
    add(sums, [, outgoing, , segments, hasReplied, source]) {
      sums.rows!++;
      sums.segments! += Number(segments);
      if (Number(outgoing) > 0) sums.initialsSent!++;
      if (hasReplied === 'true') sums.replies!++;
      if (source === 'AUTO') sums.autoOptOuts!++;
      if (source === 'MANUAL') sums.manualOptOuts!++;
    },
  }),
  SENDERS: () => ({
    names: [],
    sums: { rows: 0 },
    add: (sums) => void sums.rows!++,
  }),
  USAGE: () => ({ names: [], sums: { rows: 0 }, add: (sums) => void sums.rows!++ }),
  OPT_OUTS: () => ({ names: [], sums: { rows: 0 }, add: (sums) => void sums.rows!++ }),
};

const COMMA = 44;

function cellsOf(bytes: Buffer, start: number, end: number, count: number): string[] {
  const cells: string[] = [];
  for (let from = start; cells.length < count; ) {
    const comma = bytes.indexOf(COMMA, from);
    const to = comma === -1 || comma > end ? end : comma;
    cells.push(bytes.toString('latin1', from, to));
    from = to + 1;
  }
  return cells;
}

export interface Tally {
  readonly onRow: OnRow;
  readonly sums: Readonly<Sums>;
}

export function openTally(kind: ExportKind, format: ExportFormat): Tally {
  const { names, sums, add } = COUNTINGS[kind]();
  const onRow: OnRow =
    format === 'CSV'
      ? (bytes, start, end) => add(sums, cellsOf(bytes, start, end, names.length))
      : (bytes, start, end) => {
          const row = JSON.parse(bytes.toString('utf8', start, end));
          add(
            sums,
            names.map((name) => String(row[name])),
          );
        };
  return { onRow, sums };
}

const MESSAGE_COUNTS = `
  select coalesce(sum(message_count), 0)::float8 as rows, coalesce(sum(sent_count), 0)::float8 as sent,
         coalesce(sum(received_count), 0)::float8 as received
    from conversation where account_id = $1 and campaign_id = $2`;

/** What the whole file of a campaign has to add up to. */
export async function expectedOf(
  snapshot: Snapshot,
  { kind }: Pick<ExportRequest, 'kind'>,
  { accountId, campaignId, ...boxes }: CampaignAnalytics,
): Promise<Sums | undefined> {
  if (kind === 'CONVERSATIONS') {
    const { initialsSent, segments, replies, autoOptOuts, manualOptOuts } = boxes;
    return { rows: boxes.conversations, initialsSent, segments, replies, autoOptOuts, manualOptOuts };
  }
  if (kind !== 'MESSAGES') return undefined;
  const [counts] = await snapshot.query<Sums>(MESSAGE_COUNTS, [accountId, campaignId]);
  return { ...counts, segments: boxes.segments };
}

/** @throws AppError INEXACT naming what differs, and no value */
export function refuseDifference(sums: Sums, expected: Sums): void {
  const differing = Object.keys(expected).filter((name) => sums[name] !== expected[name]);
  if (differing.length > 0)
    throw new AppError(
      'INEXACT',
      `Expected rows that add up to the boxes of the same instant, got others in ${differing.join(', ')}: npm run recount`,
    );
}
