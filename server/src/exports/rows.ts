// Pieces of what PostgreSQL copies out in, whole rows out, each shown to a reader on its way and ended as RFC 4180 says.
import { Buffer } from 'node:buffer';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const QUOTE = 34;

/** Shown a row: the bytes from `start` to `end`, which is where its line feed stands. */
export type OnRow = (bytes: Buffer, start: number, end: number) => void;

/**
 * Rows of CSV end with carriage return and line feed.
 *
 * @param onRow - shown each row but the first, which has the names.
 */
export async function* csvRows(source: AsyncIterable<Buffer>, onRow: OnRow): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let isHeader = true;
  for await (const piece of source) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const written = Buffer.allocUnsafe(bytes.length * 2);
    let isQuoted = false;
    let start = 0;
    let length = 0;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) isQuoted = !isQuoted;
      if (byte !== LINE_FEED || isQuoted) continue;
      if (isHeader) isHeader = false;
      else onRow(bytes, start, at);
      length += bytes.copy(written, length, start, at);
      written[length++] = CARRIAGE_RETURN;
      written[length++] = LINE_FEED;
      start = at + 1;
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
