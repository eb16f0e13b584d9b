// What a host says of a campaign: the contract's two inputs, checked field by field.
import { Field, ID, InputType } from 'type-graphql';
import { CampaignStatus } from '../counters/event.js';
import {
  checkInstant,
  checkName,
  checkOptionalText,
  checkPhone,
  checkTimeZone,
  malformed,
} from '../fields.js';
import { DateTime, PhoneNumber } from '../scalars.js';
import type { CampaignContent } from './commands.js';

const LONGEST_TEXT = 10_000;
const MOST_PHONE_NUMBERS = 1_000;

@InputType()
export class CreateCampaignInput {
  @Field(() => ID, { nullable: true })
  id?: string | null;

  @Field(() => String)
  name: string;

  @Field(() => String, { nullable: true })
  description?: string | null;

  @Field(() => CampaignStatus, { nullable: true, defaultValue: CampaignStatus.ACTIVE })
  status?: CampaignStatus | null;

  @Field(() => String, { nullable: true })
  initialMessage?: string | null;

  @Field(() => DateTime, { nullable: true })
  sendingStartsAt?: string | null;

  @Field(() => DateTime, { nullable: true })
  sendingEndsAt?: string | null;

  @Field(() => String, { nullable: true })
  timeZone?: string | null;

  @Field(() => String, { nullable: true })
  opensAt?: string | null;

  @Field(() => String, { nullable: true })
  closesAt?: string | null;

  @Field(() => [PhoneNumber], { nullable: true })
  phoneNumbers?: string[] | null;
}

@InputType()
export class UpdateCampaignInput {
  @Field(() => String, { nullable: true })
  name?: string | null;

  @Field(() => String, { nullable: true })
  description?: string | null;

  @Field(() => String, { nullable: true })
  initialMessage?: string | null;

  @Field(() => DateTime, { nullable: true })
  sendingStartsAt?: string | null;

  @Field(() => DateTime, { nullable: true })
  sendingEndsAt?: string | null;

  @Field(() => String, { nullable: true })
  timeZone?: string | null;

  @Field(() => String, { nullable: true })
  opensAt?: string | null;

  @Field(() => String, { nullable: true })
  closesAt?: string | null;

  @Field(() => [PhoneNumber], { nullable: true })
  phoneNumbers?: string[] | null;
}

const orNull = <T>(value: string | null | undefined, check: (value: string) => T): T | null =>
  value == null ? null : check(value);

const timeOfDay =
  (field: string) =>
  (value: string): string => {
    if (/^([01]\d|2[0-3]):[0-5]\d$/.test(value)) return value;
    throw malformed(field, 'a time of day HH:MM');
  };

function checkPhoneNumbers(values: readonly string[]): string[] {
  if (values.length > MOST_PHONE_NUMBERS)
    throw malformed('phoneNumbers', `at most ${MOST_PHONE_NUMBERS} phone numbers`);
  return values.map((value) => checkPhone('phoneNumbers', value));
}

/** Each field's check. Null and left out mean the same here: a campaign without it. */
const CHECKS: { [F in keyof CampaignContent]: (input: UpdateCampaignInput) => CampaignContent[F] } = {
  name: ({ name }) => {
    if (name == null) throw malformed('name', 'a name, which cannot be removed');
    return checkName('name', name);
  },
  description: ({ description }) => checkOptionalText('description', description, LONGEST_TEXT),
  initialMessage: ({ initialMessage }) => checkOptionalText('initialMessage', initialMessage, LONGEST_TEXT),
  sendingStartsAt: ({ sendingStartsAt }) =>
    orNull(sendingStartsAt, (value) => checkInstant('sendingStartsAt', value)),
  sendingEndsAt: ({ sendingEndsAt }) =>
    orNull(sendingEndsAt, (value) => checkInstant('sendingEndsAt', value)),
  timeZone: ({ timeZone }) => orNull(timeZone, checkTimeZone),
  opensAt: ({ opensAt }) => orNull(opensAt, timeOfDay('opensAt')),
  closesAt: ({ closesAt }) => orNull(closesAt, timeOfDay('closesAt')),
  phoneNumbers: ({ phoneNumbers }) => checkPhoneNumbers(phoneNumbers ?? []),
};
const FIELDS = Object.keys(CHECKS) as (keyof CampaignContent)[];

const checked = (
  input: UpdateCampaignInput,
  fields: readonly (keyof CampaignContent)[],
): Partial<CampaignContent> => Object.fromEntries(fields.map((field) => [field, CHECKS[field](input)]));

/** The whole content of a new campaign. @throws AppError BAD_USER_INPUT */
export const contentOf = (input: CreateCampaignInput): CampaignContent =>
  checked(input, FIELDS) as CampaignContent;

/** The fields that are given, null included. @throws AppError BAD_USER_INPUT */
export const changesOf = (input: UpdateCampaignInput): Partial<CampaignContent> =>
  checked(
    input,
    FIELDS.filter((field) => input[field] !== undefined),
  );
