// The same numbers as the chart's, all of them, newest first.
import { figuresIn } from '../../src/boxes/figures.js';
import type { ActivityProps } from './activity-chart.js';
import { spanTextsIn } from './spans.js';
import type { Activity } from './timeline.js';
import '../pieces/table.css';

const { count } = figuresIn('en');
const COLUMNS = [
  ['Initials sent', 'initialsSent'],
  ['Replies', 'replies'],
  ['Auto opt outs', 'autoOptOuts'],
  ['Manual opt outs', 'manualOptOuts'],
] as const satisfies readonly (readonly [string, keyof Activity])[];

export function ActivityTable({ activity, interval, timeZone }: ActivityProps) {
  const texts = spanTextsIn(interval, timeZone);
  const sumOf = (field: (typeof COLUMNS)[number][1]): number =>
    activity.reduce((sum, point) => sum + point[field], 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is to be scrolled by key
    <section className="table-room tall" tabIndex={0} aria-label="Numbers over time">
      <table className="table cards">
        <thead>
          <tr>
            <th scope="col">{interval === 'HOUR' ? 'Hour' : 'Day'}</th>
            {COLUMNS.map(([name]) => (
              <th key={name} scope="col" className="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr className="sum">
            <th scope="row">All</th>
            {COLUMNS.map(([name, field]) => (
              <td key={name} className="number" data-label={name}>
                {count(sumOf(field))}
              </td>
            ))}
          </tr>
          {activity.toReversed().map((point) => (
            <tr key={point.startsAt}>
              <th scope="row">{texts.whole(Date.parse(point.startsAt))}</th>
              {COLUMNS.map(([name, field]) => (
                <td key={name} className="number" data-label={name}>
                  {count(point[field])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
