import type { CampaignStatus } from '../../src/feed/snapshot.js';
import './status-badge.css';

export const STATUS_LABELS: Record<CampaignStatus, string> = {
  DRAFT: 'Draft',
  ACTIVE: 'Active',
  PAUSED: 'Paused',
  ARCHIVED: 'Archived',
};

export const StatusBadge = ({ status }: { readonly status: CampaignStatus }) => (
  <span className="badge" data-status={status}>
    {STATUS_LABELS[status]}
  </span>
);
