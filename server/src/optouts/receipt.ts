// What became of each number of a list, as a CSV file: the numbers stand in it as they were written, under the column by which
// a list is read, so that those that were rejected can be put right and given again.
import type { Outcome } from '../counters/event.js';
import type { ExportFolder } from '../exports/folder.js';
import type { Job } from '../jobs/job.js';
import type { Download } from '../jobs/links.js';
import { escapeCell } from '../spreadsheet.js';
import { OPT_OUT_LIST } from './list-import.js';
import type { WrittenNumber } from './number-list.js';

/** What became of a number, and what there is to say about it. */
export interface Told {
  readonly outcome: Outcome;
  /** Of one that was not rejected; '' for nothing. */
  readonly remark: string;
}

const END = '\r\n';

const cell = (value: string): string => {
  const escaped = escapeCell(value);
  return /[",\r\n]/.test(escaped) ? `"${escaped.replaceAll('"', '""')}"` : escaped;
};

export const RECEIPT_HEADER = `row,phone,outcome,code,message${END}`;

export function receiptLine({ row, written }: WrittenNumber, { outcome, remark }: Told): string {
  const [word, code, message] =
    typeof outcome === 'object' ? ['rejected', outcome.code, outcome.message] : [outcome, '', remark];
  return [String(row), written, word, code, message].map(cell).join(',') + END;
}

export const receiptNameOf = ({ createdAt }: Job): string =>
  `opt-outs-${createdAt.toISOString().slice(0, 19).replaceAll(':', '-')}-report.csv`;

/** The receipt of a list that is done, for whoever holds a link to it. */
export const receiptDownload = (folder: ExportFolder): Download => ({
  kind: OPT_OUT_LIST,
  fileOf: (job: Job) => ({
    folder: folder.path,
    name: folder.nameOf(job),
    as: receiptNameOf(job),
    type: 'text/csv; charset=utf-8',
  }),
});
