// What no log line may have: the forms of phone numbers, keys and tokens, and words that the tests plant where people write.

/** Planted in message bodies, names and ids by the tests; a log that has one has what a person wrote. */
export const CANARY = 'canary';

const FORMS: Readonly<Record<string, RegExp>> = {
  'a phone number': /\+[1-9]\d{9,14}(?!\d)/g,
  'a national phone number': /(?<![\w.-])\(?[2-9]\d\d\)?[ .-]?555[ .-]?01\d\d(?![\w.-])/g,
  'an API key': /cak_[\w-]{16,}/g,
  'a session': /cas_[\w-]{16,}/g,
  'a link': /cal_[\w-]{16,}/g,
  'a token': /eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
  'a credential': /\bbearer\s+[^\s"\\]/gi,
  'a planted word': new RegExp(CANARY, 'gi'),
};

/** Every leak in a text, by what it is, with the line that has it. */
export function leaksIn(text: string): string[] {
  return Object.entries(FORMS).flatMap(([what, form]) =>
    [...text.matchAll(form)].map(({ index }) => {
      const start = text.lastIndexOf('\n', index) + 1;
      const end = text.indexOf('\n', index);
      return `${what} in ${text.slice(start, end === -1 ? undefined : end).slice(0, 300)}`;
    }),
  );
}
