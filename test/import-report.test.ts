// What an import tells while it runs: told the time, so that nothing here waits.
import { openReport } from '@campaign-analytics/server/imports/report.js';
import { expect, test } from 'vitest';

function open(terminal: { isTTY?: boolean; columns?: number }) {
  const written: string[] = [];
  const clock = { ms: 0 };
  const out = { ...terminal, write: (text: string) => written.push(text) };
  return { written, clock, report: openReport({ out, now: () => clock.ms }) };
}
const half = { stage: 'messages', rows: 5_000, bytes: 50, totalBytes: 100 } as const;

test('on a terminal one line moves, with rate and remaining time', () => {
  const { written, clock, report } = open({ isTTY: true, columns: 80 });
  clock.ms = 10_000;
  report.onProgress(half);
  clock.ms = 10_050;
  report.onProgress({ ...half, bytes: 51 });
  expect(written).toEqual([
    '\r\x1b[2K[##############..............]  50% messages, 5,000 rows, 500 rows/s, 10 s left',
  ]);
});

test('the line fits into a narrow terminal', () => {
  const { written, clock, report } = open({ isTTY: true, columns: 30 });
  clock.ms = 10_000;
  report.onProgress(half);
  expect(written[0]?.replace('\r\x1b[2K', '')).toHaveLength(29);
});

test('elsewhere a line comes every five seconds', () => {
  const { written, clock, report } = open({});
  for (const ms of [4_999, 5_000, 5_001, 9_999, 10_000]) {
    clock.ms = ms;
    report.onProgress(half);
  }
  expect(written).toHaveLength(2);
  expect(written.every((line) => line.endsWith(' left\n'))).toBe(true);
});

test('the first twenty bad rows are told, the others counted', () => {
  const { written, report } = open({});
  for (let line = 2; line < 102; line++)
    report.onBadRow({ path: 'messages.csv', line, reason: 'expected more' });
  report.abandon();
  expect(written).toHaveLength(21);
  expect(written[0]).toBe('messages.csv, line 2: expected more\n');
  expect(written[20]).toBe('and 80 more bad rows\n');
});

test('a bad row does not stay in the line that moves', () => {
  const { written, clock, report } = open({ isTTY: true, columns: 80 });
  clock.ms = 10_000;
  report.onProgress(half);
  report.onBadRow({ path: 'messages.csv', line: 2, reason: 'expected more' });
  expect(written[1]).toBe(
    `\r\x1b[2Kmessages.csv, line 2: expected more\n${written[0]?.replace('\r\x1b[2K', '')}`,
  );
});
