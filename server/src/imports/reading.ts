// Rows of a file in, batches of what they say out, as large as intake takes them. Bad rows are told and left out, and
// between two batches the import can be stopped.
import { AppError } from '../errors.js';
import { MOST_ITEMS } from '../intake/intake.js';
import type { ExportFile, ExportRow } from './export-file.js';

/** What a reader tells while it reads one file. */
export interface Watch {
  /** Stops the reading between two batches: it throws the signal's reason. */
  readonly signal: AbortSignal | undefined;
  onRead(rows: number, bytes: number): void;
  onBadRow(line: number, reason: string): void;
}

/** `read` throws an AppError for a bad row. */
export async function* batchesOf<Item>(
  file: ExportFile,
  read: (row: ExportRow) => Item,
  watch: Watch,
): AsyncGenerator<Item[]> {
  let batch: Item[] = [];
  let rows = 0;
  let bytes = 0;
  const onBadRow = (line: number, reason: string): void => {
    rows++;
    watch.onBadRow(line, reason);
  };
  const tell = (): void => {
    watch.signal?.throwIfAborted();
    watch.onRead(rows, bytes);
    rows = bytes = 0;
  };
  for await (const row of file.rows({ onBytes: (more) => (bytes += more), onBadRow })) {
    try {
      batch.push(read(row));
      rows++;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      onBadRow(row.line, error.message);
    }
    if (rows < MOST_ITEMS) continue;
    tell();
    yield batch;
    batch = [];
  }
  tell();
  yield batch;
}
