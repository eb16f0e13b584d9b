// The rows of a file in, as they stand in it, what they add up to out; and what they have to add up to at their snapshot, by
// the campaign's boxes. A file whose rows say something else is none.
import type { CampaignAnalytics } from '../counters/analytics.js';
import type { Snapshot } from '../db/snapshot.js';
import { AppError } from '../errors.js';
import type { ExportFormat, ExportKind, ExportRequest } from './request.js';
import type { OnRow } from './rows.js';

type Sums = Record<string, number>;

/** The first cells of a row. */
interface Cells {
  text(index: number): string;
  /** What the cell begins with: a whole row of texts would take longer than all the rest of it. */
  initial(index: number): string;
}

interface Counting {
  /** So many cells from the left are looked at. */
  readonly names: readonly string[];
  readonly add: (sums: Sums, cells: Cells) => void;
  readonly sums: Sums;
}

const countRows = (): Counting => ({ names: [], sums: { rows: 0 }, add: (sums) => void sums.rows!++ });

const COUNTINGS: Readonly<Record<ExportKind, () => Counting>> = {
  MESSAGES: () => ({
    names: ['at', 'direction', 'type', 'segments', 'status'],
    sums: { rows: 0, sent: 0, received: 0, segments: 0 },
    add(sums, cells) {
      sums.rows!++;
      if (cells.initial(1) === 'I') sums.received!++;
      else if (cells.initial(4) !== 'F') {
        sums.sent!++;
        if (cells.initial(2) === 'S') sums.segments! += Number(cells.text(3));
      }
    },
  }),
  CONVERSATIONS: () => ({
    names: ['contact', 'outgoingMessages', 'incomingMessages', 'segments', 'hasReplied', 'optOutSource'],
    sums: { rows: 0, initialsSent: 0, segments: 0, replies: 0, autoOptOuts: 0, manualOptOuts: 0 },
    add(sums, cells) {
      sums.rows!++;
      sums.segments! += Number(cells.text(3));
      if (cells.initial(1) !== '0') sums.initialsSent!++;
      if (cells.initial(4) === 't') sums.replies!++;
      if (cells.initial(5) === 'A') sums.autoOptOuts!++;
      if (cells.initial(5) === 'M') sums.manualOptOuts!++;
    },
  }),
  SENDERS: countRows,
  USAGE: countRows,
  OPT_OUTS: countRows,
};

const COMMA = 44;
/** A character of ASCII as a text, without making one. */
const CHARACTERS = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));

export interface Tally {
  readonly onRow: OnRow;
  readonly sums: Readonly<Sums>;
}

function tallyCsv({ names, sums, add }: Counting): OnRow {
  const starts = new Array<number>(names.length + 1).fill(0);
  let bytes: Buffer;
  const cells: Cells = {
    text: (index) => bytes.toString('latin1', starts[index], (starts[index + 1] as number) - 1),
    initial: (index) => CHARACTERS[bytes[starts[index] as number] as number] ?? '',
  };
  return (row, start, end) => {
    bytes = row;
    starts[0] = start;
    let at = start;
    for (let index = 1; index < starts.length; index++) {
      while (at < end && row[at] !== COMMA) at++;
      starts[index] = ++at;
    }
    add(sums, cells);
  };
}

function tallyJson({ names, sums, add }: Counting): OnRow {
  let row: Record<string, unknown>;
  const cells: Cells = {
    text: (index) => String(row[names[index] as string]),
    initial: (index) => cells.text(index).charAt(0),
  };
  return (bytes, start, end) => {
    row = names.length === 0 ? {} : JSON.parse(bytes.toString('utf8', start, end));
    add(sums, cells);
  };
}

export function openTally(kind: ExportKind, format: ExportFormat): Tally {
  const counting = COUNTINGS[kind]();
  return { onRow: format === 'CSV' ? tallyCsv(counting) : tallyJson(counting), sums: counting.sums };
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
