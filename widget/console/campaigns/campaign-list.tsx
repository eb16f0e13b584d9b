// One page of the account's campaigns: read again every few seconds and on focus, so that new ones appear, with their
// numbers pushed in between.
import { useQuery } from '@apollo/client/react';
import { CampaignsDocument } from '@campaign-analytics/schema/graphql';
import { useRef } from 'react';
import { figuresIn } from '../../src/boxes/figures.js';
import type { PageProps } from '../pages.js';
import { Notice } from '../pieces/notice.js';
import { Pager } from '../pieces/pager.js';
import { Skeleton } from '../pieces/skeleton.js';
import { Link } from '../router.js';
import { CampaignTable } from './campaign-table.js';
import { Filters } from './filters.js';
import { useHeldRows } from './held-rows.js';
import { KeyHint } from './key-hint.js';
import { readListing } from './listing.js';
import { useLiveAnalytics } from './live-analytics.js';
import { useRowKeys } from './row-keys.js';
import './campaign-list.css';

const PAGE_SIZE = 50;
const POLL_MS = 5_000;

export function CampaignList({ address }: PageProps) {
  const listing = readListing(address);
  const { search, statuses, sort, direction, after } = listing;
  const query = useQuery(CampaignsDocument, {
    variables: {
      first: PAGE_SIZE,
      after,
      search: search || null,
      status: statuses.length > 0 ? [...statuses] : null,
      sort,
      direction,
    },
    fetchPolicy: 'cache-and-network',
    pollInterval: POLL_MS,
    skipPollAttempt: () => document.hidden,
  });
  const connection = (query.data ?? query.previousData)?.campaigns;
  const read = useLiveAnalytics(connection?.edges.map(({ node }) => node) ?? []);
  const { rows, holder } = useHeldRows(read, query.data ? address.search : null);
  const room = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const keys = useRowKeys({ rows: room, search: field });
  const isFiltered = search !== '' || statuses.length > 0;
  return (
    <>
      <title>Campaigns – Campaign Analytics</title>
      <div className="heading">
        <h1>Campaigns</h1>
        <p className="muted" role="status">
          {connection && figuresIn('en').count(connection.totalCount)}
          {connection && <span className="unseen"> campaigns</span>}
        </p>
      </div>
      <Filters address={address} listing={listing} search={field} />
      {!connection && !query.error && <Skeleton of="campaigns" rows={10} rowHeight={63} />}
      {!connection && query.error && (
        <Notice title="The campaigns could not be read" onRetry={() => void query.refetch()}>
          The server does not answer, or refused. <Link href="/">The first page</Link> may be there.
        </Notice>
      )}
      {connection && rows.length === 0 && <Nothing isFiltered={isFiltered} />}
      {connection && rows.length > 0 && (
        <div ref={room} aria-busy={query.data === undefined} {...holder}>
          <CampaignTable campaigns={rows} address={address} listing={listing} />
        </div>
      )}
      {connection && (
        <footer className="below-rows">
          {rows.length > 0 && <KeyHint {...keys} />}
          <Pager address={address} pageInfo={connection.pageInfo} />
        </footer>
      )}
    </>
  );
}

const Nothing = ({ isFiltered }: { readonly isFiltered: boolean }) =>
  isFiltered ? (
    <Notice title="No campaign is like this">
      Try a shorter part of the name, or <Link href="/">show all campaigns</Link>.
    </Notice>
  ) : (
    <Notice title="No campaigns yet">
      They appear here as soon as your texting tool reports the first one.
    </Notice>
  );
