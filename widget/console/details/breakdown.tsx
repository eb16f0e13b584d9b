// What stands behind the boxes: when it happened, who did it, what became of the messages, when it will be done.
import type { ActivityInterval } from '@campaign-analytics/schema/graphql';
import { Choice } from '../pieces/choice.js';
import { Notice } from '../pieces/notice.js';
import { Skeleton } from '../pieces/skeleton.js';
import { zoneText } from '../pieces/times.js';
import { readdress, withParameters } from '../router.js';
import { ActivityChart } from './activity-chart.js';
import { ActivityTable } from './activity-table.js';
import type { Campaign } from './campaign-details.js';
import { Completion } from './completion.js';
import { DeliveryTable } from './delivery-table.js';
import { useLiveBreakdown } from './live-breakdown.js';
import { SenderTable } from './sender-table.js';
import './breakdown.css';

type View = 'chart' | 'table';

export interface BreakdownProps {
  readonly campaign: Campaign;
  readonly address: URL;
}

export function Breakdown({ campaign, address }: BreakdownProps) {
  const { searchParams } = address;
  const interval: ActivityInterval = searchParams.get('by') === 'day' ? 'DAY' : 'HOUR';
  const view: View = searchParams.get('view') === 'table' ? 'table' : 'chart';
  const timeZone = campaign.timeZone ?? 'UTC';
  const { breakdown, isFailed, retry } = useLiveBreakdown(campaign.id, interval);
  const choose = (parameter: string, value: string | null): void =>
    readdress(withParameters(address, { [parameter]: value }));

  if (!breakdown)
    return isFailed ? (
      <Notice title="What stands behind the numbers could not be read" onRetry={retry} />
    ) : (
      <Skeleton of="what stands behind the numbers" rows={7} />
    );
  const activity = { activity: breakdown.activity, interval, timeZone };
  return (
    <>
      <Completion
        at={breakdown.estimatedCompletionAt}
        isUnderWay={
          campaign.status === 'ACTIVE' && campaign.analytics.initialsSent < campaign.analytics.conversations
        }
        sendingEndsAt={campaign.sendingEndsAt}
        timeZone={campaign.timeZone}
      />
      <section className="panel activity" aria-labelledby="activity">
        <header>
          <h2 id="activity">Over time</h2>
          <Choice
            label="Interval"
            value={interval}
            options={[
              ['HOUR', 'Hours'],
              ['DAY', 'Days'],
            ]}
            onChoose={(chosen) => choose('by', chosen === 'DAY' ? 'day' : null)}
          />
          <Choice
            label="View"
            value={view}
            options={[
              ['chart', 'Chart'],
              ['table', 'Table'],
            ]}
            onChoose={(chosen) => choose('view', chosen === 'table' ? 'table' : null)}
          />
        </header>
        {breakdown.activity.length === 0 ? (
          <Notice title="Nothing has happened yet">The first initial shows here within seconds.</Notice>
        ) : view === 'chart' ? (
          <ActivityChart {...activity} />
        ) : (
          <ActivityTable {...activity} />
        )}
        <p className="muted zone">Times in {zoneText(timeZone)}</p>
      </section>
      <div className="columns">
        <div>
          <h2>Senders</h2>
          <SenderTable senders={breakdown.senders} address={address} />
        </div>
        <div>
          <h2>Deliveries</h2>
          <DeliveryTable deliveries={breakdown.deliveries} />
        </div>
      </div>
    </>
  );
}
