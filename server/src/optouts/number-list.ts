// The text of a file in, the numbers that stand in it out, as they are written, each with its row. It is a CSV file with a
// column `phone`, or numbers alone: one a line, or several with something between them.
import { Readable } from 'node:stream';
import { type CsvError, type Options, parse } from 'csv-parse';
import { parse as parseAtOnce } from 'csv-parse/sync';
import { type AppError } from '../errors.js';
import { malformed } from '../fields.js';
import { readPhoneNumber } from '../scalars.js';
import { unescapeCell } from '../spreadsheet.js';

export interface WrittenNumber {
  /** As a spreadsheet counts: from 1, the header and blank rows included. */
  readonly row: number;
  readonly written: string;
}

export interface NumberList {
  /** All from the start, a blank row and a blank place between two numbers aside. @throws AppError BAD_USER_INPUT naming a row */
  numbers(): AsyncGenerator<WrittenNumber>;
}

const COLUMN = 'phone';
const DELIMITERS = [',', ';', '\t'];
const LEADING_BLANKS = /^(?:[ \t,;]*(?:\r\n|\n|\r))*/;
const NEWLINE = /\r\n|\n|\r/g;
/** The header of a file is no longer; nor does a parser get more in one turn of the event loop. */
const CHUNK = 16_384;
const OPTIONS: Options = {
  record_delimiter: ['\r\n', '\n', '\r'],
  relax_column_count: true,
  relax_quotes: true,
};

/** What a person wrote is no phone number. @param country - in which it was read. */
export const notANumber = (field: string, country: string): AppError =>
  malformed(field, `a phone number, such as +14155550123, or one as dialled in ${country}`);

const unreadable = (row: number, expected: string): AppError => malformed(`csv: row ${row}`, expected);
const unquoted = (row: number): AppError => unreadable(row, 'a quote for each quote');

/** The first record of a text, or how it begins where it is very long: then the cut may be within quotes. */
function firstRecord(text: string, delimiter: string | string[], row: number): string[] {
  const head = text.slice(0, CHUNK);
  for (const ending of text.length > CHUNK ? ['', '"'] : [''])
    try {
      return parseAtOnce(head + ending, { ...OPTIONS, delimiter, to: 1 })[0] ?? [];
    } catch {}
  throw unquoted(row);
}

function* chunksOf(text: string): Generator<string> {
  for (let from = 0; from < text.length; from += CHUNK) yield text.slice(from, from + CHUNK);
}

/** Records with their rows, the first of which is `row`. */
async function* recordsOf(
  text: string,
  delimiter: string | string[],
  row: number,
): AsyncGenerator<{ row: number; record: string[] }> {
  const parser = Readable.from(chunksOf(text)).pipe(parse({ ...OPTIONS, delimiter }));
  try {
    let next = row;
    for await (const record of parser as AsyncIterable<string[]>) yield { row: next++, record };
  } catch (error) {
    const { code, records } = error as CsvError & { readonly records?: number };
    throw code ? unquoted(row + (records ?? 0)) : error;
  }
}

/** A receipt of ours, put right and given again, may have its cells escaped. */
const writtenIn = (cell: string): string => unescapeCell(cell.trim());

const isHeader = (cell: string): boolean => cell.trim().toLowerCase() === COLUMN;

/** Whether a cell may stand where only numbers do: it is one, or at least no word. */
const isNumberLike = (cell: string, country: string): boolean =>
  !/\p{L}/u.test(cell) || readPhoneNumber(cell.trim(), country) !== undefined;

/**
 * Looks far enough into a file to know where its numbers are.
 *
 * @param country - in which national numbers are meant, ISO 3166-1 alpha-2.
 * @throws AppError BAD_USER_INPUT for what is empty, is no text, or has neither the column nor numbers alone
 */
export function openNumberList(csv: string, country: string): NumberList {
  if (csv.includes('\0')) throw malformed('csv', 'text in UTF-8, got something else');
  const text = csv.replace(/^\uFEFF/, '');
  const blanks = LEADING_BLANKS.exec(text)?.[0] ?? '';
  const body = text.slice(blanks.length);
  if (/^[\s,;]*$/.test(body.slice(0, CHUNK)))
    throw malformed('csv', `a column ${COLUMN}, or numbers, got an empty file`);
  const first = 1 + (blanks.match(NEWLINE)?.length ?? 0);

  for (const delimiter of DELIMITERS) {
    const header = firstRecord(body, delimiter, first);
    const index = header.findIndex(isHeader);
    if (index < 0 || header.length === 1) continue;
    return {
      async *numbers() {
        for await (const { row, record } of recordsOf(body, delimiter, first)) {
          const isBlank = record.every((cell) => cell.trim() === '');
          if (row > first && !isBlank) yield { row, written: writtenIn(record[index] ?? '') };
        }
      },
    };
  }

  const top = firstRecord(body, DELIMITERS, first);
  const hasHeader = top.filter((cell) => cell.trim() !== '').every(isHeader);
  if (!hasHeader && !top.every((cell) => isNumberLike(cell, country)))
    throw unreadable(first, `a column ${COLUMN}, or numbers alone`);
  return {
    async *numbers() {
      for await (const { row, record } of recordsOf(body, DELIMITERS, first)) {
        if (row === first && hasHeader) continue;
        for (const cell of record) if (cell.trim() !== '') yield { row, written: writtenIn(cell) };
      }
    },
  };
}
