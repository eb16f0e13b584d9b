// The contract's two scalars and its ids: how they are read from text and written to it. In inputs the scalars take any
// string, so that a malformed one rejects its item and not the whole batch; intake checks the contents with these readers.
import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { type CountryCode, isPossiblePhoneNumber, parsePhoneNumberFromString } from 'libphonenumber-js';

const anyString = (scalar: string, value: unknown): string => {
  if (typeof value !== 'string') throw new GraphQLError(`${scalar}: expected a string`);
  return value;
};

const textScalar = (
  name: string,
  description: string,
  serialize: (value: unknown) => string,
): GraphQLScalarType =>
  new GraphQLScalarType({
    name,
    description,
    serialize,
    parseValue: (value) => anyString(name, value),
    parseLiteral: (node) => anyString(name, node.kind === Kind.STRING ? node.value : undefined),
  });

export const DateTime = textScalar('DateTime', 'An instant, RFC 3339, served in UTC.', (value) =>
  value instanceof Date ? value.toISOString() : anyString('DateTime', value),
);

export const PhoneNumber = textScalar(
  'PhoneNumber',
  'A phone number in E.164 form, such as +14155550123: plus sign, 7 to 15 digits, possible (not necessarily valid) by libphonenumber.',
  (value) => anyString('PhoneNumber', value),
);

const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/** Reads an RFC 3339 instant, cut to milliseconds; undefined where it is none. */
export function readInstant(text: string): Date | undefined {
  const match = RFC_3339.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const millisecond = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  const offsetMinutes = Number(match[9] ?? 0) * 60 + Number(match[10] ?? 0);
  if (hour > 23 || minute > 59 || second > 59 || Number(match[9] ?? 0) > 23 || Number(match[10] ?? 0) > 59)
    return undefined;
  const local = new Date(0);
  local.setUTCFullYear(year, month - 1, day);
  if (local.getUTCMonth() !== month - 1 || local.getUTCDate() !== day) return undefined;
  local.setUTCHours(hour, minute, second, millisecond);
  const instant = new Date(local.getTime() - (match[8] === '-' ? -1 : 1) * offsetMinutes * 60_000);
  // An offset may lead out of the years that RFC 3339, and Postgres, can write.
  return instant.getUTCFullYear() >= 1 && instant.getUTCFullYear() <= 9999 ? instant : undefined;
}

/** Ten digits after +1, the first of which opens an area code: libphonenumber holds all of these possible. */
const NORTH_AMERICAN = /^\+1[2-9]\d{9}$/;

/** Whether this is an E.164 number that libphonenumber holds possible. */
export const isPhoneNumber = (text: string): boolean =>
  // The library takes 10 to 20 µs a number, several times what recording the message takes.
  NORTH_AMERICAN.test(text) || (/^\+[1-9]\d{6,14}$/.test(text) && isPossiblePhoneNumber(text));

/**
 * Reads a phone number as people write it: international with +, or national as it is dialled in `country`.
 *
 * @param country - ISO 3166-1 alpha-2.
 * @returns the number in E.164 form; undefined where there is none.
 */
export function readPhoneNumber(text: string, country: string): string | undefined {
  if (isPhoneNumber(text)) return text;
  const options = { defaultCountry: country as CountryCode, extract: false };
  const number = parsePhoneNumberFromString(text, options)?.number;
  return number !== undefined && isPhoneNumber(number) ? number : undefined;
}

/** Whether this may be an id: 1 to 128 characters of A-Z a-z 0-9 . _ : - */
export const isId = (text: string): boolean => /^[A-Za-z0-9._:-]{1,128}$/.test(text);
