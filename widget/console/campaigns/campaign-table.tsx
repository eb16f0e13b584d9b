import type { CampaignSort, CampaignsQuery } from '@campaign-analytics/schema/graphql';
import { figuresIn } from '../../src/boxes/figures.js';
import { SortHeading } from '../pieces/sort-heading.js';
import { StatusBadge } from '../pieces/status-badge.js';
import { dayText } from '../pieces/times.js';
import { Link, readdress } from '../router.js';
import { type Listing, listingHref, sortedBy } from './listing.js';
import '../pieces/table.css';
import './campaign-table.css';

export type Campaign = CampaignsQuery['campaigns']['edges'][number]['node'];

export interface CampaignTableProps {
  readonly campaigns: readonly Campaign[];
  readonly address: URL;
  readonly listing: Listing;
}

const { count, percent } = figuresIn('en');

export function CampaignTable({ campaigns, address, listing }: CampaignTableProps) {
  const headingOf = (sort: CampaignSort) => ({
    sorted: listing.sort === sort ? listing.direction : null,
    onSort: () => readdress(listingHref(address, { sort: sortedBy(sort, listing) })),
  });
  return (
    <table className="campaigns">
      <thead>
        <tr>
          <SortHeading {...headingOf('NAME')}>Campaign</SortHeading>
          <th scope="col">Status</th>
          <SortHeading {...headingOf('INITIALS_SENT')}>Initials Sent</SortHeading>
          <SortHeading {...headingOf('REPLY_RATE')} isNumber>
            Reply %
          </SortHeading>
          <SortHeading {...headingOf('OPT_OUTS')} isNumber>
            Opt Outs
          </SortHeading>
          <SortHeading {...headingOf('CREATED_AT')} isNumber>
            Created
          </SortHeading>
        </tr>
      </thead>
      <tbody>
        {campaigns.map(({ id, name, createdAt, analytics }) => (
          <tr key={id} data-status={analytics.status}>
            <th scope="row">
              <Link href={`/campaigns/${encodeURIComponent(id)}`} state={{ list: address.search }}>
                {name}
              </Link>
            </th>
            <td>
              <StatusBadge status={analytics.status} />
            </td>
            <td data-label="Initials Sent">
              {count(analytics.initialsSent)}{' '}
              <span className="muted">/ {count(analytics.conversations)}</span>
              <progress
                aria-hidden="true"
                max={analytics.conversations || 1}
                value={analytics.initialsSent}
              />
            </td>
            <td data-label="Reply %">
              {analytics.replyPercent == null ? '—' : percent(analytics.replyPercent)}
            </td>
            <td data-label="Opt Outs">{count(analytics.totalOptOuts)}</td>
            <td className="muted">{dayText(createdAt)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
