import { figuresIn } from '../../../src/boxes/figures.js';
import { ceiling, EDGE_PX, ROW_PX, stepOf } from './scale.js';

export interface BarsProps {
  readonly values: readonly number[];
  readonly width: number;
  readonly chosen: number | null;
}

const TOP_PX = 6;
const { compact } = figuresIn('en');

/** One series: all its bars are one path, so that a thousand of them cost no more than ten. */
export function Bars({ values, width, chosen }: BarsProps) {
  const step = stepOf(width, values.length);
  const most = ceiling(Math.max(0, ...values));
  const gap = step > 4 ? Math.min(step * 0.25, 6) : 0;
  const barOf = (index: number): string => {
    const value = values[index] ?? 0;
    if (value === 0) return '';
    // The least of something is seen.
    const height = Math.max(1.5, ((ROW_PX - TOP_PX) * value) / most);
    const barWidth = Math.min(48, step - gap);
    const x = EDGE_PX + (index + 0.5) * step - barWidth / 2;
    return `M${x.toFixed(1)} ${ROW_PX}v${-height.toFixed(1)}h${barWidth.toFixed(1)}V${ROW_PX}z`;
  };
  return (
    <svg aria-hidden="true" width="100%" height={ROW_PX}>
      {width > 0 && (
        <>
          <path
            className="chart-grid"
            d={`M${EDGE_PX} ${TOP_PX - 0.5}H${width}M${EDGE_PX} ${ROW_PX - 0.5}H${width}`}
          />
          <text x={EDGE_PX - 8} y={TOP_PX + 4} textAnchor="end">
            {compact(most)}
          </text>
          <path
            className="chart-bars"
            data-dimmed={chosen !== null || undefined}
            d={values.map((_, index) => barOf(index)).join('')}
          />
          {chosen !== null && (
            <>
              <path
                className="chart-cursor"
                d={`M${EDGE_PX + chosen * step} 0h${Math.max(1, step)}v${ROW_PX}h${-Math.max(1, step)}z`}
              />
              <path className="chart-bars" d={barOf(chosen) || 'M0 0'} />
            </>
          )}
        </>
      )}
    </svg>
  );
}
