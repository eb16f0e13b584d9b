// How far a job is, in words: "42% · 420,000 of 1,000,000 rows · 85,000/s · 12 sec left".
import type { JobPaceFragment } from '@campaign-analytics/schema/graphql';
import { figuresIn } from '../../src/boxes/figures.js';

const { count, percent } = figuresIn('en');
const EARLY = 0.02;

/** @param unit what is counted, in the plural: "rows" */
export function paceText(
  { done, total, perSecond, remainingSeconds }: JobPaceFragment,
  unit: string,
): string {
  if (done === 0 && total == null) return 'Starting…';
  const parts = [total == null ? `${count(done)} ${unit}` : `${count(done)} of ${count(total)} ${unit}`];
  // The end is when the job says so: a file is still closed after its last row.
  if (total) parts.unshift(percent(Math.min(99, Math.floor((100 * done) / total))));
  if (perSecond) parts.push(`${count(Math.round(perSecond))}/s`);
  // What the first rows took says little of the rest.
  if (remainingSeconds != null && done >= EARLY * (total ?? 0))
    parts.push(`${spanText(remainingSeconds)} left`);
  return parts.join(' · ');
}

const unitFormat = (unit: string, maximumFractionDigits = 0): Intl.NumberFormat =>
  new Intl.NumberFormat('en', {
    style: 'unit',
    unit,
    unitDisplay: unit === 'byte' ? 'long' : 'short',
    maximumFractionDigits,
  });
const [seconds, minutes, hours] = ['second', 'minute', 'hour'].map((unit) => unitFormat(unit)) as [
  Intl.NumberFormat,
  Intl.NumberFormat,
  Intl.NumberFormat,
];

/** "12 sec", "3 min", "1 hr 20 min". */
export function spanText(span: number): string {
  const whole = Math.ceil(span);
  if (whole < 60) return seconds.format(whole);
  const wholeMinutes = Math.ceil(whole / 60);
  if (wholeMinutes < 60) return minutes.format(wholeMinutes);
  const rest = wholeMinutes % 60;
  return [hours.format((wholeMinutes - rest) / 60), ...(rest ? [minutes.format(rest)] : [])].join(' ');
}

const SIZES = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** "84 MB", of a thousand each. */
export function sizeText(bytes: number): string {
  let size = bytes;
  let at = 0;
  while (size >= 999.5 && at < SIZES.length - 1) {
    size /= 1_000;
    at += 1;
  }
  return unitFormat(SIZES[at] ?? 'byte', size < 10 && at > 0 ? 1 : 0).format(size);
}
