// What an export is of, in words.
import { useQuery } from '@apollo/client/react';
import {
  CampaignNameDocument,
  type ExportJobFragment,
  type ExportKind,
} from '@campaign-analytics/schema/graphql';
import { Link } from '../router.js';

const KIND_NAMES: Readonly<Record<ExportKind, string>> = {
  MESSAGES: 'Messages',
  CONVERSATIONS: 'Conversations',
  OPT_OUTS: 'Opt outs',
  SENDERS: 'Senders',
  USAGE: 'Usage',
};

/** "Messages of River clean-up", "Conversations, Nov 1 – 30, 2026". */
export function ExportSubject({ job }: { readonly job: ExportJobFragment }) {
  const kind = KIND_NAMES[job.kind];
  const range = rangeText(job.from, job.to);
  return (
    <>
      {kind}
      {job.campaignId && (
        <>
          {' of '}
          <CampaignName id={job.campaignId} />
        </>
      )}
      {range && <span className="export-range">, {range}</span>}
    </>
  );
}

function CampaignName({ id }: { readonly id: string }) {
  const { data } = useQuery(CampaignNameDocument, { variables: { id } });
  if (data?.campaign === null) return 'a deleted campaign';
  return <Link href={`/campaigns/${encodeURIComponent(id)}`}>{data?.campaign?.name ?? '…'}</Link>;
}

const days = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' });

/** In UTC; the end itself is not in the range, and a whole day's end is told as the day before. */
function rangeText(from: string | null | undefined, to: string | null | undefined): string | null {
  const last = to ? new Date(Date.parse(to) - 1) : null;
  if (from && last) return `${days.formatRange(new Date(from), last)} (UTC)`;
  if (from) return `from ${days.format(new Date(from))} (UTC)`;
  return last && `until ${days.format(last)} (UTC)`;
}
