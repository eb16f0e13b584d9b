// Segments counted as carriers do: held to the npm package that Twilio keeps for it, on texts of mixed alphabets.
import { countSegments } from '@campaign-analytics/server/intake/segments.js';
import fc from 'fast-check';
import { SegmentedMessage } from 'sms-segments-calculator';
import { expect, test } from 'vitest';

const ALPHABETS = {
  plain: [...'abcdefghij XYZ 0123456789.,!?\n'],
  gsm7: [...'@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà\r\n'],
  extension: [...'\f^{}\\[~]|€'],
  others: [...'жшцÆçñ漢字かな가각한국어العربيةहिन्दीไทำยעברית“”—…'],
  emoji: ['😀', '👍', '👍🏽', '👨‍👩‍👧‍👦', '🇺🇸', '🇩🇪', '🏳️‍🌈', '❤️', '1️⃣', '🧑🏾‍🚀', '🤷🏻‍♀️', '👩‍❤️‍💋‍👨'],
  joining: ['e\u0301', '\u200d', '\ufe0f', '🏽', '🇫', '\u1100\u1161', 'नि', '்', '\u0e33', '\r\n'],
};

const text = fc.subarray(Object.values(ALPHABETS), { minLength: 1, maxLength: 3 }).chain((alphabets) =>
  fc
    .oneof(
      {
        weight: 9,
        arbitrary: fc.array(fc.constantFrom(...alphabets.flat()), { maxLength: 80, size: 'max' }),
      },
      fc.array(fc.constantFrom(...alphabets.flat()), { minLength: 150, maxLength: 320, size: 'max' }),
    )
    .map((characters) => characters.join('')),
);

test('a text has as many segments as sms-segments-calculator counts', () => {
  fc.assert(
    fc.property(text, (each) => {
      const library = Math.max(1, new SegmentedMessage(each).segmentsCount);
      if (countSegments(each) !== library) expect(countSegments(each)).toBe(library);
    }),
    { numRuns: 100_000 },
  );
}, 120_000);

test('a character that no segment can hold is cut, as carriers cut it', () => {
  expect(countSegments(`e${'\u0301'.repeat(300)}`)).toBe(5);
});
