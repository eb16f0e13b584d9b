// What is read of a file of numbers: whatever people's spreadsheets make of a list, and clear words where there is none.
import { AppError } from '@campaign-analytics/server/errors.js';
import { openNumberList, type WrittenNumber } from '@campaign-analytics/server/optouts/number-list.js';
import { readPhoneNumber } from '@campaign-analytics/server/scalars.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { phone } from './harness/campaign.ts';

async function read(csv: string): Promise<WrittenNumber[]> {
  const found: WrittenNumber[] = [];
  for await (const each of openNumberList(csv, 'US').numbers()) found.push(each);
  return found;
}
const refusalOf = (csv: string): Promise<string> =>
  read(csv).then(
    () => 'read',
    (error: unknown) => {
      if (error instanceof AppError && error.code === 'BAD_USER_INPUT') return error.message;
      throw error;
    },
  );
const written = async (csv: string): Promise<[number, string][]> =>
  (await read(csv)).map((each) => [each.row, each.written]);

const [A, B, C] = [phone(0), phone(1), phone(2)];

test.each<[title: string, csv: string, found: [number, string][]]>([
  [
    'a column',
    `phone\n${A}\n${B}\n`,
    [
      [2, A],
      [3, B],
    ],
  ],
  [
    'a column in any case among others',
    `Name, PHONE ,x\nAna,${A},1\nBo,${B},2`,
    [
      [2, A],
      [3, B],
    ],
  ],
  ['a column between semicolons', `name;Phone\r\nAna, Bo;${A}\r\n`, [[2, A]]],
  ['a column between tabs', `\tphone\n1\t${A}\n`, [[2, A]]],
  ['a byte order mark', `\uFEFFphone,name\n${A},Ana`, [[2, A]]],
  ['quotes, and a delimiter, quote and newline in them', `"name","phone"\n"a,""\n1","${A}"\n`, [[2, A]]],
  [
    'old line ends',
    `phone\r${A}\r${B}`,
    [
      [2, A],
      [3, B],
    ],
  ],
  [
    'mixed line ends',
    `phone\r\n${A}\n${B}\r${C}`,
    [
      [2, A],
      [3, B],
      [4, C],
    ],
  ],
  [
    'blank rows, which count',
    `\n\nphone,name\n\n${A},Ana\n,,\n  \n${B},`,
    [
      [5, A],
      [8, B],
    ],
  ],
  [
    'a row without the number',
    `name,phone\nAna\nBo,\n,${A}`,
    [
      [2, ''],
      [3, ''],
      [4, A],
    ],
  ],
  ['more cells than columns', `phone,name\n${A},Ana,more`, [[2, A]]],
  ['the first of two columns', `phone,phone\n${A},${B}`, [[2, A]]],
  [
    'a stray quote',
    `phone,name\n${A},6" tall\n${B},x`,
    [
      [2, A],
      [3, B],
    ],
  ],
  [
    'numbers alone',
    `${A}\n${B}`,
    [
      [1, A],
      [2, B],
    ],
  ],
  ['one number', A, [[1, A]]],
  [
    'numbers with commas between',
    `${A}, ${B} ,${C}`,
    [
      [1, A],
      [1, B],
      [1, C],
    ],
  ],
  [
    'lines of several',
    `${A};${B}\n\n${C}\t(202) 555-0103,\n`,
    [
      [1, A],
      [1, B],
      [3, C],
      [3, '(202) 555-0103'],
    ],
  ],
  [
    'a header above lines of several',
    `phone\n${A}, ${B}\n`,
    [
      [2, A],
      [2, B],
    ],
  ],
  [
    'a first number with a word that belongs to it',
    '(202) 555-0100 ext 5\nnobody',
    [
      [1, '(202) 555-0100 ext 5'],
      [2, 'nobody'],
    ],
  ],
  [
    'a first line that is no number',
    `12\n${A}`,
    [
      [1, '12'],
      [2, A],
    ],
  ],
  ['a header and nothing below', 'phone\n', []],
])('%s', async (_, csv, found) => expect(await written(csv)).toEqual(found));

test.each([
  ['', 'csv: expected a column phone, or numbers, got an empty file'],
  ['\uFEFF\r\n ,;\t\n', 'csv: expected a column phone, or numbers, got an empty file'],
  ['PK\u0003\u0004\0\0', 'csv: expected text in UTF-8, got something else'],
  [`name,mobile\nAna,${A}`, 'csv: row 1: expected a column phone, or numbers alone'],
  [`\n\nname;cell phone\nAna;${A}`, 'csv: row 3: expected a column phone, or numbers alone'],
  [`Ana,${A}\nBo,${B}`, 'csv: row 1: expected a column phone, or numbers alone'],
  ['{"phone": 1}', 'csv: row 1: expected a column phone, or numbers alone'],
  [`phone,name\n${A},"Ana\n${B},Bo`, 'csv: row 2: expected a quote for each quote'],
  [`"phone,name\n${A},Ana`, 'csv: row 1: expected a quote for each quote'],
])('%j is refused', async (csv, message) => expect(await refusalOf(csv)).toBe(message));

