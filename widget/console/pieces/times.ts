// How times are written: a campaign's own in the time zone that it works in, or the reader's where it has none.

/** "Nov 24, 2026, 9:00 AM"; with either end open "from ..." or "until ...". Null where there is no window. */
export function windowText(
  from: string | null | undefined,
  until: string | null | undefined,
  timeZone: string | null | undefined,
): string | null {
  const format = dateFormat(timeZone);
  if (from && until) return format.formatRange(new Date(from), new Date(until));
  if (from) return `From ${format.format(new Date(from))}`;
  if (until) return `Until ${format.format(new Date(until))}`;
  return null;
}

/** "9:00 AM – 8:00 PM" from two times of day, HH:MM. */
export function hoursText(
  opensAt: string | null | undefined,
  closesAt: string | null | undefined,
): string | null {
  const day = (time: string): string => `1970-01-01T${time}:00Z`;
  const format = new Intl.DateTimeFormat('en', { timeStyle: 'short', timeZone: 'UTC' });
  if (!opensAt || !closesAt) return null;
  return `${format.format(new Date(day(opensAt)))} – ${format.format(new Date(day(closesAt)))}`;
}

/** In the reader's time zone: when something was done here is no matter of where the campaign works. */
export const instantText = (instant: string): string => dateFormat(null).format(new Date(instant));

const days = new Intl.DateTimeFormat('en', { dateStyle: 'medium' });

/** "Nov 24, 2026", in the reader's time zone. */
export const dayText = (instant: string): string => days.format(new Date(instant));

/** "America/Los Angeles" */
export const zoneText = (timeZone: string): string => timeZone.replaceAll('_', ' ');

/** "Wed, Nov 25, 3:40 PM PST": where it is not the reader's own, the zone is to be seen. */
export const zonedText = (instant: string, timeZone: string | null | undefined): string =>
  new Intl.DateTimeFormat('en', {
    timeZone: timeZone ?? undefined,
    weekday: 'short',
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(new Date(instant));

const dateFormat = (timeZone: string | null | undefined): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', timeZone: timeZone ?? undefined });
