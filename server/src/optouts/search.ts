// What a person types to find a number in, how such a number looks in E.164 form out.
import { AsYouType, type CountryCode } from 'libphonenumber-js';
import { readPhoneNumber } from '../scalars.js';

export interface Search {
  /** The whole number that this may be. */
  readonly number: string | undefined;
  /** Digits that stand somewhere in a number. */
  readonly digits: string | undefined;
  /** What a number begins with, in E.164 form. */
  readonly beginning: string | undefined;
}

/** What people write between the digits. */
const BETWEEN = /[\s().\-/\u2010-\u2015\u00ad\u200e\u200f\u202a-\u202e\u2060]/g;
const NOTHING: Search = { number: undefined, digits: undefined, beginning: undefined };

/**
 * @param text - part of a number or a whole one; nothing finds all.
 * @param country - in which national numbers are meant, ISO 3166-1 alpha-2.
 * @returns undefined for all. A search with none of the three finds nobody.
 */
export function readSearch(text: string | null, country: string): Search | undefined {
  const bare = (text ?? '').replace(BETWEEN, '');
  if (bare === '' || bare === '+') return undefined;
  const number = readPhoneNumber((text ?? '').trim(), country);
  if (/^\+\d+$/.test(bare)) return { number, digits: undefined, beginning: bare };
  if (!/^\d+$/.test(bare)) return { ...NOTHING, number };
  // As it is dialled at home, a number often begins with a digit that its E.164 form does not have.
  const typing = new AsYouType(country as CountryCode);
  typing.input(bare);
  const beginning = typing.getNumberValue();
  return { number, digits: bare, beginning: beginning?.includes(bare) ? undefined : beginning };
}