test('a list on one long line is read whole, quoted or not', async () => {
  const all = Array.from({ length: 20_000 }, (_, index) => phone(index % 600));
  for (const csv of [all.join(','), all.map((each) => `"${each}"`).join(','), `\n"phone"\n${all.join(';')}`])
    expect((await read(csv)).map((each) => each.written)).toEqual(all);
});

test('rows are counted right over the whole of a long file', async () => {
  const all = Array.from({ length: 20_000 }, (_, index) => phone(index % 600));
  expect((await read(`phone\r\n${all.join('\r\n')}\r\n`)).map((each) => each.row)).toEqual(
    all.map((_, index) => index + 2),
  );
});

const WAYS: readonly ((number: string) => string)[] = [
  (number) => number,
  (number) => number.slice(2),
  (number) => `(${number.slice(2, 5)}) ${number.slice(5, 8)}-${number.slice(8)}`,
  (number) => `1-${number.slice(2, 5)}-${number.slice(5, 8)}-${number.slice(8)}`,
  (number) => ` ${number.slice(0, 2)} ${number.slice(2, 5)}.${number.slice(5)} `,
];
const numbers = fc
  .tuple(fc.integer({ min: 0, max: 599 }), fc.constantFrom(...WAYS))
  .map(([index, way]) => ({ number: phone(index), written: way(phone(index)) }));
const lineEnds = fc.constantFrom('\n', '\r\n', '\r');
const marks = fc.constantFrom('', '\uFEFF');
const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
const asNumbers = async (csv: string): Promise<[number, string | undefined][]> =>
  (await read(csv)).map((each) => [each.row, readPhoneNumber(each.written, 'US')]);

test('however a table is written, each row gives its number', async () => {
  const cells = fc.string({
    unit: fc.constantFrom('a', 'ö', '1', ',', ';', '\t', '"', '\n', '\r', ' ', '='),
    maxLength: 8,
  });
  const rows = fc.array(fc.record({ each: numbers, other: cells, isQuoted: fc.boolean() }), {
    maxLength: 20,
  });
  const headers = fc.constantFrom('phone', 'Phone', ' PHONE ', '"phone"');
  const delimiters = fc.constantFrom(',', ';', '\t');
  await fc.assert(
    fc.asyncProperty(
      rows,
      headers,
      delimiters,
      lineEnds,
      marks,
      fc.boolean(),
      async (all, header, delimiter, end, mark, isFirst) => {
        const line = (one: string, other: string) => (isFirst ? [one, other] : [other, one]).join(delimiter);
        const lines = all.map(({ each, other, isQuoted }) =>
          line(isQuoted ? quoted(each.written) : each.written, quoted(other)),
        );
        const csv = mark + [line(header, 'note'), ...lines].join(end) + end;
        expect(await asNumbers(csv)).toEqual(all.map(({ each }, index) => [index + 2, each.number]));
      },
    ),
    { numRuns: 300 },
  );
});

test('however a list is written, each number in it is found in its row', async () => {
  const between = fc.constantFrom(',', ', ', ';', '\t', ',,');
  const rows = fc.array(fc.array(numbers, { maxLength: 4 }), { minLength: 1, maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(rows, between, lineEnds, marks, async (all, mark, end, bom) => {
      fc.pre(all.some((row) => row.length > 0));
      const csv = bom + all.map((row) => row.map((each) => each.written).join(mark)).join(end);
      expect(await asNumbers(csv)).toEqual(
        all.flatMap((row, index) => row.map((each) => [index + 1, each.number])),
      );
    }),
    { numRuns: 300 },
  );
});

test('whatever text it is given, it reads it or says which row is at fault, and repeats nothing of it', async () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({
      unit: fc.constantFrom('p', 'phone', '"', ',', ';', '\n', '\r\n', '1', A, 'canary'),
      maxLength: 40,
    }),
  );
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      const message = await refusalOf(text);
      expect(message).toMatch(/^(read|csv: (row \d+: )?expected [a-zA-Z8, -]+)$/);
      expect(message).not.toContain('canary');
    }),
    { numRuns: 2_000 },
  );
});
