import type { CampaignStatus } from '@campaign-analytics/schema/graphql';

/** What a status means for the numbers below; ACTIVE needs no word. */
const WORDS: Partial<Record<CampaignStatus, string>> = {
  DRAFT: 'A draft: it has not begun.',
  PAUSED: 'Paused: nobody sends for now. Replies, opt outs and reports of deliveries still count.',
  ARCHIVED: 'Archived: it has ended for good. Late replies, opt outs and reports of deliveries still count.',
};

export const Standing = ({ status }: { readonly status: CampaignStatus }) =>
  WORDS[status] ? (
    <p className="standing" data-status={status}>
      {WORDS[status]}
    </p>
  ) : null;
