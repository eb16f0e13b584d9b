// The hours and days of a chart: evenly spaced, none lost, in whatever time zone.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Activity, timelineOf } from '../widget/console/details/timeline.ts';

const HOUR_MS = 3_600_000;

const point = (startsAt: string, initialsSent = 1): Activity => ({
  startsAt,
  initialsSent,
  replies: 0,
  autoOptOuts: 0,
  manualOptOuts: 0,
});
const at = (ms: number): string => new Date(ms).toISOString();
const initials = (spans: readonly { initialsSent: number }[]): number[] =>
  spans.map((span) => span.initialsSent);

test('hours in between are there and empty, up to the present where something happened lately', () => {
  const options = { interval: 'HOUR', timeZone: 'UTC' } as const;
  const activity = [point('2026-11-02T10:00:00Z'), point('2026-11-02T13:00:00Z', 2)];
  const until = (now: string) => timelineOf(activity, { ...options, nowMs: Date.parse(now) }).spans;
  expect(initials(until('2026-11-02T15:30:00Z'))).toEqual([1, 0, 0, 2, 0, 0]);
  expect(initials(until('2026-11-09T15:30:00Z'))).toEqual([1, 0, 0, 2]);
  expect(timelineOf([], { ...options, nowMs: 0 })).toEqual({ spans: [], isWhole: true });
});

test('days go by the calendar of the time zone, also where the clocks are changed', () => {
  // Midnights of October 31 to November 3 in New York; November 1, 2026 has 25 hours.
  const midnights = ['10-31T04', '11-01T04', '11-02T05', '11-03T05'].map((day) => `2026-${day}:00:00Z`);
  const { spans } = timelineOf(
    midnights.map((startsAt) => point(startsAt)),
    { interval: 'DAY', timeZone: 'America/New_York', nowMs: Date.parse('2026-11-03T20:00:00Z') },
  );
  expect(initials(spans)).toEqual([1, 1, 1, 1]);
  expect(spans.map((span) => at(span.startsAtMs).slice(5, 10))).toEqual(['10-31', '11-01', '11-02', '11-03']);
});

test('hours of a zone that is half an hour off begin where its own do', () => {
  const { spans } = timelineOf([point('2026-11-02T10:30:00Z'), point('2026-11-02T12:30:00Z')], {
    interval: 'HOUR',
    timeZone: 'Asia/Kolkata',
    nowMs: Date.parse('2026-11-02T12:45:00Z'),
  });
  expect(initials(spans)).toEqual([1, 0, 1]);
  expect(at(spans[1]?.startsAtMs ?? 0)).toBe('2026-11-02T11:30:00.000Z');
});

test('whatever happened when, the newest 400 hours are spaced evenly and nothing of a whole line is lost', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 0, max: 40 }),
      (hours, later) => {
        const sorted = hours.toSorted((one, other) => one - other);
        const activity = sorted.map((hour) => point(at(hour * HOUR_MS), hour + 1));
        const nowMs = ((sorted.at(-1) ?? 0) + later) * HOUR_MS;
        const { spans, isWhole } = timelineOf(activity, { interval: 'HOUR', timeZone: 'UTC', nowMs });
        expect(spans.length).toBeLessThanOrEqual(400);
        for (const [index, span] of spans.entries())
          expect(span.startsAtMs).toBe((spans[0]?.startsAtMs ?? 0) + index * HOUR_MS);
        for (const span of spans)
          expect(span.initialsSent).toBe(
            activity.find(({ startsAt }) => startsAt === at(span.startsAtMs))?.initialsSent ?? 0,
          );
        if (isWhole)
          expect(initials(spans).reduce((sum, each) => sum + each)).toBe(
            activity.reduce((sum, each) => sum + each.initialsSent, 0),
          );
      },
    ),
  );
});
