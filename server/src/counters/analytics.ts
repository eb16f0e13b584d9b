// The eight boxes of one campaign: one wide row, and what is derived from it whenever it is read.
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { DateTime } from '../scalars.js';
import { CampaignStatus } from './event.js';

@Entity('campaign_analytics')
@ForeignKey('Campaign', ['accountId', 'campaignId'], ['accountId', 'id'], {
  name: 'campaign_analytics_campaign',
  onDelete: 'CASCADE',
})
@ObjectType({
  description: `The eight boxes of one campaign at one instant. All fields of one object belong to the same
committed state: a reader never sees boxes from two different moments.`,
})
export class CampaignAnalytics {
  @PrimaryColumn({ name: 'account_id', type: 'text' })
  accountId: string;

  @PrimaryColumn({ name: 'campaign_id', type: 'text' })
  @Field(() => ID)
  campaignId: string;

  @Column({ type: 'enum', enum: Object.keys(CampaignStatus), enumName: 'campaign_status' })
  @Field(() => CampaignStatus)
  status: CampaignStatus;

  @Column({ name: 'initials_sent', type: 'integer' })
  @Field(() => Int, {
    description:
      'Conversations whose initial message has been sent (at least one OUTBOUND message, not FAILED).',
  })
  initialsSent: number;

  @Column({ type: 'integer' })
  @Field(() => Int, {
    description: 'All conversations of the campaign, sent or not, opted out or not.',
  })
  conversations: number;

  @Column({ type: 'integer' })
  @Field(() => Int, {
    description: 'Segments of all OUTBOUND SMS messages that are not FAILED. An MMS message adds none.',
  })
  segments: number;

  @Column({ type: 'integer' })
  @Field(() => Int, {
    description:
      'Conversations that received at least one INBOUND message, those opted out since included. Conversations, not messages.',
  })
  replies: number;

  @Field(() => Float, {
    nullable: true,
    description: 'replies / initialsSent; null until an initial is sent; above 1 where contacts wrote first.',
  })
  get replyRate(): number | null {
    return this.initialsSent === 0 ? null : this.replies / this.initialsSent;
  }

  // In whole numbers, because 100 * replyRate is not exact: half a percent would not always round up.
  @Field(() => Int, {
    nullable: true,
    description:
      'replyRate as a whole percentage, halves rounded up (3 of 8 is 38); null until an initial is sent.',
  })
  get replyPercent(): number | null {
    if (this.initialsSent === 0) return null;
    return Math.floor((200 * this.replies + this.initialsSent) / (2 * this.initialsSent));
  }

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'Active senders of the campaign.' })
  senders: number;

  @Field(() => Int, {
    nullable: true,
    description:
      'Conversations per active sender, rounded down (13 conversations, 2 senders: 6); null without an active sender.',
  })
  get contactsPerSender(): number | null {
    return this.senders === 0 ? null : Math.floor(this.conversations / this.senders);
  }

  @Column({ name: 'auto_opt_outs', type: 'integer' })
  @Field(() => Int, { description: 'Conversations of this campaign now opted out with source AUTO.' })
  autoOptOuts: number;

  @Column({ name: 'manual_opt_outs', type: 'integer' })
  @Field(() => Int, {
    description:
      'Conversations of this campaign now opted out with source MANUAL. Opt-outs made elsewhere are not counted.',
  })
  manualOptOuts: number;

  @Field(() => Int, { description: 'autoOptOuts + manualOptOuts.' })
  get totalOptOuts(): number {
    return this.autoOptOuts + this.manualOptOuts;
  }

  @Column({ type: 'integer' })
  @Field(() => Int, {
    description: 'Grows with every committed change of any field above; never falls.',
  })
  revision: number;

  @Column({ name: 'updated_at', type: 'timestamp with time zone', precision: 3 })
  @Field(() => DateTime, {
    description:
      "When the newest counted change was committed; the campaign's creation until then. Never falls.",
  })
  updatedAt: Date;
}
