// What a file of an export is made of, without a database: rows out of pieces that are cut anywhere, cells that no spreadsheet
// runs.
import { csvRows, jsonRows } from '@campaign-analytics/server/exports/rows.js';
import { openTally } from '@campaign-analytics/server/exports/tally.js';
import { escapeCell, unescapeCell } from '@campaign-analytics/server/spreadsheet.js';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const value = fc.oneof(
  fc
    .array(
      fc.constantFrom("'", '=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n', ',', '"', 'x', '7'),
      {
        maxLength: 6,
      },
    )
    .map((parts) => parts.join('')),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('+12025550100', "'+12025550100", '+1202555010x'),
);

test('an escaped cell comes back as it was, and begins with nothing that runs unless it is a number', () => {
  fc.assert(
    fc.property(value, (text) => {
      const cell = escapeCell(text);
      expect(unescapeCell(cell)).toBe(text);
      if (!/^\+[1-9]\d{6,14}$/.test(text)) expect(cell).not.toMatch(/^[=+\-@＝＋－＠\t\r\n]/);
    }),
    { numRuns: 10_000 },
  );
  for (const [text, cell] of [
    ['=1', "'=1"],
    ["'=1", "''=1"],
    ["'tis", "'tis"],
    ['+12025550100', '+12025550100'],
    ['+1', "'+1"],
  ] as const)
    expect(escapeCell(text)).toBe(cell);
});

/** As PostgreSQL writes a row of CSV. */
const written = (cells: readonly string[]): string =>
  `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\n`;
async function* cut(bytes: Buffer, lengths: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0;
  for (const length of lengths) {
    if (length > 0 && at < bytes.length) yield bytes.subarray(at, at + length);
    at += length;
  }
  if (at < bytes.length) yield bytes.subarray(at);
}
async function joined(pieces: AsyncIterable<Buffer>): Promise<string> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(Buffer.from(piece));
  return Buffer.concat(all).toString();
}
const pieces = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 40 });

test('wherever the pieces are cut, rows are whole, end with CR and LF, and are shown one by one', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', ' ', '"', ',', '\n', '\r', 'é', '😀'), maxLength: 8 });
  const rows = fc.array(fc.tuple(fc.constant('x'), text, text), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(rows, pieces, async (cells, lengths) => {
      const header = ['a', 'b', 'c'];
      const bytes = Buffer.from([header, ...cells].map(written).join(''));
      const shown: string[] = [];
      const out = await joined(
        csvRows(cut(bytes, lengths), (from, start, end) => shown.push(from.toString('utf8', start, end))),
      );
      expect(shown.map((row) => `${row}\n`)).toEqual(cells.map(written));
      expect(out.startsWith('\uFEFF')).toBe(true);
      expect(parse(out, { bom: true, record_delimiter: '\r\n' })).toEqual([header, ...cells]);
    }),
    { numRuns: 3_000 },
  );
});

test('lines of JSON are the bytes that came, each shown whole', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string(), { maxLength: 12 }), pieces, async (texts, lengths) => {
      const bytes = Buffer.from(texts.map((text) => `${JSON.stringify({ text })}\n`).join(''));
      const shown: string[] = [];
      const out = await joined(
        jsonRows(cut(bytes, lengths), (from, start, end) =>
          shown.push(JSON.parse(from.toString('utf8', start, end)).text),
        ),
      );
      expect([out, shown]).toEqual([bytes.toString(), texts]);
    }),
  );
});

test('a row is counted by its cells in either format', () => {
  const cells = ['2026-11-02T17:00:00.000Z', 'OUTBOUND', 'SMS', '12', 'SENT'];
  const tallies = (['CSV', 'JSON_LINES'] as const).map((format) => {
    const tally = openTally('MESSAGES', format);
    for (const over of [{}, { 1: 'INBOUND' }, { 2: 'MMS' }, { 4: 'FAILED' }]) {
      const [at, direction, type, segments, status] = Object.assign([...cells], over);
      const row = { at, direction, type, segments: Number(segments), status };
      const bytes = Buffer.from(format === 'CSV' ? `${Object.values(row).join(',')},x` : JSON.stringify(row));
      tally.onRow(bytes, 0, bytes.length);
    }
    return tally.sums;
  });
  for (const sums of tallies) expect(sums).toEqual({ rows: 4, sent: 2, received: 1, segments: 12 });
});
