// A campaign's numbers around the boxes, from the rows that trail them: nothing here reads a message.
import type { Pool } from 'pg';
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Int,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { DataSource } from 'typeorm';
import { accountOf, type Viewer } from '../accounts/viewer.js';
import { MessageStatus } from '../counters/event.js';
import { askWithin, ofAccount } from '../db/scope.js';
import { checkTimeZone } from '../fields.js';
import { DateTime, isId } from '../scalars.js';
import { ActivityInterval, ActivityPoint, readActivity } from './activity.js';
import { ESTIMATE } from './estimate.js';

@ObjectType({
  description:
    'A conversation belongs to the sender it is assigned to, else to the sender of its initial message, else to nobody.',
})
class SenderBreakdown {
  @Field(() => ID, { nullable: true, description: 'Null for what belongs to nobody.' })
  senderId: string | null;

  @Field(() => String, { nullable: true, description: 'Null for a sender that was never added.' })
  name: string | null;

  @Field(() => Boolean, { description: 'Whether it is an active sender of the campaign.' })
  isActive: boolean;

  @Field(() => Int, { description: 'Conversations that belong to the sender.' })
  assigned: number;

  @Field(() => Int, { description: 'OUTBOUND messages of the sender that are not FAILED.' })
  messagesSent: number;

  @Field(() => Int, { description: 'Those of its conversations that received an INBOUND message.' })
  replies: number;

  @Field(() => Int, { description: 'Those of its conversations that are now opted out.' })
  optOuts: number;
}

@ObjectType({ description: 'OUTBOUND messages of one status and error code.' })
class DeliveryCount {
  @Field(() => MessageStatus)
  status: MessageStatus;

  @Field(() => String, { nullable: true, description: "The provider's code; null where it gave none." })
  errorCode: string | null;

  @Field(() => Int)
  messages: number;
}

@ObjectType({
  description:
    'The numbers around the eight boxes of one campaign. They trail the boxes by a few seconds at most, and equal them at rest.',
})
class CampaignBreakdown {
  accountId: string;
  timeZone: string | null;

  @Field(() => ID)
  campaignId: string;

  @Field(() => Boolean, {
    description: 'False while something of the account, recorded a moment ago, is still to be added.',
  })
  isSettled: boolean;

  @Field(() => [SenderBreakdown], {
    description:
      'Who sent most first. All active senders, and all others to whom something belongs. Their sums equal the boxes.',
  })
  senders: SenderBreakdown[];

  @Field(() => [DeliveryCount], { description: 'Most messages first.' })
  deliveries: DeliveryCount[];

  @Field(() => DateTime, {
    nullable: true,
    description: `When all initials will be sent if it goes on as in the last hour of sending, in the hours in which the campaign is open; it may be
after sendingEndsAt. Null where none is left, none was sent within a week, or the campaign is not ACTIVE.`,
  })
  estimatedCompletionAt: Date | null;
}

@ArgsType()
class ActivityArgs {
  @Field(() => ActivityInterval, { nullable: true, defaultValue: ActivityInterval.HOUR })
  interval?: ActivityInterval | null;

  @Field(() => String, {
    nullable: true,
    description: "IANA time zone of hours and days; left out, the campaign's, else UTC.",
  })
  timeZone?: string | null;
}

// Rows as JSON, so that all of them are of one instant.
const READ = `
  with ${ESTIMATE},
  tally as (
    select sender_id, assigned, messages_sent, replies, opt_outs from sender_tally
     where account_id = $1 and campaign_id = $2 and (assigned, messages_sent, replies, opt_outs) <> (0, 0, 0, 0)
  ),
  active as (
    select sender_id from campaign_sender where account_id = $1 and campaign_id = $2 and is_active
  ),
  by_sender as (
    select nullif(sender_id, '') as "senderId", s.name, a.sender_id is not null as "isActive",
           coalesce(assigned, 0) as assigned, coalesce(messages_sent, 0) as "messagesSent",
           coalesce(replies, 0) as replies, coalesce(opt_outs, 0) as "optOuts"
      from tally full join active a using (sender_id) left join sender s on s.account_id = $1 and s.id = sender_id
     order by "messagesSent" desc, assigned desc, sender_id
  ),
  by_status as (
    select status, nullif(error_code, '') as "errorCode", messages from delivery_tally
     where account_id = $1 and campaign_id = $2 and messages <> 0 order by messages desc, status, error_code
  )
  select c.account_id as "accountId", c.id as "campaignId", c.time_zone as "timeZone",
         not exists (select from movement where account_id = $1) as "isSettled",
         (select coalesce(json_agg(s), '[]') from by_sender s) as senders,
         (select coalesce(json_agg(d), '[]') from by_status d) as deliveries,
         (select at from estimate) as "estimatedCompletionAt"
    from campaign c where c.account_id = $1 and c.id = $2`;

@Resolver(() => CampaignBreakdown)
export class Breakdowns {
  constructor(
    private readonly source: DataSource,
    private readonly pool: Pool,
  ) {}

  @Query(() => CampaignBreakdown, {
    nullable: true,
    description: "The numbers around a campaign's boxes; null where the campaign is not in reach.",
  })
  async campaignBreakdown(
    @Arg('campaignId', () => ID) campaignId: string,
    @Ctx('viewer') viewer: Viewer,
  ): Promise<CampaignBreakdown | null> {
    const accountId = accountOf(viewer, 'READ');
    if (!isId(campaignId)) return null;
    const statement = { name: 'read breakdown', text: READ, values: [accountId, campaignId] };
    const { rows } = await askWithin<CampaignBreakdown>(this.pool, ofAccount(accountId), statement);
    return rows[0] ?? null;
  }

  @FieldResolver(() => [ActivityPoint], {
    description: `Initials by the time of the initial message, replies by that of the first INBOUND message, opt-outs by that of the opt-out that
counts now. Oldest first; hours or days in which nothing happened are left out. The sums equal the boxes.`,
  })
  activity(
    @Root() { accountId, campaignId, timeZone: ofCampaign }: CampaignBreakdown,
    @Args(() => ActivityArgs) { interval, timeZone }: ActivityArgs,
  ): Promise<ActivityPoint[]> {
    const zone = timeZone == null ? (ofCampaign ?? 'UTC') : checkTimeZone(timeZone);
    return readActivity(this.source, accountId, campaignId, interval ?? ActivityInterval.HOUR, zone);
  }
}
