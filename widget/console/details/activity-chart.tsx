import type { ActivityInterval } from '@campaign-analytics/schema/graphql';
import { Chart } from '../pieces/chart/chart.js';
import { spanTextsIn } from './spans.js';
import { type Activity, type Span, timelineOf } from './timeline.js';

export interface ActivityProps {
  readonly activity: readonly Activity[];
  readonly interval: ActivityInterval;
  readonly timeZone: string;
}

export function ActivityChart({ activity, interval, timeZone }: ActivityProps) {
  const { spans, isWhole } = timelineOf(activity, { interval, timeZone, nowMs: Date.now() });
  const texts = spanTextsIn(interval, interval === 'HOUR' ? timeZone : 'UTC');
  const unit = interval === 'HOUR' ? 'hour' : 'day';
  const length = `${spans.length} ${spans.length === 1 ? unit : `${unit}s`}`;
  const seriesOf = (name: string, field: 'initialsSent' | 'replies' | 'optOuts') => ({
    name,
    values: spans.map((span: Span) => span[field]),
  });
  return (
    <Chart
      label={`Initials sent, replies and opt outs by the ${unit}`}
      extent={isWhole ? `All ${length}` : `The newest ${length}`}
      points={spans.map(({ startsAtMs }) => ({
        name: texts.whole(startsAtMs),
        mark: texts.short(startsAtMs),
      }))}
      series={[
        seriesOf('Initials sent', 'initialsSent'),
        seriesOf('Replies', 'replies'),
        seriesOf('Opt outs', 'optOuts'),
      ]}
    />
  );
}
