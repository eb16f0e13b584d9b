// Single fields checked: the value in, a value that can be stored out, or an error that names the field and what was
// expected and never repeats what was given.
import { AppError } from './errors.js';
import { isId, isPhoneNumber, readInstant } from './scalars.js';

export const LONGEST_NAME = 200;

export const malformed = (field: string, expected: string): AppError =>
  new AppError('BAD_USER_INPUT', `${field}: expected ${expected}`);

export function checkId(field: string, value: string): string {
  if (isId(value)) return value;
  throw malformed(field, 'an id of 1 to 128 characters of A-Z a-z 0-9 . _ : -');
}

export const checkOptionalId = (field: string, value: string | null | undefined): string | null =>
  value == null ? null : checkId(field, value);

export function checkPhone(field: string, value: string): string {
  if (isPhoneNumber(value)) return value;
  throw malformed(field, 'a phone number in E.164 form, such as +14155550123');
}

export function checkInstant(field: string, value: string): Date {
  const instant = readInstant(value);
  if (instant) return instant;
  throw malformed(field, 'an RFC 3339 instant, such as 2026-11-24T12:00:00Z');
}

/** Text as Postgres can keep it: without NUL, unpaired surrogates replaced as they would be on any wire. */
export function checkText(field: string, value: string, longest: number): string {
  if (value.length > longest || value.includes('\0'))
    throw malformed(field, `at most ${longest} characters, none of them NUL`);
  return value.toWellFormed();
}

export const checkOptionalText = (
  field: string,
  value: string | null | undefined,
  longest: number,
): string | null => (value == null ? null : checkText(field, value, longest));

export function checkName(field: string, value: string): string {
  const name = checkText(field, value, LONGEST_NAME).trim();
  if (name === '') throw malformed(field, `1 to ${LONGEST_NAME} characters`);
  return name;
}

export function checkTimeZone(value: string): string {
  const isZone = (): boolean => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: value }) !== undefined;
    } catch {
      return false;
    }
  };
  // Newer releases of Node take offsets as well, which are no IANA zones.
  if (/^[A-Za-z]/.test(value) && isZone()) return value;
  throw malformed('timeZone', 'an IANA time zone, such as America/New_York');
}

/** An origin as a browser sends it: no wildcard, nothing after the port, in lower case. */
export const isOrigin = (text: unknown): text is string => {
  try {
    return typeof text === 'string' && /^https?:[^*]+$/.test(text) && new URL(text).origin === text;
  } catch {
    return false;
  }
};
