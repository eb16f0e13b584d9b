// Numbers over time: a row of bars for each series, every row on a scale of its own, above one axis. Pointing at an interval,
// or going through them by key, tells the numbers of that interval in place of the sums. A table beside it is the page's.
import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import { figuresIn } from '../../../src/boxes/figures.js';
import { Bars } from './bars.js';
import { EDGE_PX, namedPoints, pointAt } from './scale.js';
import { useWidth } from './width.js';
import './chart.css';

export interface ChartSeries {
  readonly name: string;
  /** One for each point. */
  readonly values: readonly number[];
  /** Stands for the whole series; left out: the sum of its values. */
  readonly total?: number;
}

export interface ChartPoint {
  /** Whole, as it is told: "Tue, Nov 24, 5 PM". */
  readonly name: string;
  /** As it stands at the axis, where there is room: "5 PM". */
  readonly mark: string;
}

export interface ChartProps {
  /** What it shows, for those who do not see it. */
  readonly label: string;
  /** What the sums are of: "All 36 hours". */
  readonly extent: string;
  /** Evenly spaced, oldest first, at least one. */
  readonly points: readonly ChartPoint[];
  readonly series: readonly ChartSeries[];
}

const { count } = figuresIn('en');

const totalOf = ({ total, values }: ChartSeries): number =>
  total ?? values.reduce((sum, each) => sum + each, 0);

export function Chart({ label, extent, points, series }: ChartProps) {
  const [room, width] = useWidth();
  const [chosen, setChosen] = useState<number | null>(null);
  const last = points.length - 1;
  const at = chosen === null ? null : Math.min(chosen, last);
  const shownOf = (each: ChartSeries): number => (at === null ? totalOf(each) : (each.values[at] ?? 0));
  const told = `${at === null ? extent : points[at]?.name}: ${series.map((each) => `${each.name} ${count(shownOf(each))}`).join(', ')}`;

  const point = ({ clientX, currentTarget }: PointerEvent<HTMLElement>): void =>
    setChosen(pointAt(clientX - currentTarget.getBoundingClientRect().left, width, points.length));
  const step = (event: KeyboardEvent): void => {
    const next = stepped(event.key, at, last);
    if (next === undefined) return;
    event.preventDefault();
    setChosen(next);
  };
  return (
    <figure className="chart">
      <figcaption>{at === null ? extent : points[at]?.name}</figcaption>
      <div
        ref={room}
        className="chart-rows"
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={at ?? last}
        aria-valuetext={told}
        onKeyDown={step}
        onPointerMove={point}
        onPointerDown={point}
        onPointerLeave={() => setChosen(null)}
        onBlur={() => setChosen(null)}
      >
        {series.map((each, tone) => (
          <div key={each.name} className="chart-row" data-tone={tone}>
            <p>
              {each.name} <b>{count(shownOf(each))}</b>
            </p>
            <Bars values={each.values} width={width} chosen={at} />
          </div>
        ))}
        <svg aria-hidden="true" className="chart-axis" width="100%" height="20">
          {namedPoints(points, width).map(({ mark, x, anchor }) => (
            <text key={x} x={x} y="15" textAnchor={anchor}>
              {mark}
            </text>
          ))}
          <path d={`M${EDGE_PX} .5H${width}`} />
        </svg>
      </div>
    </figure>
  );
}

/** The point that a key leads to; null for none, undefined where the key means nothing here. */
function stepped(key: string, at: number | null, last: number): number | null | undefined {
  if (key === 'ArrowLeft' || key === 'ArrowDown') return Math.max(0, (at ?? last + 1) - 1);
  if (key === 'ArrowRight' || key === 'ArrowUp') return Math.min(last, (at ?? last) + 1);
  if (key === 'Home') return 0;
  if (key === 'End') return last;
  return key === 'Escape' ? null : undefined;
}
