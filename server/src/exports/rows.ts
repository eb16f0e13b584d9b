// Pieces of what PostgreSQL copies out in, whole rows out, each shown to a reader on its way and ended as RFC 4180 says.
import { Buffer } from 'node:buffer';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const QUOTE = 34;
/** By it spreadsheets know that a file is UTF-8. */
const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

/** Shown a row: the bytes from `start` to `end`, which is where its line feed stands. */
export type OnRow = (bytes: Buffer, start: number, end: number) => void;

/**
 * Where the row that begins at `start` ends: its line feed outside of quotes; -1 where that has not come yet. A doubled quote
 * ends a quoted part and begins another, which comes to the same.
 */
function endOf(bytes: Buffer, start: number, firstQuote: number): number {
  let end = bytes.indexOf(LINE_FEED, start);
  for (let quote = firstQuote; quote !== -1 && quote < end; ) {
    const closing = bytes.indexOf(QUOTE, quote + 1);
    if (closing === -1) return -1;
    if (closing > end) end = bytes.indexOf(LINE_FEED, closing);
    quote = bytes.indexOf(QUOTE, closing + 1);
  }
  return end;
}

/**
 * Rows of CSV end with carriage return and line feed; a byte order mark stands before the first.
 *
 * @param onRow - shown each row but the first, which has the names.
 */
export async function* csvRows(source: AsyncIterable<Buffer>, onRow: OnRow): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let isHeader = true;
  yield BYTE_ORDER_MARK;
  for await (const piece of source) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    // One byte more for each row, none of which is shorter than its commas.
    const written = Buffer.allocUnsafe(Math.ceil(bytes.length * 1.25));
    let start = 0;
    let length = 0;
    // Looked for once as long as no row has one.
    let quote = bytes.indexOf(QUOTE);
    for (let end = endOf(bytes, start, quote); end !== -1; end = endOf(bytes, start, quote)) {
      if (isHeader) isHeader = false;
      else onRow(bytes, start, end);
      length += bytes.copy(written, length, start, end);
      written[length++] = CARRIAGE_RETURN;
      written[length++] = LINE_FEED;
      start = end + 1;
      if (quote !== -1 && quote < start) quote = bytes.indexOf(QUOTE, start);
    }
    // A row that is cut is looked at again from its beginning.
    rest = bytes.subarray(start);
    if (length > 0) yield written.subarray(0, length);
  }
}

/** Rows of JSON Lines have a line feed nowhere but at their end. @param onRow - shown each row. */
export async function* jsonRows(source: AsyncIterable<Buffer>, onRow: OnRow): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of source) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    let start = 0;
    for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, start)) {
      onRow(bytes, start, at);
      start = at + 1;
    }
    rest = bytes.subarray(start);
    if (start > 0) yield bytes.subarray(0, start);
  }
}
