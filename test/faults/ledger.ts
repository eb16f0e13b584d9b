// Who was told what, and when: between what was acknowledged when a reader asked and what was attempted when it had its
// answer, every number that it sees must lie.
import type { EightBoxesFragment, MessageInput, RecordedFragment } from '@campaign-analytics/schema/graphql';
import { type Deed, KINDS } from './deeds.ts';

type Kind = Deed['kind'];

/** Something with an id of its own. Times are those of the ledger. */
interface Entry {
  readonly kind: Kind;
  readonly campaignId: string;
  readonly contact: string;
  readonly message?: MessageInput;
  readonly attemptedAt: number;
  acknowledgedAt: number;
}

export interface Sums {
  /** Ids, each once. */
  readonly ids: number;
  /** How often they were told. */
  readonly told: number;
  readonly recorded: number;
  readonly duplicates: number;
}

type Bounds = Record<'conversations' | 'initialsSent' | 'segments' | 'replies', readonly [number, number]>;

export class Ledger {
  readonly #entries = new Map<Kind, Map<string, Entry>>(KINDS.map((kind) => [kind, new Map()]));
  readonly #byCampaign = new Map<string, Entry[]>();
  /** The FAILED statuses, by message. */
  readonly #failures = new Map<string, Entry[]>();
  readonly #sums = new Map<Kind, { told: number; recorded: number; duplicates: number }>();
  #now = 0;
  /** So many requests were answered. */
  answers = 0;

  /** Later than everything that was written down. */
  now(): number {
    return ++this.#now;
  }

  /** Call it before it is sent. */
  attempt(deed: Deed): void {
    const attemptedAt = this.now();
    const entries = this.#of(deed.kind);
    for (const [key, item] of keysOf(deed)) {
      if (entries.has(key)) continue;
      const entry: Entry = {
        ...item,
        kind: deed.kind,
        attemptedAt,
        acknowledgedAt: Number.POSITIVE_INFINITY,
      };
      entries.set(key, entry);
      const others = this.#byCampaign.get(item.campaignId);
      if (others) others.push(entry);
      else this.#byCampaign.set(item.campaignId, [entry]);
      if (item.failedId)
        this.#failures.set(item.failedId, [...(this.#failures.get(item.failedId) ?? []), entry]);
    }
  }

  /** Call it when its answer is there. */
  acknowledge(deed: Deed, { recorded, duplicates }: RecordedFragment): void {
    const now = this.now();
    this.answers++;
    for (const [key] of keysOf(deed)) {
      const entry = this.#of(deed.kind).get(key);
      if (entry) entry.acknowledgedAt = Math.min(entry.acknowledgedAt, now);
    }
    const sums = this.#sums.get(deed.kind) ?? { told: 0, recorded: 0, duplicates: 0 };
    this.#sums.set(deed.kind, {
      told: sums.told + deed.items.length,
      recorded: sums.recorded + recorded,
      duplicates: sums.duplicates + duplicates,
    });
  }

  sums(kind: Kind): Sums {
    const ids = this.#of(kind).size;
    return { ids, ...(this.#sums.get(kind) ?? { told: 0, recorded: 0, duplicates: 0 }) };
  }

  /** The ids of all messages that were attempted, in order. */
  messageIds(): string[] {
    return [...this.#of('messages').values()].map(({ message }) => String(message?.id)).sort();
  }

  #of(kind: Kind): Map<string, Entry> {
    return this.#entries.get(kind) ?? new Map();
  }

  /** All items of a kind that were attempted, by what tells each from the others: whether it was acknowledged. */
  items(kind: Kind): Map<string, boolean> {
    return new Map([...this.#of(kind)].map(([key, entry]) => [key, Number.isFinite(entry.acknowledgedAt)]));
  }

  /** The conversations that what was told opens, keyed like contacts: those that must be there, and all that may be. */
  conversations(): { readonly sure: Set<string>; readonly possible: Set<string> } {
    const all = [...this.#byCampaign].flatMap(([campaignId, entries]) => (campaignId === '' ? [] : entries));
    const namesOf = (entries: readonly Entry[]) =>
      new Set(entries.map(({ campaignId, contact }) => keyOf(campaignId, contact)));
    return {
      sure: namesOf(all.filter(({ acknowledgedAt }) => Number.isFinite(acknowledgedAt))),
      possible: namesOf(all),
    };
  }

  /** What a reader may see who asked at `from` and had its answer at `to`. */
  bounds(campaignId: string, from: number, to: number): Bounds {
    const isSure = (entry: Entry): boolean => entry.acknowledgedAt <= from;
    const isPossible = (entry: Entry): boolean => entry.attemptedAt <= to;
    const failures = (entry: Entry): readonly Entry[] => this.#failures.get(String(entry.message?.id)) ?? [];
    const all = this.#byCampaign.get(campaignId) ?? [];
    const outbound = all.filter(({ message }) => message?.direction === 'OUTBOUND');
    const inbound = all.filter(({ message }) => message?.direction === 'INBOUND');
    const surelySent = outbound.filter((entry) => isSure(entry) && !failures(entry).some(isPossible));
    const possiblySent = outbound.filter((entry) => isPossible(entry) && !failures(entry).some(isSure));
    return {
      conversations: [contactsOf(all.filter(isSure)), contactsOf(all.filter(isPossible))],
      initialsSent: [contactsOf(surelySent), contactsOf(possiblySent)],
      segments: [segmentsOf(surelySent), segmentsOf(possiblySent)],
      replies: [contactsOf(inbound.filter(isSure)), contactsOf(inbound.filter(isPossible))],
    };
  }

  /** What of these boxes is out of its bounds, as sentences. */
  faults(boxes: EightBoxesFragment, from: number, to: number): string[] {
    return Object.entries(this.bounds(boxes.campaignId, from, to)).flatMap(([name, [least, most]]) => {
      const value = boxes[name as keyof Bounds];
      const isWithin = least <= value && value <= most;
      return isWithin
        ? []
        : `${name}: expected ${least} to ${most}, got ${value} at revision ${boxes.revision}`;
    });
  }
}

const contactsOf = (entries: readonly Entry[]): number => new Set(entries.map((each) => each.contact)).size;
const segmentsOf = (entries: readonly Entry[]): number =>
  entries.reduce((sum, { message }) => sum + (message?.segments ?? 0), 0);

type Item = Pick<Entry, 'campaignId' | 'contact' | 'message'> & { readonly failedId?: string };

const keyOf = (...ids: readonly (string | null | undefined)[]): string => JSON.stringify(ids);

/** What tells each item from others of its kind, and what it concerns. */
export function keysOf(deed: Deed): [key: string, item: Item][] {
  const nowhere = { campaignId: '', contact: '' };
  switch (deed.kind) {
    case 'messages':
      return deed.items.map((each) => [
        keyOf(String(each.id)),
        { campaignId: String(each.campaignId), contact: each.contact, message: each },
      ]);
    case 'statuses':
      return deed.items.map((each) => [
        keyOf(String(each.id), each.status, each.at),
        { ...nowhere, ...(each.status === 'FAILED' && { failedId: String(each.id) }) },
      ]);
    case 'optOuts':
      return deed.items.map((each) => [
        keyOf(String(each.campaignId), each.contact, each.at),
        { campaignId: String(each.campaignId), contact: each.contact },
      ]);
    case 'optIns':
      return deed.items.map((each) => [keyOf(each.contact, each.at), nowhere]);
    case 'contacts':
      return deed.items.map((contact) => [
        keyOf(deed.campaignId, contact),
        { campaignId: deed.campaignId, contact },
      ]);
  }
}
