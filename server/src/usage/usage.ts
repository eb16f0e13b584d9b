// What an account used, by UTC calendar month, from rows that are kept as messages and their statuses are recorded.
import { Arg, Ctx, Field, Int, ObjectType, Query, Resolver } from 'type-graphql';
import type { DataSource } from 'typeorm';
import { accountOf, type Viewer } from '../accounts/viewer.js';
import { ofAccount, readWithin } from '../db/scope.js';
import { malformed } from '../fields.js';

@ObjectType({
  description: `What an account used in one UTC calendar month, by the time of the message: all messages that are not FAILED or UNDELIVERED. A
status that arrives later corrects its month, and messages of a deleted campaign count no longer.`,
})
class UsageMonth {
  @Field(() => String, { description: 'YYYY-MM.' })
  month: string;

  @Field(() => Int, {
    description:
      'Contacts to whom at least one OUTBOUND message went, each counted once whatever the campaigns.',
  })
  messagedContacts: number;

  @Field(() => Int, { description: 'SMS messages of both directions.' })
  smsMessages: number;

  @Field(() => Int, { description: 'Segments of SMS messages of both directions.' })
  smsSegments: number;

  @Field(() => Int, { description: 'MMS messages of both directions.' })
  mmsMessages: number;

  @Field(() => Int, { description: 'OUTBOUND SMS messages.' })
  sentSmsMessages: number;

  @Field(() => Int, { description: 'Segments of OUTBOUND SMS messages.' })
  sentSmsSegments: number;

  @Field(() => Int, { description: 'OUTBOUND MMS messages.' })
  sentMmsMessages: number;
}

const MONTHS = 12;
const LATEST = '9999-12';

const READ = `
  select * from (
    select to_char(month, 'YYYY-MM') as month, messaged_contacts as "messagedContacts", sms_messages as "smsMessages",
           sms_segments as "smsSegments", mms_messages as "mmsMessages", sent_sms_messages as "sentSmsMessages",
           sent_sms_segments as "sentSmsSegments", sent_mms_messages as "sentMmsMessages"
      from usage_month
     where account_id = $1 and month >= coalesce($2::date, '-infinity') and month <= $3::date
       and (sms_messages, mms_messages) <> (0, 0)
     order by usage_month.month desc limit $4) u
   order by month`;

/** The first day of a month. @throws AppError BAD_USER_INPUT */
function firstDayOf(field: string, month: string): string {
  if (/^\d{4}-(0[1-9]|1[0-2])$/.test(month) && month >= '0001') return `${month}-01`;
  throw malformed(field, 'a month YYYY-MM');
}

@Resolver()
export class Usage {
  constructor(private readonly source: DataSource) {}

  @Query(() => [UsageMonth], {
    description:
      'The usage of the account by month, oldest first; months without any are left out. It trails the messages by a few seconds at most.',
  })
  usage(
    @Arg('from', () => String, {
      nullable: true,
      description: 'The first month, YYYY-MM; left out, the newest 12 until `to`.',
    })
    from: string | null,
    @Arg('to', () => String, { nullable: true, description: 'The last month, YYYY-MM.' })
    to: string | null,
    @Ctx('viewer') viewer: Viewer,
  ): Promise<UsageMonth[]> {
    const accountId = accountOf(viewer, 'READ');
    const first = from == null ? null : firstDayOf('from', from);
    const last = firstDayOf('to', to ?? LATEST);
    return readWithin(this.source, ofAccount(accountId), (db) =>
      db.query(READ, [accountId, first, last, first === null ? MONTHS : null]),
    );
  }
}
