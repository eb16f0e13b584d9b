// Opt Out Management as an admin uses it: who is listed, numbers added, one removed.
import type { RecordedFragment } from '@campaign-analytics/schema/graphql';
import type { Api } from '../harness/api.ts';

interface OptOut {
  at: string;
  source: string;
  campaignId: string | null;
  campaignName: string | null;
  senderId: string | null;
  senderName: string | null;
}

export interface Listing {
  totalCount: number;
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  edges: { cursor: string; node: { contact: string; at: string; optOuts: OptOut[] } }[];
}

export interface Page {
  first?: number | null;
  after?: string | null;
  search?: string | null;
}

export const LIST = `query ($first: Int, $after: String, $search: String) {
  optOuts(first: $first, after: $after, search: $search) {
    totalCount pageInfo { hasNextPage endCursor }
    edges { cursor node { contact at optOuts { at source campaignId campaignName senderId senderName } } } } }`;

/** A page, and its contacts in order. */
export async function listOptOuts(api: Api, page: Page = {}): Promise<Listing & { contacts: string[] }> {
  const { optOuts } = await api.ask<{ optOuts: Listing }, Page>(LIST, page);
  return { ...optOuts, contacts: optOuts.edges.map((edge) => edge.node.contact) };
}

const RECORDED = '{ recorded duplicates rejected { index code message } }';
export const ADD = `mutation ($phones: [String!]!) { addOptOuts(phones: $phones) ${RECORDED} }`;
const REMOVE = `mutation ($phone: PhoneNumber!) { removeOptOut(phone: $phone) ${RECORDED} }`;

export const addOptOuts = async (api: Api, ...phones: string[]): Promise<RecordedFragment> =>
  (await api.ask<{ addOptOuts: RecordedFragment }, object>(ADD, { phones })).addOptOuts;

export const removeOptOut = async (api: Api, phone: string): Promise<RecordedFragment> =>
  (await api.ask<{ removeOptOut: RecordedFragment }, object>(REMOVE, { phone })).removeOptOut;
