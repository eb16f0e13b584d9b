/** A campaign's stage in life; `ARCHIVED` is final. */
export type CampaignStatus = 'DRAFT' | 'ACTIVE' | 'PAUSED' | 'ARCHIVED';

/**
 * The eight boxes of one campaign at one committed instant. The definition of each number is the description of the
 * field of the same name in the API's schema, type `CampaignAnalytics`.
 */
export interface Snapshot {
  readonly campaignId: string;
  readonly status: CampaignStatus;
  readonly initialsSent: number;
  readonly conversations: number;
  readonly segments: number;
  readonly replies: number;
  readonly replyRate: number | null;
  readonly replyPercent: number | null;
  readonly senders: number;
  readonly contactsPerSender: number | null;
  readonly autoOptOuts: number;
  readonly manualOptOuts: number;
  readonly totalOptOuts: number;
  readonly revision: number;
  /** RFC 3339. */
  readonly updatedAt: string;
}
