// One CSV file in, its columns out, and its rows one after the other with their line numbers. A malformed row is told and
// left out.
import { stat } from 'node:fs/promises';
import { AppError } from '../errors.js';
import { recordsOf } from './records.js';

export interface ExportRow {
  /** Of the file, counted from 1: where the row begins. */
  readonly line: number;
  /** The value under this column as it is; '' where the file has no such column. */
  value(column: string): string;
}

export interface ExportFile {
  readonly path: string;
  readonly bytes: number;
  readonly columns: readonly string[];
  /** Reads all rows from the start. Ending the iteration early closes the file. */
  rows(told: {
    onBytes(bytes: number): void;
    onBadRow(line: number, reason: string): void;
  }): AsyncGenerator<ExportRow>;
}

const refusal = (path: string, reason: string): AppError =>
  new AppError('BAD_USER_INPUT', `${path}: ${reason}`);

/** The first record of a file, as the names of its columns. */
async function readColumns(path: string): Promise<string[]> {
  for await (const { record } of recordsOf(
    path,
    () => undefined,
    () => undefined,
  )) {
    if (record.some((name) => name.includes('\0') || name.includes('\uFFFD')))
      throw refusal(path, 'expected a CSV file in UTF-8, got something else');
    return record.map((name) => name.trim());
  }
  throw refusal(path, 'expected a row of column names, got none');
}

/**
 * Opens a CSV file far enough to know its columns.
 *
 * @throws AppError BAD_USER_INPUT for what cannot be read, is empty or is no text.
 */
export async function openExportFile(path: string): Promise<ExportFile> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw refusal(path, `expected a file that can be read, got ${error.code ?? 'an error'}`);
  });
  if (!found.isFile()) throw refusal(path, 'expected a file, got something else');
  if (found.size === 0) throw refusal(path, 'expected a row of column names, got an empty file');
  const columns = await readColumns(path).catch((error: NodeJS.ErrnoException) => {
    throw error instanceof AppError
      ? error
      : refusal(path, `expected a file that can be read, got ${error.code}`);
  });
  const indexOf = new Map([...columns].map((name, index) => [name, index] as const).reverse());
  return {
    path,
    bytes: found.size,
    columns,
    async *rows({ onBytes, onBadRow }) {
      let isHeader = true;
      for await (const { line, record } of recordsOf(path, onBytes, onBadRow)) {
        const isBlank = record.length === 1 && record[0] === '';
        if (isHeader) isHeader = false;
        else if (record.length === columns.length)
          yield { line, value: (column) => record[indexOf.get(column) ?? -1] ?? '' };
        else if (!isBlank) onBadRow(line, `expected ${columns.length} fields, got ${record.length}`);
      }
    },
  };
}
