// What many callers tell of a few campaigns: a plan that a seed decides, with each id in it several times.
import {
  AddContactsDocument,
  type MessageInput,
  type MessageStatusInput,
  type OptInInput,
  type OptOutInput,
  type RecordedFragment,
} from '@campaign-analytics/schema/graphql';
import type { Api } from '../harness/api.ts';
import {
  at,
  message,
  phone,
  record,
  recordOptIns,
  recordOptOuts,
  recordStatuses,
  reply,
} from '../harness/campaign.ts';

/** One request. */
export type Deed =
  | { readonly kind: 'messages'; readonly items: readonly MessageInput[] }
  | { readonly kind: 'statuses'; readonly items: readonly MessageStatusInput[] }
  | { readonly kind: 'optOuts'; readonly items: readonly OptOutInput[] }
  | { readonly kind: 'optIns'; readonly items: readonly OptInInput[] }
  | { readonly kind: 'contacts'; readonly campaignId: string; readonly items: readonly string[] };

export const KINDS = ['messages', 'statuses', 'optOuts', 'optIns', 'contacts'] as const;

/** The same items in the opposite order: whoever took locks in the order of arrival would now deadlock. */
export const reversed = (deed: Deed): Deed => ({ ...deed, items: deed.items.toReversed() }) as Deed;

export async function tell(api: Api, deed: Deed): Promise<RecordedFragment> {
  if (deed.kind === 'messages') return record(api, ...deed.items);
  if (deed.kind === 'statuses') return recordStatuses(api, ...deed.items);
  if (deed.kind === 'optOuts') return recordOptOuts(api, ...deed.items);
  if (deed.kind === 'optIns') return recordOptIns(api, ...deed.items);
  const { campaignId, items } = deed;
  const contacts = items.map((each) => ({ phone: each }));
  return (await api.ask(AddContactsDocument, { campaignId, contacts })).addContacts;
}

/** Mulberry32: evenly distributed numbers from 0 to below 1. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const CONTACTS = 300;
/** Few, so that opt-outs and opt-ins of the same contact meet. */
const WAVERING_CONTACTS = 12;
const LARGEST_BATCH = 24;

/**
 * So many requests; the first campaigns are the hot ones.
 *
 * @param mark - begins every message's id and stands in every outbound body.
 */
export function planDeeds(seed: number, campaignIds: readonly string[], count: number, mark = ''): Deed[] {
  const random = randomOf(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const anyCampaign = (): string => campaignIds[Math.floor(random() ** 2 * campaignIds.length)] ?? '';
  const anyContact = (): string => phone(below(CONTACTS));
  /** Half of them are single ones. */
  const some = <Item>(make: () => Item): Item[] =>
    Array.from({ length: random() < 0.5 ? 1 : 2 + below(LARGEST_BATCH) }, make);
  let told = 0;
  const sent: string[] = [];

  function nextMessage(): MessageInput {
    const over = { id: `${mark}m${++told}`, contact: anyContact(), at: at(told) };
    const isInbound = random() < 0.3;
    if (isInbound) return reply(anyCampaign(), { ...over, body: random() < 0.2 ? 'Stop' : 'Yes' });
    sent.push(over.id);
    return message(anyCampaign(), { ...over, segments: 1 + below(3), body: `Hello, canary ${mark}!` });
  }
  /** Of a message planned so far, which may be told a moment later. */
  function nextStatus(): MessageStatusInput {
    const isFailure = random() < 0.4;
    // A failure is later than any delivery, so that it is the one which counts.
    const second = (isFailure ? 2_000_000 : 1_000_000) + ++told;
    return { id: sent[below(sent.length)] ?? '', status: isFailure ? 'FAILED' : 'DELIVERED', at: at(second) };
  }
  const deed = (): Deed => {
    const dice = random();
    if (dice < 0.5 || sent.length === 0) return { kind: 'messages', items: some(nextMessage) };
    if (dice < 0.65) return { kind: 'statuses', items: some(nextStatus) };
    const when = () => ({ contact: phone(below(WAVERING_CONTACTS)), at: at(++told) });
    if (dice < 0.8) return { kind: 'optOuts', items: some(() => ({ campaignId: anyCampaign(), ...when() })) };
    if (dice < 0.92) return { kind: 'optIns', items: some(when) };
    return { kind: 'contacts', campaignId: anyCampaign(), items: some(anyContact) };
  };
  const deeds: Deed[] = [];
  // Some are told again later. Neighbours change places, so that statuses come before their messages as well.
  while (deeds.length < count) {
    const again = random() < 0.1 ? deeds[below(deeds.length)] : undefined;
    deeds.splice(Math.max(0, deeds.length - below(8)), 0, again ?? deed());
  }
  return deeds;
}
