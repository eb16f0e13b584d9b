// All mutations of the API: batches go to intake, commands to their stations. Each asks first whose account it is.
import type { Pool } from 'pg';
import { Arg, Args, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import type { DataSource } from 'typeorm';
import type { Access } from '../accounts/access.js';
import { CreateEmbedTokenInput, checkEmbedToken, EmbedToken } from '../accounts/embedding.js';
import type { Tokens } from '../accounts/tokens.js';
import { accountOf, type Viewer } from '../accounts/viewer.js';
import { Campaign } from '../campaigns/campaign.js';
import { createCampaign, setCampaignStatus, updateCampaign } from '../campaigns/commands.js';
import { deleteCampaign } from '../campaigns/deletion.js';
import { CreateCampaignInput, changesOf, contentOf } from '../campaigns/form.js';
import { findCampaign } from '../campaigns/reading.js';
import { askWithin, ofAccount } from '../db/scope.js';
import type { Write } from '../db/transaction.js';
import { campaignNotFound } from '../errors.js';
import { checkId } from '../fields.js';
import { isId } from '../scalars.js';
import {
  AddContactsArguments,
  AddSendersArguments,
  RemoveContactsArguments,
  RemoveSendersArguments,
  SetCampaignStatusArguments,
  UpdateCampaignArguments,
} from './arguments.js';
import { MessageInput, MessageStatusInput, OptInInput, OptOutInput, RecordPayload } from './inputs.js';
import type { Intake } from './intake.js';

const reachableId = (id: string): string => {
  if (!isId(id)) throw campaignNotFound('id');
  return id;
};

@Resolver()
export class CampaignMutations {
  constructor(
    private readonly source: DataSource,
    private readonly write: Write,
  ) {}

  @Mutation(() => Campaign, {
    description:
      'An id that exists already answers the existing campaign where the content is equal, else CONFLICT.',
  })
  async createCampaign(
    @Arg('input', () => CreateCampaignInput) input: CreateCampaignInput,
    @Ctx('viewer') viewer: Viewer,
  ): Promise<Campaign> {
    const accountId = accountOf(viewer, 'RECORD');
    const id = input.id == null ? undefined : checkId('id', input.id);
    const status = input.status ?? 'ACTIVE';
    return this.read(accountId, await createCampaign(this.write, accountId, id, contentOf(input), status));
  }

  @Mutation(() => Campaign, { description: 'Changes the fields that are given.' })
  async updateCampaign(
    @Args(() => UpdateCampaignArguments) { id, input }: UpdateCampaignArguments,
    @Ctx('viewer') viewer: Viewer,
  ): Promise<Campaign> {
    const accountId = accountOf(viewer, 'RECORD');
    await updateCampaign(this.write, accountId, reachableId(id), changesOf(input));
    return this.read(accountId, id);
  }

  @Mutation(() => Campaign)
  async setCampaignStatus(
    @Args(() => SetCampaignStatusArguments) { id, status }: SetCampaignStatusArguments,
    @Ctx('viewer') viewer: Viewer,
  ): Promise<Campaign> {
    const accountId = accountOf(viewer, 'RECORD');
    await setCampaignStatus(this.write, accountId, reachableId(id), status);
    return this.read(accountId, id);
  }

  @Mutation(() => Boolean, {
    description:
      'Deletes the campaign whole, with its conversations and messages. Its opt-outs stay, as opt-outs of the account.',
  })
  async deleteCampaign(@Arg('id', () => ID) id: string, @Ctx('viewer') viewer: Viewer): Promise<boolean> {
    await deleteCampaign(this.write, accountOf(viewer, 'ADMIN'), reachableId(id));
    return true;
  }

  private async read(accountId: string, id: string): Promise<Campaign> {
    const campaign = await findCampaign(this.source, accountId, id);
    if (campaign) return campaign;
    throw campaignNotFound('id');
  }
}

@Resolver()
export class RecordingMutations {
  constructor(private readonly intake: Intake) {}

  @Mutation(() => RecordPayload, {
    description: 'Opens a conversation for each contact not yet in the campaign.',
  })
  async addContacts(
    @Args(() => AddContactsArguments) { campaignId, contacts }: AddContactsArguments,
    @Ctx('viewer') viewer: Viewer,
  ): Promise<RecordPayload> {
    return this.intake.addContacts(accountOf(viewer, 'RECORD'), campaignId, contacts);
  }

  @Mutation(() => RecordPayload, {
    description:
      'Removes conversations in which no message was recorded yet; the others are rejected with code IN_USE.',
  })
  async removeContacts(
    @Args(() => RemoveContactsArguments) { campaignId, contacts }: RemoveContactsArguments,
    @Ctx('viewer') viewer: Viewer,
  ): Promise<RecordPayload> {
    return this.intake.removeContacts(accountOf(viewer, 'RECORD'), campaignId, contacts);
  }

  @Mutation(() => RecordPayload, {
    description:
      "Adds active senders. A sender's id and name belong to the account, being active to the campaign; one that is already there is renamed and made active. An unknown senderId on a message is kept and activates nobody.",
  })
  async addSenders(
    @Args(() => AddSendersArguments) { campaignId, senders }: AddSendersArguments,
    @Ctx('viewer') viewer: Viewer,
  ): Promise<RecordPayload> {
    return this.intake.addSenders(accountOf(viewer, 'RECORD'), campaignId, senders);
  }

  @Mutation(() => RecordPayload, { description: 'Makes senders inactive. Their messages stay counted.' })
  async removeSenders(
    @Args(() => RemoveSendersArguments) { campaignId, senderIds }: RemoveSendersArguments,
    @Ctx('viewer') viewer: Viewer,
  ): Promise<RecordPayload> {
    return this.intake.removeSenders(accountOf(viewer, 'RECORD'), campaignId, senderIds);
  }

  @Mutation(() => RecordPayload, {
    description:
      'At most 1,000 messages, of any campaigns of the account, in any order. A contact not yet in the campaign gets its conversation.',
  })
  async recordMessages(
    @Arg('messages', () => [MessageInput]) messages: MessageInput[],
    @Ctx('viewer') viewer: Viewer,
  ): Promise<RecordPayload> {
    return this.intake.recordMessages(accountOf(viewer, 'RECORD'), messages);
  }

  @Mutation(() => RecordPayload)
  async recordMessageStatuses(
    @Arg('statuses', () => [MessageStatusInput]) statuses: MessageStatusInput[],
    @Ctx('viewer') viewer: Viewer,
  ): Promise<RecordPayload> {
    return this.intake.recordMessageStatuses(accountOf(viewer, 'RECORD'), statuses);
  }

  @Mutation(() => RecordPayload, {
    description: 'A contact not yet in the campaign gets its conversation.',
  })
  async recordOptOuts(
    @Arg('optOuts', () => [OptOutInput]) optOuts: OptOutInput[],
    @Ctx('viewer') viewer: Viewer,
  ): Promise<RecordPayload> {
    return this.intake.recordOptOuts(accountOf(viewer, 'RECORD'), optOuts);
  }

  @Mutation(() => RecordPayload, {
    description: "Undoes the contact's opt-outs made before `at`, in every campaign of the account.",
  })
  async recordOptIns(
    @Arg('optIns', () => [OptInInput]) optIns: OptInInput[],
    @Ctx('viewer') viewer: Viewer,
  ): Promise<RecordPayload> {
    return this.intake.recordOptIns(accountOf(viewer, 'RECORD'), optIns);
  }
}

@Resolver()
export class TokenMutations {
  constructor(
    private readonly pool: Pool,
    private readonly tokens: Tokens,
    private readonly access: Access,
  ) {}

  @Mutation(() => EmbedToken, {
    description:
      'A short-lived token for host pages: it reads campaignAnalytics (query and subscription) and analyticsUpdates of these campaigns; everything else is FORBIDDEN.',
  })
  async createEmbedToken(
    @Arg('input', () => CreateEmbedTokenInput) input: CreateEmbedTokenInput,
    @Ctx('viewer') viewer: Viewer,
  ): Promise<EmbedToken> {
    const accountId = accountOf(viewer, 'READ');
    const { campaignIds, origins, expiresInSeconds } = checkEmbedToken(input);
    const known = await askWithin(this.pool, ofAccount(accountId), {
      text: 'select from campaign where account_id = $1 and id = any($2::text[])',
      values: [accountId, campaignIds.filter(isId)],
    });
    if (known.rowCount !== campaignIds.length) throw campaignNotFound('campaignIds');
    return this.tokens.create(accountId, campaignIds, origins, expiresInSeconds);
  }

  @Mutation(() => Boolean, { description: 'Ends the token and the subscriptions that live on it.' })
  async revokeEmbedToken(@Arg('id', () => ID) id: string, @Ctx('viewer') viewer: Viewer): Promise<boolean> {
    const accountId = accountOf(viewer, 'READ');
    if (!isId(id)) return false;
    const isRevoked = await this.tokens.revoke(accountId, id);
    this.access.forget();
    return isRevoked;
  }
}
