// Shorthands for what every test of the numbers does: a campaign, messages in it, its boxes.

import { randomUUID } from 'node:crypto';
import {
  AddContactsDocument,
  AddSendersDocument,
  CampaignAnalyticsDocument,
  CreateCampaignDocument,
  type EightBoxesFragment,
  type MessageInput,
  type MessageStatusInput,
  type OptInInput,
  type OptOutInput,
  type RecordedFragment,
  RecordMessageStatusesDocument,
  RecordMessagesDocument,
  RecordOptInsDocument,
  RecordOptOutsDocument,
} from '@campaign-analytics/schema/graphql';
import { type Difference, recount } from '@campaign-analytics/server/counters/recount.js';
import { Pool } from 'pg';
import type { Api } from './api.ts';
import type { TestAccount, TestServer } from './server.ts';

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

/** A campaign in an account of its own. */
export async function startCampaign(server: TestServer): Promise<{ api: TestAccount; campaignId: string }> {
  const api = await server.account();
  return { api, campaignId: await createCampaign(api) };
}

/** An outbound SMS of one segment; `over` changes what it needs to. */
export const message = (
  campaignId: string,
  over: Partial<MessageInput> & Pick<MessageInput, 'contact'>,
): MessageInput => ({
  id: randomUUID(),
  campaignId,
  direction: 'OUTBOUND',
  body: 'Hello, canary!',
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

export const recordStatuses = async (
  api: Api,
  ...statuses: MessageStatusInput[]
): Promise<RecordedFragment> =>
  (await api.ask(RecordMessageStatusesDocument, { statuses })).recordMessageStatuses;

export const recordOptOuts = async (api: Api, ...optOuts: OptOutInput[]): Promise<RecordedFragment> =>
  (await api.ask(RecordOptOutsDocument, { optOuts })).recordOptOuts;

export const recordOptIns = async (api: Api, ...optIns: OptInInput[]): Promise<RecordedFragment> =>
  (await api.ask(RecordOptInsDocument, { optIns })).recordOptIns;

/** Opens the conversations of `phone(0)` and on. */
export async function addContacts(api: Api, campaignId: string, count: number): Promise<RecordedFragment> {
  const contacts = Array.from({ length: count }, (_, index) => ({ phone: phone(index) }));
  return (await api.ask(AddContactsDocument, { campaignId, contacts })).addContacts;
}

/** Adds senders whose names are their ids. */
export async function addSenders(api: Api, campaignId: string, ...ids: string[]): Promise<RecordedFragment> {
  const senders = ids.map((id) => ({ id, name: id }));
  return (await api.ask(AddSendersDocument, { campaignId, senders })).addSenders;
}

/** The answer to a batch of which everything was new. */
export const allRecorded = (recorded: number): RecordedFragment => ({
  recorded,
  duplicates: 0,
  rejected: [],
});

/** The answer to a batch of which everything was there before. */
export const allDuplicates = (duplicates: number): RecordedFragment => ({
  recorded: 0,
  duplicates,
  rejected: [],
});

/** Where the kept boxes of a database differ from a recount: nowhere, ever. */
export async function differences(databaseUrl: string): Promise<readonly Difference[]> {
  const pool = new Pool({ connectionString: databaseUrl, max: 1, options: '-c jit=off' });
  try {
    return (await recount(pool, false)).differences;
  } finally {
    await pool.end();
  }
}
