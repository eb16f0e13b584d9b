// A sender's id and name belong to the account, being active to a campaign.
import { Field, ID, ObjectType } from 'type-graphql';
import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Account } from '../accounts/account.js';
import { Campaign } from './campaign.js';

@Entity('sender')
@ObjectType()
export class Sender {
  @PrimaryColumn({ name: 'account_id', type: 'text' })
  @ForeignKey(() => Account, { name: 'sender_account' })
  accountId: string;

  @PrimaryColumn({ type: 'text' })
  @Field(() => ID)
  id: string;

  @Column({ type: 'text' })
  @Field(() => String)
  name: string;
}

@Entity('campaign_sender')
@ForeignKey(() => Campaign, ['accountId', 'campaignId'], ['accountId', 'id'], {
  name: 'campaign_sender_campaign',
  onDelete: 'CASCADE',
})
@ForeignKey(() => Sender, ['accountId', 'senderId'], ['accountId', 'id'], { name: 'campaign_sender_sender' })
export class CampaignSender {
  @PrimaryColumn({ name: 'account_id', type: 'text' })
  accountId: string;

  @PrimaryColumn({ name: 'campaign_id', type: 'text' })
  campaignId: string;

  @PrimaryColumn({ name: 'sender_id', type: 'text' })
  senderId: string;

  @Column({ name: 'is_active', type: 'boolean' })
  isActive: boolean;
}
