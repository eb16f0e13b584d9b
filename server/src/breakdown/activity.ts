// A campaign's initials, replies and opt-outs over time, by the hours or days of a time zone.
import { Field, Int, ObjectType } from 'type-graphql';
import type { DataSource } from 'typeorm';
import { ofAccount, readWithin } from '../db/scope.js';
import { malformed } from '../fields.js';
import { DateTime } from '../scalars.js';

export const ActivityInterval = { HOUR: 'HOUR', DAY: 'DAY' } as const;
export type ActivityInterval = keyof typeof ActivityInterval;

@ObjectType({ description: 'What happened within one hour or day.' })
export class ActivityPoint {
  @Field(() => DateTime, { description: 'When the hour or day begins in the time zone.' })
  startsAt: Date;

  @Field(() => Int, { description: 'Conversations whose initial message was sent.' })
  initialsSent: number;

  @Field(() => Int, { description: 'Conversations that received their first INBOUND message.' })
  replies: number;

  @Field(() => Int, { description: 'Conversations now opted out with source AUTO, since then.' })
  autoOptOuts: number;

  @Field(() => Int, { description: 'Conversations now opted out with source MANUAL, since then.' })
  manualOptOuts: number;
}

const READ = `
  select * from (
    select date_trunc($3, starts_at, $4) as "startsAt", sum(initials_sent)::int as "initialsSent", sum(replies)::int as replies,
           sum(auto_opt_outs)::int as "autoOptOuts", sum(manual_opt_outs)::int as "manualOptOuts"
      from activity where account_id = $1 and campaign_id = $2 group by 1) a
   where ("initialsSent", replies, "autoOptOuts", "manualOptOuts") <> (0, 0, 0, 0)
   order by 1`;

/** PostgreSQL knows no such time zone, though Node does. */
const INVALID_PARAMETER = '22023';

/** Oldest first; one without anything is left out. @throws AppError BAD_USER_INPUT */
export async function readActivity(
  source: DataSource,
  accountId: string,
  campaignId: string,
  interval: ActivityInterval,
  timeZone: string,
): Promise<ActivityPoint[]> {
  try {
    return await readWithin(source, ofAccount(accountId), (db) =>
      db.query(READ, [accountId, campaignId, interval.toLowerCase(), timeZone]),
    );
  } catch (error) {
    if ((error as { code?: string }).code !== INVALID_PARAMETER) throw error;
    throw malformed('timeZone', 'an IANA time zone, such as America/New_York');
  }
}
