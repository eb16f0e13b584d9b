// One page of the account's campaigns: read again every few seconds and on focus, so that new ones appear, with their
// numbers pushed in between.
import { useQuery } from '@apollo/client/react';
import { CampaignsDocument } from '@campaign-analytics/schema/graphql';
import { figuresIn } from '../../src/boxes/figures.js';
import type { PageProps } from '../pages.js';
import { Notice } from '../pieces/notice.js';
import { Pager } from '../pieces/pager.js';
import { readdress } from '../router.js';
import { type Campaign, CampaignTable } from './campaign-table.js';
import { useLiveAnalytics } from './live-analytics.js';

const PAGE_SIZE = 50;
const POLL_MS = 5_000;

export function CampaignList({ address: { searchParams } }: PageProps) {
  const after = searchParams.get('after');
  const search = searchParams.get('search');
  const query = useQuery(CampaignsDocument, {
    variables: { first: PAGE_SIZE, after, search },
    fetchPolicy: 'cache-and-network',
    pollInterval: POLL_MS,
    skipPollAttempt: () => document.hidden,
  });
  const connection = (query.data ?? query.previousData)?.campaigns;
  const campaigns = connection?.edges.map(({ node }) => node) ?? [];
  const analytics = useLiveAnalytics(campaigns.map((campaign) => campaign.analytics));
  const rows = campaigns.map((campaign, index) => ({
    ...campaign,
    analytics: analytics[index] ?? campaign.analytics,
  }));
  return (
    <>
      <title>Campaigns – Campaign Analytics</title>
      <div className="heading">
        <h1>Campaigns</h1>
        {connection && <p className="muted">{figuresIn('en').count(connection.totalCount)}</p>}
        <input
          type="search"
          placeholder="Search by name"
          aria-label="Search campaigns by name"
          value={search ?? ''}
          onChange={({ target }) => readdress(pageAddress({ search: target.value }))}
        />
      </div>
      {connection ? (
        <Content rows={rows} search={search} />
      ) : (
        query.error && <Unread onRetry={() => query.refetch()} />
      )}
      {connection && (
        <Pager
          isFirst={!after}
          firstHref={pageAddress({ search })}
          nextHref={
            connection.pageInfo.hasNextPage
              ? pageAddress({ search, after: connection.pageInfo.endCursor })
              : null
          }
        />
      )}
    </>
  );
}

function Content({ rows, search }: { readonly rows: readonly Campaign[]; readonly search: string | null }) {
  if (rows.length > 0) return <CampaignTable campaigns={runningFirst(rows)} />;
  return search ? (
    <Notice title="No campaign has this name">Try a shorter part of it.</Notice>
  ) : (
    <Notice title="No campaigns yet">
      They appear here as soon as your texting tool reports the first one.
    </Notice>
  );
}

const Unread = ({ onRetry }: { onRetry(): void }) => (
  <Notice title="The campaigns could not be read" onRetry={onRetry}>
    The server does not answer, or refused.
  </Notice>
);

/** A campaign may have started or stopped since the server put the page in order. */
const runningFirst = (rows: readonly Campaign[]): readonly Campaign[] => {
  const isRunning = ({ analytics }: Campaign): boolean => analytics.status === 'ACTIVE';
  return [...rows.filter(isRunning), ...rows.filter((row) => !isRunning(row))];
};

function pageAddress(parameters: Readonly<Record<string, string | null | undefined>>): string {
  const given = Object.entries(parameters).flatMap(([name, value]) => (value ? [[name, value]] : []));
  return given.length > 0 ? `/?${new URLSearchParams(given)}` : '/';
}
