// Hours or days in which something happened in, an evenly spaced line of all of them out, up to the present where it goes on.
import type { ActivityInterval, CampaignBreakdownQuery } from '@campaign-analytics/schema/graphql';

export type Activity = NonNullable<CampaignBreakdownQuery['campaignBreakdown']>['activity'][number];

export interface Span {
  /** Of a day: midnight in UTC of its date in the calendar. */
  startsAtMs: number;
  initialsSent: number;
  replies: number;
  optOuts: number;
}

/** More have no room in a chart. */
const MOST_SPANS = 400;
/** How many hours or days may be empty up to the present. */
const LATELY: Record<ActivityInterval, number> = { HOUR: 24, DAY: 14 };
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

export interface TimelineOptions {
  readonly interval: ActivityInterval;
  readonly timeZone: string;
  /** The line goes on up to here where something happened lately, else it ends with the last thing that did. */
  readonly nowMs: number;
}

/** Oldest first, at most the newest 400; `isWhole` is false where older ones are left out. */
export function timelineOf(
  activity: readonly Activity[],
  { interval, timeZone, nowMs }: TimelineOptions,
): { readonly spans: Span[]; readonly isWhole: boolean } {
  // Not every zone's hours begin with those of UTC.
  const phaseMs = Date.parse(activity[0]?.startsAt ?? '') % HOUR_MS;
  const numberOf =
    interval === 'HOUR' ? (ms: number) => Math.floor((ms - phaseMs) / HOUR_MS) : dayNumberIn(timeZone);
  const found = activity.map((point) => ({ point, number: numberOf(Date.parse(point.startsAt)) }));
  const first = found[0]?.number;
  const last = found.at(-1)?.number;
  if (first === undefined || last === undefined) return { spans: [], isWhole: true };
  const now = numberOf(nowMs);
  const end = now - last <= LATELY[interval] ? Math.max(last, now) : last;
  const begin = Math.max(first, end - MOST_SPANS + 1);
  const spans = Array.from({ length: end - begin + 1 }, (_, index) => ({
    startsAtMs: interval === 'HOUR' ? (begin + index) * HOUR_MS + phaseMs : (begin + index) * DAY_MS,
    initialsSent: 0,
    replies: 0,
    optOuts: 0,
  }));
  for (const { point, number } of found) {
    const span = spans[number - begin];
    if (!span) continue;
    span.initialsSent += point.initialsSent;
    span.replies += point.replies;
    span.optOuts += point.autoOptOuts + point.manualOptOuts;
  }
  return { spans, isWhole: begin === first };
}

/** Days since 1970 by the calendar of a time zone, whatever their length. */
function dayNumberIn(timeZone: string): (ms: number) => number {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (ms) => Math.floor(Date.parse(`${format.format(ms)}T00:00:00Z`) / DAY_MS);
}
