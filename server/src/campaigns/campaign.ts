// A campaign as its account describes it. Its status stands in the row of its numbers, of which it is one.
import { Field, ID, ObjectType } from 'type-graphql';
import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Account } from '../accounts/account.js';
import { CampaignAnalytics } from '../counters/analytics.js';
import { CampaignStatus } from '../counters/event.js';
import { DateTime, PhoneNumber } from '../scalars.js';

@Entity('campaign')
@Index('campaign_by_creation', ['accountId', 'createdAt', 'id'])
@ObjectType()
export class Campaign {
  @PrimaryColumn({ name: 'account_id', type: 'text' })
  @ForeignKey(() => Account, { name: 'campaign_account' })
  accountId: string;

  @PrimaryColumn({ type: 'text' })
  @Field(() => ID)
  id: string;

  @Column({ type: 'text' })
  @Field(() => String)
  name: string;

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true })
  description: string | null;

  @Field(() => CampaignStatus)
  get status(): CampaignStatus {
    return this.analytics.status;
  }

  @Column({ name: 'initial_message', type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'The text that opens each conversation.' })
  initialMessage: string | null;

  @Column({ name: 'sending_starts_at', type: 'timestamp with time zone', precision: 3, nullable: true })
  @Field(() => DateTime, { nullable: true, description: 'Initial messages may be sent from here on.' })
  sendingStartsAt: Date | null;

  @Column({ name: 'sending_ends_at', type: 'timestamp with time zone', precision: 3, nullable: true })
  @Field(() => DateTime, { nullable: true, description: 'Initial messages may be sent until here.' })
  sendingEndsAt: Date | null;

  @Column({ name: 'time_zone', type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'IANA time zone in which daily open hours are meant.',
  })
  timeZone: string | null;

  @Column({ name: 'opens_at', type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Local time of day, HH:MM.' })
  opensAt: string | null;

  @Column({ name: 'closes_at', type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Local time of day, HH:MM.' })
  closesAt: string | null;

  @Column({ name: 'phone_numbers', type: 'text', array: true })
  @Field(() => [PhoneNumber])
  phoneNumbers: string[];

  @Column({ name: 'created_at', type: 'timestamp with time zone', precision: 3 })
  @Field(() => DateTime)
  createdAt: Date;

  /** Read together with the campaign, in one statement. */
  @Field(() => CampaignAnalytics)
  analytics: CampaignAnalytics;
}
