import type { CampaignsQuery } from '@campaign-analytics/schema/graphql';
import { figuresIn } from '../../src/boxes/figures.js';
import { StatusBadge } from '../pieces/status-badge.js';
import { Link } from '../router.js';
import './campaign-table.css';

export type Campaign = CampaignsQuery['campaigns']['edges'][number]['node'];

export interface CampaignTableProps {
  readonly campaigns: readonly Campaign[];
}

const { count, percent } = figuresIn('en');

export const CampaignTable = ({ campaigns }: CampaignTableProps) => (
  <table className="campaigns">
    <thead>
      <tr>
        <th scope="col">Campaign</th>
        <th scope="col">Status</th>
        <th scope="col">Initials Sent</th>
        <th scope="col">Reply %</th>
        <th scope="col">Opt Outs</th>
      </tr>
    </thead>
    <tbody>
      {campaigns.map(({ id, name, analytics }) => (
        <tr key={id}>
          <th scope="row">
            <Link href={`/campaigns/${encodeURIComponent(id)}`}>{name}</Link>
          </th>
          <td>
            <StatusBadge status={analytics.status} />
          </td>
          <td data-label="Initials Sent">
            {count(analytics.initialsSent)} <span className="muted">/ {count(analytics.conversations)}</span>
            <progress aria-hidden="true" max={analytics.conversations || 1} value={analytics.initialsSent} />
          </td>
          <td data-label="Reply %">
            {analytics.replyPercent == null ? '—' : percent(analytics.replyPercent)}
          </td>
          <td data-label="Opt Outs">{count(analytics.totalOptOuts)}</td>
        </tr>
      ))}
    </tbody>
  </table>
);
