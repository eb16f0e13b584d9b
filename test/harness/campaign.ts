// Shorthands for what every test of the numbers does: a campaign, messages in it, its boxes.

import { randomUUID } from 'node:crypto';
import {
  CampaignAnalyticsDocument,
  CreateCampaignDocument,
  type EightBoxesFragment,
  type MessageInput,
  type RecordedFragment,
  RecordMessagesDocument,
} from '@campaign-analytics/schema/graphql';
import type { Api } from './api.ts';

/** The reserved number +1 202 555 01xx, and on into further area codes: `phone(0)`, `phone(1)`, up to `phone(599)`. */
export const phone = (index: number): string =>
  `+1${202 + Math.floor(index / 100)}555${String(100 + (index % 100)).padStart(4, '0')}`;

/** An instant some seconds after a fixed one. */
export const at = (seconds: number): string =>
  new Date(Date.UTC(2026, 10, 2, 17) + seconds * 1_000).toISOString();

export async function createCampaign(api: Api, id: string = randomUUID()): Promise<string> {
  const { createCampaign } = await api.ask(CreateCampaignDocument, { input: { id, name: 'A campaign' } });
  return createCampaign.id;
}

/** An outbound SMS of one segment; `over` changes what it needs to. */
export const message = (
  campaignId: string,
  over: Partial<MessageInput> & Pick<MessageInput, 'contact'>,
): MessageInput => ({
  id: randomUUID(),
  campaignId,
  direction: 'OUTBOUND',
  body: 'Hello!',
  at: at(0),
  ...over,
});

/** An inbound SMS. */
export const reply = (
  campaignId: string,
  over: Partial<MessageInput> & Pick<MessageInput, 'contact'>,
): MessageInput => message(campaignId, { direction: 'INBOUND', body: 'Yes', at: at(60), ...over });

export async function record(api: Api, ...messages: MessageInput[]): Promise<RecordedFragment> {
  return (await api.ask(RecordMessagesDocument, { messages })).recordMessages;
}

export async function boxes(api: Api, campaignId: string): Promise<EightBoxesFragment> {
  const { campaignAnalytics } = await api.ask(CampaignAnalyticsDocument, { campaignId });
  if (!campaignAnalytics) throw new Error(`Expected analytics of ${campaignId}, got null`);
  return campaignAnalytics;
}
