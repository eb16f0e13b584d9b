// Which phone numbers are taken: those that libphonenumber holds possible, by its own word.
import { isPhoneNumber, readPhoneNumber } from '@campaign-analytics/server/scalars.js';
import fc from 'fast-check';
import { isPossiblePhoneNumber } from 'libphonenumber-js';
import { expect, test } from 'vitest';

const digits = (least: number, most: number): fc.Arbitrary<string> =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: least, maxLength: most })
    .map((each) => each.join(''));

test('every number of E.164 form is taken just where libphonenumber holds it possible', () => {
  const numbers = fc.oneof(
    digits(9, 12).map((national) => `+1${national}`),
    digits(6, 14).map((rest) => `+${rest}`),
  );
  fc.assert(
    fc.property(numbers, (number) => {
      const isE164 = /^\+[1-9]\d{6,14}$/.test(number);
      expect(isPhoneNumber(number)).toBe(isE164 && isPossiblePhoneNumber(number));
    }),
    { numRuns: 10_000 },
  );
});

test.each(['2025550101', '+1 202 555 0101', '+12025550101x', '12025550101', '+', '', '+0'])(
  '%j is not of that form',
  (text) => expect(isPhoneNumber(text)).toBe(false),
);

test.each([
  ['(202) 555-0101', 'US', '+12025550101'],
  ['1 416 555 0101', 'CA', '+14165550101'],
  ['+12025550101', 'GB', '+12025550101'],
  ['call 2025550101', 'US', undefined],
  ['555-0101', 'US', undefined],
  ['', 'US', undefined],
])('%j, written in %s, is %s', (text, country, number) =>
  expect(readPhoneNumber(text, country)).toBe(number),
);
