// What a person types or pastes comes in, numbers with their lines out.

/** Most numbers that are added at once; more come as a file. */
export const MOST_AT_ONCE = 1_000;

export interface TypedNumber {
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

/** Numbers stand on lines of their own or are set apart by commas or semicolons. */
export const numbersIn = (text: string): TypedNumber[] =>
  text.split('\n').flatMap((line, index) =>
    line
      .split(/[,;\t]/)
      .map((part) => ({ text: part.trim(), line: index + 1 }))
      .filter((number) => number.text !== ''),
  );

const DIGITS_COMPARED = 6;
const endOf = (number: string): string => number.replace(/\D/g, '').slice(-DIGITS_COMPARED);

/** Whether a number in E.164 form may be what was typed, in whatever national way. */
export function mayBe(contact: string, typed: readonly TypedNumber[]): boolean {
  const end = endOf(contact);
  return typed.some(({ text }) => endOf(text) === end);
}
