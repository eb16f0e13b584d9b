// Months as the API has them, YYYY-MM in UTC, and the range of them that the page's address names.
import type { UsageQuery } from '@campaign-analytics/schema/graphql';

export type UsageMonth = UsageQuery['usage'][number];

/** Both included. */
export interface MonthRange {
  readonly from: string;
  readonly to: string;
}

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;
/** How many months a range that the reader did not choose has, and how many can be chosen from. */
const USUAL = 12;
const OFFERED = 60;

const monthOf = (instant: Date): string => instant.toISOString().slice(0, 7);

/** The month so many months later, or earlier. */
export function monthsAfter(month: string, count: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return monthOf(new Date(Date.UTC(year, number - 1 + count)));
}

/** @param now the newest month is the one in which it lies */
export function rangeIn({ searchParams }: URL, now: Date): MonthRange {
  const [from, to] = [searchParams.get('from'), searchParams.get('to')];
  const last = to && MONTH.test(to) ? to : monthOf(now);
  const first = from && MONTH.test(from) ? from : monthsAfter(last, 1 - USUAL);
  return first <= last ? { from: first, to: last } : { from: last, to: first };
}

/** The months that can be chosen, newest first; those of the range among them, however old. */
export function monthsOffered({ from }: MonthRange, now: Date): string[] {
  const newest = monthOf(now);
  const oldest = [from, monthsAfter(newest, 1 - OFFERED)].sort()[0] ?? from;
  const months = [newest];
  while ((months.at(-1) ?? oldest) > oldest) months.push(monthsAfter(months.at(-1) ?? oldest, -1));
  return months;
}

/** Every month of the range, oldest first; those of which nothing was read with zeros. */
export function filledMonths(read: readonly UsageMonth[], { from, to }: MonthRange): UsageMonth[] {
  const known = new Map(read.map((usage) => [usage.month, usage]));
  const months: UsageMonth[] = [];
  for (let month = from; month <= to; month = monthsAfter(month, 1))
    months.push(known.get(month) ?? { ...NOTHING, month });
  return months;
}

const NOTHING = {
  messagedContacts: 0,
  smsMessages: 0,
  smsSegments: 0,
  mmsMessages: 0,
  sentSmsMessages: 0,
  sentSmsSegments: 0,
  sentMmsMessages: 0,
};

const format = (options: Intl.DateTimeFormatOptions): ((month: string) => string) => {
  const dates = new Intl.DateTimeFormat('en', { ...options, timeZone: 'UTC' });
  return (month) => dates.format(new Date(startOf(month)));
};

export const startOf = (month: string): string => `${month}-01T00:00:00Z`;

/** "November 2026" */
export const monthName = format({ month: 'long', year: 'numeric' });
/** "Nov 2026" */
export const monthMark = format({ month: 'short', year: 'numeric' });

export const isNow = (month: string, now: Date): boolean => month === monthOf(now);
