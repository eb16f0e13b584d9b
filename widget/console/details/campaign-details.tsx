// Campaign Details: what the campaign is on top, the eight boxes below.
import { useQuery } from '@apollo/client/react';
import { CampaignDetailsDocument, type CampaignDetailsQuery } from '@campaign-analytics/schema/graphql';
import type { ReactNode } from 'react';
import type { PageProps } from '../pages.js';
import { Notice } from '../pieces/notice.js';
import { StatusBadge } from '../pieces/status-badge.js';
import { hoursText, instantText, windowText } from '../pieces/times.js';
import { Link } from '../router.js';
import { EmbeddedAnalytics } from './embedded-analytics.js';
import './campaign-details.css';

const POLL_MS = 5_000;

export function CampaignDetails({ parts: { id = '' } }: PageProps) {
  const { data, previousData, error, refetch } = useQuery(CampaignDetailsDocument, {
    variables: { id },
    fetchPolicy: 'cache-and-network',
    pollInterval: POLL_MS,
    skipPollAttempt: () => document.hidden,
  });
  const answer = data ?? previousData;
  return (
    <>
      <Link href="/" className="back">
        Campaigns
      </Link>
      {answer?.campaign && <Details campaign={answer.campaign} />}
      {answer?.campaign === null && (
        <Notice title="There is no such campaign">It may belong to another account.</Notice>
      )}
      {!answer && error && <Notice title="The campaign could not be read" onRetry={() => refetch()} />}
    </>
  );
}

type Campaign = NonNullable<CampaignDetailsQuery['campaign']>;

function Details({ campaign }: { readonly campaign: Campaign }) {
  const { name, status, description, initialMessage, timeZone, phoneNumbers } = campaign;
  return (
    <>
      <title>{`${name} – Campaign Analytics`}</title>
      <div className="heading">
        <h1>{name}</h1>
        <StatusBadge status={status} />
      </div>
      {description && <p className="description">{description}</p>}
      <dl className="facts">
        <Fact label="Initial message" isWide>
          {initialMessage && <q>{initialMessage}</q>}
        </Fact>
        <Fact label="Sending window">
          {windowText(campaign.sendingStartsAt, campaign.sendingEndsAt, timeZone)}
        </Fact>
        <Fact label="Daily open hours">{hoursText(campaign.opensAt, campaign.closesAt)}</Fact>
        <Fact label="Time zone">{timeZone?.replaceAll('_', ' ')}</Fact>
        <Fact label="Phone numbers">{phoneNumbers.join(', ')}</Fact>
        <Fact label="Created">{instantText(campaign.createdAt)}</Fact>
      </dl>
      <h2>Analytics</h2>
      <EmbeddedAnalytics campaignId={campaign.id} />
    </>
  );
}

interface FactProps {
  readonly label: string;
  readonly isWide?: boolean;
  readonly children: ReactNode;
}

const Fact = ({ label, isWide = false, children }: FactProps) => (
  <div data-wide={isWide || undefined}>
    <dt>{label}</dt>
    <dd>{children || <span className="muted">Not set</span>}</dd>
  </div>
);
