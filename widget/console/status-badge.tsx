import type { CampaignStatus } from '../src/feed/snapshot.js';

const LABELS: Record<CampaignStatus, string> = {
  DRAFT: 'Draft',
  ACTIVE: 'Active',
  PAUSED: 'Paused',
  ARCHIVED: 'Archived',
};

export const StatusBadge = ({ status }: { readonly status: CampaignStatus }) => (
  <span className="badge" data-status={status}>
    {LABELS[status]}
  </span>
);
