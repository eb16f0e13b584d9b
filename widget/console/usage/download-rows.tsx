import type { MonthRange, UsageMonth } from './usage-months.js';

const COLUMNS = [
  'month',
  'messagedContacts',
  'smsMessages',
  'smsSegments',
  'mmsMessages',
  'sentSmsMessages',
  'sentSmsSegments',
  'sentMmsMessages',
] as const satisfies readonly (keyof UsageMonth)[];

export interface DownloadRowsProps {
  readonly months: readonly UsageMonth[];
  readonly range: MonthRange;
}

/** The rows that are shown, as a file of CSV whose columns are the fields of the API. */
export function DownloadRows({ months, range }: DownloadRowsProps) {
  const download = (): void => {
    const rows = [COLUMNS, ...months.map((usage) => COLUMNS.map((column) => usage[column]))];
    const text = rows.map((row) => `${row.join(',')}\r\n`).join('');
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
    link.download = `usage-${range.from}-${range.to}.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <button type="button" onClick={download}>
      Download as CSV
    </button>
  );
}
