// The arguments of mutations that take several: as classes, because the schema prints them in the order written here.
import { ArgsType, Field, ID } from 'type-graphql';
import { UpdateCampaignInput } from '../campaigns/form.js';
import { CampaignStatus } from '../counters/event.js';
import { PhoneNumber } from '../scalars.js';
import { ContactInput, SenderInput } from './inputs.js';

@ArgsType()
export class UpdateCampaignArguments {
  @Field(() => ID)
  id: string;

  @Field(() => UpdateCampaignInput)
  input: UpdateCampaignInput;
}

@ArgsType()
export class SetCampaignStatusArguments {
  @Field(() => ID)
  id: string;

  @Field(() => CampaignStatus)
  status: CampaignStatus;
}

@ArgsType()
export class AddContactsArguments {
  @Field(() => ID)
  campaignId: string;

  @Field(() => [ContactInput])
  contacts: ContactInput[];
}

@ArgsType()
export class RemoveContactsArguments {
  @Field(() => ID)
  campaignId: string;

  @Field(() => [PhoneNumber])
  contacts: string[];
}

@ArgsType()
export class AddSendersArguments {
  @Field(() => ID)
  campaignId: string;

  @Field(() => [SenderInput])
  senders: SenderInput[];
}

@ArgsType()
export class RemoveSendersArguments {
  @Field(() => ID)
  campaignId: string;

  @Field(() => [ID])
  senderIds: string[];
}
