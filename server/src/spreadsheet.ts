// Cells of a CSV file that a spreadsheet would run as a formula. The rule, both ways:
//
//   A value that begins with = + - @ ＝ ＋ － ＠, tab, carriage return or line feed, or with apostrophes and then one of
//   these, gets one more apostrophe in front. Whoever reads takes one apostrophe from a cell that begins with apostrophes
//   and then one of these. Every other value stands as it is, and so does one that is exactly an E.164 number.
//
// So a value that begins with an apostrophe is kept apart: '=x is written as ''=x, 'tis as 'tis.

const RUN = '[=+\\-@＝＋－＠\\t\\r\\n]';
const ESCAPABLE = new RegExp(`^'*${RUN}`);
const ESCAPED = new RegExp(`^'+${RUN}`);
const NUMBER = /^\+[1-9]\d{6,14}$/;

export const escapeCell = (value: string): string =>
  ESCAPABLE.test(value) && !NUMBER.test(value) ? `'${value}` : value;

export const unescapeCell = (cell: string): string => (ESCAPED.test(cell) ? cell.slice(1) : cell);

/** The code points with which `ESCAPABLE` can begin: PostgreSQL knows the first one of a text much sooner than a pattern. */
const FIRST = ["'", '=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n'].map((each) =>
  each.codePointAt(0),
);

/** The same as `escapeCell`, in SQL. @param value - an expression of type text, without side effects. */
export const escapedCell = (value: string): string => `
  case when ascii(${value}) in (${FIRST.join(', ')}) and ${value} ~ '^''*${RUN}' and ${value} !~ '^\\+[1-9][0-9]{6,14}$'
       then '''' || ${value} else ${value} end`;

/** The same for an id of this project, which begins with none of these but a minus. */
export const escapedId = (value: string): string =>
  `case when ascii(${value}) = ${'-'.codePointAt(0)} then '''' || ${value} else ${value} end`;
