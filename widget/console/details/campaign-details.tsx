// Campaign Details: what the campaign is on top, the eight boxes below, then what stands behind them.
import { useQuery } from '@apollo/client/react';
import { CampaignDetailsDocument, type CampaignDetailsQuery } from '@campaign-analytics/schema/graphql';
import type { PageProps } from '../pages.js';
import { Notice } from '../pieces/notice.js';
import { Skeleton } from '../pieces/skeleton.js';
import { StatusBadge } from '../pieces/status-badge.js';
import { Link } from '../router.js';
import { Breakdown } from './breakdown.js';
import { EmbeddedAnalytics } from './embedded-analytics.js';
import { Facts } from './facts.js';
import { Standing } from './standing.js';
import './campaign-details.css';

const POLL_MS = 5_000;

export function CampaignDetails({ address, parts: { id = '' } }: PageProps) {
  const { data, previousData, error, refetch } = useQuery(CampaignDetailsDocument, {
    variables: { id },
    fetchPolicy: 'cache-and-network',
    pollInterval: POLL_MS,
    skipPollAttempt: () => document.hidden,
  });
  const answer = data ?? previousData;
  return (
    <>
      <Link href={`/${(history.state as { list?: string } | null)?.list ?? ''}`} className="back">
        Campaigns
      </Link>
      {answer?.campaign && <Details campaign={answer.campaign} address={address} />}
      {answer?.campaign === null && (
        <Notice isPage title="There is no such campaign">
          It may belong to another account.
        </Notice>
      )}
      {!answer &&
        (error ? (
          <Notice isPage title="The campaign could not be read" onRetry={() => void refetch()}>
            The server does not answer, or refused.
          </Notice>
        ) : (
          <>
            <h1 className="unseen">Campaign Details</h1>
            <Skeleton of="the campaign" rows={6} />
          </>
        ))}
    </>
  );
}

export type Campaign = NonNullable<CampaignDetailsQuery['campaign']>;

interface DetailsProps {
  readonly campaign: Campaign;
  readonly address: URL;
}

function Details({ campaign, address }: DetailsProps) {
  const exportHref = (kind: string): string =>
    `/exports?${new URLSearchParams({ campaign: campaign.id, kind })}`;
  return (
    <>
      <title>{`${campaign.name} – Campaign Analytics`}</title>
      <div className="heading">
        <h1>{campaign.name}</h1>
        <StatusBadge status={campaign.status} />
        <div className="actions">
          <Link className="button" href={exportHref('MESSAGES')}>
            Export messages
          </Link>
          <Link className="button" href={exportHref('CONVERSATIONS')}>
            Export conversations
          </Link>
        </div>
      </div>
      {campaign.description && <p className="description">{campaign.description}</p>}
      <Facts campaign={campaign} />
      <h2>Analytics</h2>
      <Standing status={campaign.status} />
      <EmbeddedAnalytics campaignId={campaign.id} />
      <Breakdown campaign={campaign} address={address} />
    </>
  );
}
