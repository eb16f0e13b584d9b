// The ways on which events come in, each as requests that go all of it: what a crash point is a point of.
import { at, message, phone, reply } from '../harness/campaign.ts';
import type { Deed } from './deeds.ts';

export interface Path {
  readonly name: string;
  /** The `turn`-th request of it; `known` is a message that the campaign has. No two have anything else in common. */
  deed(campaignId: string, turn: number, known: string): Deed;
}

const several = <Item>(turn: number, make: (index: number) => Item): Item[] =>
  Array.from({ length: 2 + (turn % 7) }, (_, index) => make(index));
/** A time of its own for each item of each request. */
const timeOf = (turn: number, index: number): string => at(100_000 + 100 * turn + index);

export const KNOWN_CONTACT = 0;

export const PATHS: readonly Path[] = [
  {
    name: 'single mutation',
    deed: (campaignId, turn) => ({
      kind: 'messages',
      items: [
        message(campaignId, { id: `${campaignId}s${turn}`, contact: phone(1 + (turn % 50)), segments: 1 }),
      ],
    }),
  },
  {
    name: 'batch',
    deed: (campaignId, turn, known) => ({
      kind: 'messages',
      items: [
        message(campaignId, { id: known, contact: phone(KNOWN_CONTACT), segments: 1 }),
        ...several(turn, (index) =>
          message(campaignId, {
            id: `${campaignId}b${turn}-${index}`,
            contact: phone(51 + ((turn + index) % 100)),
            at: timeOf(turn, index),
            segments: 2,
          }),
        ),
        reply(campaignId, { id: `${campaignId}r${turn}`, contact: phone(51 + (turn % 100)) }),
        reply(campaignId, {
          id: `${campaignId}o${turn}`,
          contact: phone(52 + (turn % 100)),
          body: 'Stop',
          at: timeOf(turn, 50),
        }),
      ],
    }),
  },
  {
    name: 'status',
    deed: (_, turn, known) => ({
      kind: 'statuses',
      items: [
        { id: known, status: turn % 2 === 0 ? 'FAILED' : 'DELIVERED', at: timeOf(turn, 60) },
        { id: `${known}never`, status: 'DELIVERED', at: timeOf(turn, 60) },
      ],
    }),
  },
  {
    name: 'opt-out',
    deed: (campaignId, turn) => ({
      kind: 'optOuts',
      items: several(turn, (index) => ({
        campaignId,
        contact: phone(200 + ((turn + index) % 50)),
        at: timeOf(turn, 70 + index),
      })),
    }),
  },
  {
    name: 'opt-in',
    deed: (_, turn) => ({
      kind: 'optIns',
      items: [{ contact: phone(KNOWN_CONTACT), at: timeOf(turn, 80) }],
    }),
  },
  {
    name: 'contacts',
    deed: (campaignId, turn) => ({ kind: 'contacts', campaignId, items: [phone(300 + (turn % 300))] }),
  },
];
