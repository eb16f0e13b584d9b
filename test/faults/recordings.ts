// Every mutation that is kept by its ids, as something that can be told again and again.
import { RemoveContactsDocument, RemoveSendersDocument } from '@campaign-analytics/schema/graphql';
import type { Api } from '../harness/api.ts';
import * as campaign from '../harness/campaign.ts';

const { at, message, phone } = campaign;

/** Tells it of a campaign that has the contact `phone(0)` and the sender `one`. */
type Recording = (api: Api, campaignId: string) => Promise<unknown>;

export const RECORDINGS: Readonly<Record<string, Recording>> = {
  recordMessages: (api, campaignId) =>
    campaign.record(api, message(campaignId, { id: campaignId, contact: phone(1) })),
  recordMessageStatuses: (api, id) => campaign.recordStatuses(api, { id, status: 'DELIVERED', at: at(1) }),
  recordOptOuts: (api, campaignId) =>
    campaign.recordOptOuts(api, { campaignId, contact: phone(0), at: at(1) }),
  recordOptIns: (api) => campaign.recordOptIns(api, { contact: phone(0), at: at(1) }),
  addContacts: (api, campaignId) => campaign.addContacts(api, campaignId, 2),
  addSenders: (api, campaignId) => campaign.addSenders(api, campaignId, 'one', 'two'),
  removeContacts: async (api, campaignId) =>
    (await api.ask(RemoveContactsDocument, { campaignId, contacts: [phone(0)] })).removeContacts,
  removeSenders: async (api, campaignId) =>
    (await api.ask(RemoveSendersDocument, { campaignId, senderIds: ['one'] })).removeSenders,
};
