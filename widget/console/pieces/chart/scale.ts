// Where things stand in a chart, in pixels.
import type { ChartPoint } from './chart.js';

/** The room of the numbers at the left. */
export const EDGE_PX = 44;
export const ROW_PX = 64;
const MARK_PX = 84;

/** The width that one of `count` points has. */
export const stepOf = (width: number, count: number): number => Math.max(0, width - EDGE_PX) / count;

export const pointAt = (x: number, width: number, count: number): number =>
  Math.max(0, Math.min(count - 1, Math.floor((x - EDGE_PX) / stepOf(width, count))));

/** The least of 1, 2, 5, 10, 20, ... that is not below. */
export function ceiling(most: number): number {
  if (most <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= most) ?? most;
}

export interface NamedPoint {
  readonly mark: string;
  readonly x: number;
  readonly anchor: 'middle' | 'end';
}

/** As many marks as have room, evenly apart, the newest always among them. */
export function namedPoints(points: readonly ChartPoint[], width: number): NamedPoint[] {
  const step = stepOf(width, points.length);
  if (step === 0) return [];
  const every = Math.max(1, Math.ceil(MARK_PX / step));
  const marks: NamedPoint[] = [];
  for (let index = points.length - 1; index >= 0; index -= every) {
    const mark = points[index]?.mark ?? '';
    const x = EDGE_PX + (index + 0.5) * step;
    if (index === points.length - 1 && x + MARK_PX / 2 > width) marks.push({ mark, x: width, anchor: 'end' });
    else if (isFree(x, marks)) marks.push({ mark, x, anchor: 'middle' });
  }
  return marks;
}

function isFree(x: number, marks: readonly NamedPoint[]): boolean {
  const [last] = marks;
  const room = last?.anchor === 'end' ? last.x - MARK_PX : Number.POSITIVE_INFINITY;
  return x - MARK_PX / 2 >= 0 && x + MARK_PX / 2 <= room + MARK_PX / 4;
}
