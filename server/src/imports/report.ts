// What an import tells the person who started it: how far it is, which rows are bad, and at the end what became of all.
// Nothing that it writes holds a phone number or a text. Promise: one line that moves on a terminal, one now and then elsewhere.
import type { CampaignAnalytics } from '../counters/analytics.js';
import type { BadRow, ImportProgress, ImportSummary } from './summary.js';

export interface Out {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface Report {
  readonly onProgress: (progress: ImportProgress) => void;
  readonly onBadRow: (row: BadRow) => void;
  /** Ends the moving line and tells the summary. */
  finish(summary: ImportSummary): void;
  /** Ends the moving line, so that an error can be told. */
  abandon(): void;
}

export interface ReportOptions {
  readonly out: Out;
  /** Milliseconds from any start. */
  readonly now: () => number;
}

const MOST_BAD_ROWS = 20;
const TERMINAL_EVERY_MS = 100;
const LINE_EVERY_MS = 5_000;
const WIDEST_BAR = 30;
const CLEAR_LINE = '\r\x1b[2K';
const NOTHING = '\u2014';

const count = (value: number): string => value.toLocaleString('en-US');

function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const parts = [
    hours > 0 && `${hours} h`,
    (hours > 0 || minutes > 0) && `${minutes} min`,
    `${seconds % 60} s`,
  ];
  return parts.filter(Boolean).join(' ');
}

function progressLine(
  { stage, rows, bytes, totalBytes }: ImportProgress,
  elapsedMs: number,
  columns: number,
): string {
  const part = Math.min(1, bytes / totalBytes);
  const rate = elapsedMs > 0 ? Math.round((rows * 1_000) / elapsedMs) : 0;
  const left = part > 0 ? `, ${duration((elapsedMs * (1 - part)) / part)} left` : '';
  const percent = `${Math.floor(100 * part)}%`.padStart(4);
  const text = `${percent} ${stage}, ${count(rows)} rows, ${count(rate)} rows/s${left}`;
  const width = Math.min(WIDEST_BAR, columns - text.length - 4);
  if (width < 5) return text.slice(0, columns - 1);
  const full = Math.floor(part * width);
  return `[${'#'.repeat(full)}${'.'.repeat(width - full)}] ${text}`;
}

const table = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}\n`).join('');
};

const boxesOf = (boxes: CampaignAnalytics): string =>
  table([
    ['Initials Sent', `${count(boxes.initialsSent)} / ${count(boxes.conversations)}`],
    ['Segments', count(boxes.segments)],
    ['Replies', count(boxes.replies)],
    ['Reply %', boxes.replyPercent === null ? NOTHING : `${boxes.replyPercent}%`],
    ['Senders:Contacts', boxes.contactsPerSender === null ? NOTHING : `1:${boxes.contactsPerSender}`],
    ['Auto Opt Outs', count(boxes.autoOptOuts)],
    ['Manual Opt Outs', count(boxes.manualOptOuts)],
    ['Total Opt Outs', count(boxes.totalOptOuts)],
  ]);

/** The summary as text. @param rows - of both files. */
export function summaryText(summary: ImportSummary, rows: number, elapsedMs: number): string {
  const { campaign, contacts, messages, senders, optOuts } = summary;
  const which = `campaign ${campaign.id}, ${JSON.stringify(campaign.name)}`;
  const into = campaign.isNew ? which : `${which}, which was there already`;
  const rate = elapsedMs > 0 ? `, ${count(Math.round((rows * 1_000) / elapsedMs))} rows/s` : '';
  const list = (...parts: readonly (readonly [number, string])[]): string =>
    parts.map(([value, name]) => `${count(value)} ${name}`).join(', ');
  const how = optOuts.isTold ? '' : 'inferred as ';
  const lines = table([
    [
      'Contacts',
      list(
        [contacts.opened, 'opened'],
        [contacts.alreadyThere, 'already there'],
        [contacts.removed, 'removed'],
        [contacts.bad, 'bad'],
      ),
    ],
    [
      'Messages',
      list(
        [messages.recorded, 'recorded'],
        [messages.alreadyThere, 'already there'],
        [messages.differing, 'differ from an earlier import and were kept'],
        [messages.unsent, 'not sent yet'],
        [messages.bad, 'bad'],
      ),
    ],
    ['Senders', list([senders.added, 'added'], [senders.alreadyThere, 'already there'])],
    [
      'Opt-outs',
      `${list([optOuts.auto, `${how}AUTO`], [optOuts.manual, `${how}MANUAL`])}; ${count(optOuts.recorded)} of them new`,
    ],
    ['Took', `${duration(elapsedMs)}${rate}`],
  ]);
  return `Imported into ${into}\n${lines}The campaign now\n${boxesOf(summary.boxes)}`;
}

export function openReport({ out, now }: ReportOptions): Report {
  const startedAt = now();
  const everyMs = out.isTTY ? TERMINAL_EVERY_MS : LINE_EVERY_MS;
  let shownAt = startedAt;
  let shown = '';
  let rows = 0;
  let badRows = 0;

  const line = (text: string): void => {
    out.write(out.isTTY && shown ? `${CLEAR_LINE}${text}\n${shown}` : `${text}\n`);
  };
  const abandon = (): void => {
    if (out.isTTY && shown) out.write(CLEAR_LINE);
    shown = '';
    if (badRows > MOST_BAD_ROWS) line(`and ${count(badRows - MOST_BAD_ROWS)} more bad rows`);
    badRows = 0;
  };
  return {
    onProgress(progress) {
      ({ rows } = progress);
      if (now() - shownAt < everyMs) return;
      shownAt = now();
      const text = progressLine(progress, shownAt - startedAt, out.isTTY ? (out.columns ?? 80) : 200);
      if (!out.isTTY) return line(text);
      shown = text;
      out.write(`${CLEAR_LINE}${text}`);
    },
    onBadRow(row) {
      if (++badRows <= MOST_BAD_ROWS) line(`${row.path}, line ${row.line}: ${row.reason}`);
    },
    finish(summary) {
      abandon();
      out.write(summaryText(summary, rows, now() - startedAt));
    },
    abandon,
  };
}
