// Countries by their names, from what the browser knows: every pair of letters that names one today.
const NAMES = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
/** Unions, and regions that are there for tests. */
const NO_COUNTRIES = /^(EU|EZ|QO|UN|X[A-JL-Z]|ZZ)$/;
const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/** A code that is history stands for its successor's. */
const isOfToday = (code: string): boolean => new Intl.Locale(`und-${code}`).region === code;

export interface Country {
  /** ISO 3166-1 alpha-2. */
  readonly code: string;
  readonly name: string;
}

export const countries = (): readonly Country[] =>
  LETTERS.flatMap((first) => LETTERS.map((second) => first + second))
    .filter((code) => !NO_COUNTRIES.test(code) && isOfToday(code))
    .map((code) => ({ code, name: NAMES.of(code) ?? '' }))
    .filter(({ name }) => name !== '')
    .sort((one, other) => one.name.localeCompare(other.name, 'en'));
