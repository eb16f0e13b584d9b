// The mutations and queries that a sending tool needs, and their shapes on the wire.

export const CREATE_CAMPAIGN = `mutation ($input: CreateCampaignInput!) { createCampaign(input: $input) { id createdAt } }`;
export const SET_STATUS = `mutation ($id: ID!, $status: CampaignStatus!) { setCampaignStatus(id: $id, status: $status) { id } }`;
export const DELETE_CAMPAIGN = `mutation ($id: ID!) { deleteCampaign(id: $id) }`;
export const FIND_CAMPAIGNS = `query ($search: String) {
  campaigns(first: 100, search: $search) { edges { node { id status createdAt } } }
}`;
export const ADD_CONTACTS = `mutation ($campaignId: ID!, $contacts: [ContactInput!]!) {
  addContacts(campaignId: $campaignId, contacts: $contacts) { recorded }
}`;
export const ADD_SENDERS = `mutation ($campaignId: ID!, $senders: [SenderInput!]!) {
  addSenders(campaignId: $campaignId, senders: $senders) { recorded }
}`;
export const RECORD = `mutation (
  $messages: [MessageInput!]!
  $statuses: [MessageStatusInput!]!
  $optOuts: [OptOutInput!]!
) {
  recordMessages(messages: $messages) { rejected { code } }
  recordMessageStatuses(statuses: $statuses) { rejected { code } }
  recordOptOuts(optOuts: $optOuts) { rejected { code } }
}`;
export const CREATE_TOKEN = `mutation ($input: CreateEmbedTokenInput!) { createEmbedToken(input: $input) { token } }`;

export interface Message {
  readonly id: string;
  readonly campaignId: string;
  readonly contact: string;
  readonly direction: 'OUTBOUND' | 'INBOUND';
  readonly senderId?: string;
  readonly body: string;
  readonly mediaCount?: number;
  readonly at: string;
}

export interface Status {
  readonly id: string;
  readonly status: 'DELIVERED' | 'UNDELIVERED' | 'FAILED';
  readonly errorCode?: string;
  readonly at: string;
}

export interface OptOut {
  readonly campaignId: string;
  readonly contact: string;
  readonly senderId: string;
  readonly at: string;
}

export interface FoundCampaign {
  readonly id: string;
  readonly status: string;
  readonly createdAt: string;
}
