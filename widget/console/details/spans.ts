// How hours and days are written.
import type { ActivityInterval } from '@campaign-analytics/schema/graphql';

export interface SpanTexts {
  /** "Tue, Nov 24, 2026, 5 PM" */
  whole(startsAtMs: number): string;
  /** "Nov 24, 5 PM" */
  short(startsAtMs: number): string;
}

/** @param timeZone - of the instants */
export function spanTextsIn(interval: ActivityInterval, timeZone: string): SpanTexts {
  const hour = interval === 'HOUR' ? ({ hour: 'numeric' } as const) : {};
  const minute = interval === 'HOUR' && !hasWholeHours(timeZone) ? ({ minute: '2-digit' } as const) : {};
  const short = new Intl.DateTimeFormat('en', {
    timeZone,
    month: 'short',
    day: 'numeric',
    ...hour,
    ...minute,
  });
  const whole = new Intl.DateTimeFormat('en', {
    timeZone,
    weekday: 'short',
    month: 'short',
    day: 'numeric',
    year: 'numeric',
    ...hour,
    ...minute,
  });
  return { whole: (ms) => whole.format(ms), short: (ms) => short.format(ms) };
}

const hasWholeHours = (timeZone: string): boolean =>
  new Intl.DateTimeFormat('en', { timeZone, minute: 'numeric' }).format(0) === '0';
