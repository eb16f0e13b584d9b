// What hosts report, in the words of the contract: input types and the answer to a batch.
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { MessageDirection, MessageStatus, OptOutSource } from '../counters/event.js';
import { DateTime, PhoneNumber } from '../scalars.js';

@InputType()
export class ContactInput {
  @Field(() => PhoneNumber)
  phone: string;

  @Field(() => String, { nullable: true })
  firstName?: string | null;

  @Field(() => String, { nullable: true })
  lastName?: string | null;

  @Field(() => ID, { nullable: true, description: 'The sender the conversation is assigned to.' })
  senderId?: string | null;
}

@InputType()
export class SenderInput {
  @Field(() => ID)
  id: string;

  @Field(() => String)
  name: string;
}

@InputType()
export class MessageInput {
  @Field(() => ID, {
    description: `The host's or provider's id of the message: the idempotency key, unique within the account, kept for ever.
The same id again with the same campaignId, contact, direction, senderId, body, mediaCount, segments and at is a
duplicate (another status in it counts as a status of that message); with any other, a rejection with code CONFLICT.`,
  })
  id: string;

  @Field(() => ID)
  campaignId: string;

  @Field(() => PhoneNumber)
  contact: string;

  @Field(() => MessageDirection)
  direction: MessageDirection;

  @Field(() => ID, { nullable: true })
  senderId?: string | null;

  @Field(() => String, { nullable: true })
  body?: string | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 0,
    description: 'How many media files are attached; 1 or more makes it an MMS.',
  })
  mediaCount?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      "The provider's segment count. Left out, it is computed from body: GSM-7 160/153, UCS-2 70/67 characters. An OUTBOUND SMS needs one of the two.",
  })
  segments?: number | null;

  @Field(() => MessageStatus, { nullable: true, defaultValue: MessageStatus.SENT })
  status?: MessageStatus | null;

  @Field(() => DateTime)
  at: string;
}

@InputType()
export class MessageStatusInput {
  @Field(() => ID)
  id: string;

  @Field(() => MessageStatus)
  status: MessageStatus;

  @Field(() => String, { nullable: true })
  errorCode?: string | null;

  @Field(() => DateTime)
  at: string;
}

@InputType()
export class OptOutInput {
  @Field(() => ID, { nullable: true, description: 'Required unless source is ACCOUNT.' })
  campaignId?: string | null;

  @Field(() => PhoneNumber)
  contact: string;

  @Field(() => OptOutSource, { nullable: true, defaultValue: OptOutSource.MANUAL })
  source?: OptOutSource | null;

  @Field(() => ID, { nullable: true })
  senderId?: string | null;

  @Field(() => DateTime)
  at: string;
}

@InputType()
export class OptInInput {
  @Field(() => PhoneNumber)
  contact: string;

  @Field(() => DateTime)
  at: string;
}

@ObjectType({ description: 'One item of a batch that was not taken; all others of the batch were.' })
export class RejectedItem {
  @Field(() => Int)
  index: number;

  @Field(() => String)
  code: string;

  @Field(() => String)
  message: string;
}

@ObjectType({
  description:
    'Answered only after the batch is committed: what is counted here is in the numbers and survives a crash.',
})
export class RecordPayload {
  @Field(() => Int)
  recorded: number;

  @Field(() => Int, {
    description:
      'Items that were there before: recorded with the same content, a contact already in the campaign (never overwritten), a sender already in that state. Repeating a batch is always safe.',
  })
  duplicates: number;

  @Field(() => [RejectedItem], {
    description:
      'Items with an unknown campaign, a malformed field, or an id already used with other content.',
  })
  rejected: RejectedItem[];
}
