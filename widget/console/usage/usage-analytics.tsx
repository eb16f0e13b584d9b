// Usage Analytics: what the account sent and received in each month, as it is up to this moment.
import { useQuery } from '@apollo/client/react';
import { UsageDocument } from '@campaign-analytics/schema/graphql';
import { PreparedDownload } from '../exports/prepared-download.js';
import type { PageProps } from '../pages.js';
import { Chart } from '../pieces/chart/chart.js';
import { Failure } from '../pieces/failure.js';
import { Notice } from '../pieces/notice.js';
import { Skeleton } from '../pieces/skeleton.js';
import { RangeChooser } from './range-chooser.js';
import {
  filledMonths,
  isNow,
  monthMark,
  monthName,
  monthsAfter,
  rangeIn,
  startOf,
  type UsageMonth,
} from './usage-months.js';
import { UsageTable } from './usage-table.js';
import './usage.css';

const POLL_MS = 5_000;

export function UsageAnalytics({ address }: PageProps) {
  const now = new Date();
  const range = rangeIn(address, now);
  const query = useQuery(UsageDocument, {
    variables: range,
    fetchPolicy: 'cache-and-network',
    pollInterval: POLL_MS,
    skipPollAttempt: () => document.hidden,
  });
  const read = (query.data ?? query.previousData)?.usage;
  const months = filledMonths(read ?? [], range);
  // The time before there was anything is no news in a table.
  const used = months.filter(({ month }) => month >= (read?.[0]?.month ?? ''));
  return (
    <>
      <title>Usage – Campaign Analytics</title>
      <div className="heading">
        <h1>Usage</h1>
        <RangeChooser address={address} range={range} now={now} />
      </div>
      <p className="muted usage-terms">
        Months begin and end in UTC. Messages that failed or were not delivered are left out, even when that
        becomes known later.
      </p>
      {!read && !query.error && <Skeleton of="usage" rows={8} />}
      {!read && query.error && (
        <Failure
          title="The usage could not be read"
          error={query.error}
          onRetry={() => void query.refetch()}
        />
      )}
      {read?.length === 0 && (
        <Notice title="Nothing was sent or received in these months">
          Numbers appear here with the first message.
        </Notice>
      )}
      {read && read.length > 0 && (
        <>
          <div className="panel">
            <UsageChart months={months} now={now} />
          </div>
          <UsageTable months={used} now={now} />
          <div className="usage-ending">
            <p className="muted">
              A contact counts once in each month in which at least one message was sent to it, so contacts of
              several months cannot be added up.
            </p>
            <PreparedDownload
              key={`${range.from} ${range.to}`}
              label="Download as CSV"
              kind="USAGE"
              range={{ from: startOf(range.from), to: startOf(monthsAfter(range.to, 1)) }}
            />
          </div>
        </>
      )}
    </>
  );
}

const SERIES: readonly {
  readonly name: string;
  readonly of: keyof Omit<UsageMonth, 'month' | '__typename'>;
}[] = [
  { name: 'Messaged contacts', of: 'messagedContacts' },
  { name: 'SMS messages', of: 'smsMessages' },
  { name: 'SMS segments', of: 'smsSegments' },
  { name: 'MMS messages', of: 'mmsMessages' },
];

/** Until a month is pointed at, the newest one is told: contacts have no sum. */
function UsageChart({ months, now }: { readonly months: readonly UsageMonth[]; readonly now: Date }) {
  const last = months.at(-1);
  if (!last) return null;
  return (
    <Chart
      label="Usage by month"
      extent={isNow(last.month, now) ? `${monthName(last.month)} so far` : monthName(last.month)}
      points={months.map(({ month }) => ({ name: monthName(month), mark: monthMark(month) }))}
      series={SERIES.map(({ name, of }) => ({
        name,
        values: months.map((usage) => Number(usage[of])),
        total: Number(last[of]),
      }))}
    />
  );
}
