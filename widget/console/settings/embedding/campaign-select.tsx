// A campaign by its name, among thousands: what is typed narrows the choice down.
import { useQuery } from '@apollo/client/react';
import { CampaignsDocument } from '@campaign-analytics/schema/graphql';
import { useId, useState } from 'react';
import { Notice } from '../../pieces/notice.js';
import { Skeleton } from '../../pieces/skeleton.js';

const SHOWN = 50;

export interface CampaignSelectProps {
  readonly campaignId: string | null;
  onChoose(campaignId: string): void;
}

export function CampaignSelect({ campaignId, onChoose }: CampaignSelectProps) {
  const hint = useId();
  const [search, setSearch] = useState('');
  const query = useQuery(CampaignsDocument, { variables: { first: SHOWN, search: search || null } });
  const connection = (query.data ?? query.previousData)?.campaigns;
  if (!connection)
    return query.error ? (
      <Notice title="The campaigns could not be read" onRetry={() => query.refetch()} />
    ) : (
      <Skeleton of="campaigns" rows={1} />
    );
  const campaigns = connection.edges.map(({ node }) => node);
  const isElsewhere = campaignId !== null && !campaigns.some(({ id }) => id === campaignId);
  const hasMore = search !== '' || connection.totalCount > campaigns.length;
  return (
    <>
      {hasMore && (
        <label className="field">
          Find a campaign
          <input type="search" value={search} onChange={({ target }) => setSearch(target.value)} />
        </label>
      )}
      <label className="field">
        Campaign
        <select
          value={campaignId ?? ''}
          aria-describedby={hint}
          onChange={({ target }) => target.value && onChoose(target.value)}
        >
          {campaignId === null && <option value="">Choose…</option>}
          {isElsewhere && <option value={campaignId}>{campaignId}</option>}
          {campaigns.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {campaigns.length === 0 && (
        <p id={hint} className="muted">
          {search ? 'No campaign has this name.' : 'There are no campaigns yet.'}
        </p>
      )}
    </>
  );
}
