// The bytes of a CSV file in, its records out, in constant memory. Promise: a quote that is never closed costs its own line,
// not the rest of the file.
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type CsvError, parse } from 'csv-parse';

/** Longer rows are taken for a quote that was never closed. */
const LONGEST_ROW = 262_144;
const NEWLINE = 10;

interface Place {
  readonly offset: number;
  readonly line: number;
}

type Told = (bytes: number) => void;

/** Bytes from `offset` on, as long as `isWanted`. */
async function* bytesOf(
  path: string,
  offset: number,
  isWanted: () => boolean,
  told: Told,
): AsyncGenerator<Buffer> {
  for await (const chunk of createReadStream(path, { start: offset })) {
    if (!isWanted()) return;
    told((chunk as Buffer).length);
    yield chunk as Buffer;
  }
}

async function nextLine(path: string, { offset, line }: Place): Promise<Place> {
  let at = offset;
  for await (const chunk of createReadStream(path, { start: offset })) {
    const found = (chunk as Buffer).indexOf(NEWLINE);
    if (found >= 0) return { offset: at + found + 1, line: line + 1 };
    at += (chunk as Buffer).length;
  }
  return { offset: at, line: line + 1 };
}

function linesOf(record: readonly string[]): number {
  let lines = 1;
  for (const field of record)
    for (let at = field.indexOf('\n'); at >= 0; at = field.indexOf('\n', at + 1)) lines++;
  return lines;
}

/** Records from a place on, until the end or a row whose quotes do not match. @returns where that row begins. */
async function* recordsFrom(
  path: string,
  from: Place,
  told: Told,
): AsyncGenerator<{ line: number; record: string[] }, Place | undefined> {
  let end = 0;
  let isBroken = false;
  const parser = parse({
    bom: from.offset === 0,
    relax_column_count: true,
    skip_records_with_error: true,
    max_record_size: LONGEST_ROW,
    on_record: (record: string[], { bytes }) => {
      if (isBroken) return null;
      end = bytes;
      return record;
    },
    on_skip: (_error: CsvError | undefined) => {
      isBroken = true;
      return undefined;
    },
  });
  let line = from.line;
  const source = Readable.from(bytesOf(path, from.offset, () => !isBroken, told));
  // The iteration below throws what goes wrong here.
  const reading = pipeline(source, parser).catch(() => undefined);
  for await (const record of parser as AsyncIterable<string[]>) {
    yield { line, record };
    line += linesOf(record);
  }
  await reading;
  return isBroken ? { offset: from.offset + end, line } : undefined;
}

/**
 * All records of a file, the first included, each with the line where it begins. `onBytes` is told of each byte once; `onBadRow`
 * of each row whose quotes do not match. Ending the iteration early closes the file.
 */
export async function* recordsOf(
  path: string,
  onBytes: Told,
  onBadRow: (line: number, reason: string) => void,
): AsyncGenerator<{ line: number; record: string[] }> {
  let from: Place | undefined = { offset: 0, line: 1 };
  let mostBytes = 0;
  while (from) {
    let at = from.offset;
    // Bytes that are read again were told already.
    const told = (bytes: number): void => {
      at += bytes;
      if (at > mostBytes) onBytes(at - mostBytes);
      mostBytes = Math.max(mostBytes, at);
    };
    const broken: Place | undefined = yield* recordsFrom(path, from, told);
    if (broken) onBadRow(broken.line, 'expected a quote for each quote');
    from = broken && (await nextLine(path, broken));
  }
}
