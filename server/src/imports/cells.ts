// Single cells of a row in, what they say out, or an error that names the column and repeats nothing.
import { malformed } from '../fields.js';
import { readPhoneNumber } from '../scalars.js';
import type { ExportRow } from './export-file.js';

const BOOLEANS = new Map([
  ['true', true],
  ['t', true],
  ['1', true],
  ['false', false],
  ['f', false],
  ['0', false],
]);

/** @param ofEmpty - what nothing means; left out, nothing is a fault. */
export function readBoolean(row: ExportRow, column: string, ofEmpty?: boolean): boolean {
  const text = row.value(column).trim().toLowerCase();
  const value = text === '' ? ofEmpty : BOOLEANS.get(text);
  if (value === undefined) throw malformed(column, 'true or false');
  return value;
}

export function readCount(row: ExportRow, column: string): number | null {
  const text = row.value(column).trim();
  if (text === '') return null;
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw malformed(column, 'a whole number or nothing');
}

/** @param country - the account's, for numbers that stand as they are dialled there. */
export function readPhone(row: ExportRow, column: string, country: string): string {
  const number = readPhoneNumber(row.value(column).trim(), country);
  if (number) return number;
  throw malformed(column, `a phone number, such as +14155550123, or one as dialled in ${country}`);
}

export const readName = (row: ExportRow, column: string): string | null => row.value(column).trim() || null;

export function checkCampaign(row: ExportRow, campaignId: string): void {
  if (campaignIdOf(row) !== campaignId) throw malformed('campaignId', 'the campaign of the rows before');
}

export const campaignIdOf = (row: ExportRow): string => row.value('campaignId').trim();
