// What happens in one run of the live campaign, and when: the same run number gives the same steps, so that a run that was
// interrupted is told again from its beginning and goes on where it stopped.
import type { Message, OptOut, Status } from './operations.js';

export interface Run {
  readonly number: number;
  readonly campaignId: string;
  /** Everybody who will be written to, E.164. */
  readonly contacts: readonly string[];
  readonly senders: readonly { readonly id: string; readonly name: string }[];
  /** In the order of `afterMs`. */
  readonly steps: readonly Step[];
}

/** One thing that happens, `afterMs` after the campaign was created. */
export type Step = { readonly afterMs: number } & (
  | { readonly kind: 'message'; readonly message: Omit<Message, 'at'> }
  | { readonly kind: 'status'; readonly status: Omit<Status, 'at'> }
  | { readonly kind: 'optOut'; readonly optOut: Omit<OptOut, 'at'> }
);

const INITIALS_EVERY_MS = 400;
/** Numbers that are reserved for examples, a hundred an area code: nobody is ever at the other end. */
const AREA_CODES = ['202', '206', '303'];
const CONTACTS = 286;
export const SENDERS = [
  { id: 'demo-ana', name: 'Ana Ruiz' },
  { id: 'demo-ben', name: 'Ben Okafor' },
  { id: 'demo-chi', name: 'Chiara Moretti' },
  { id: 'demo-dev', name: 'Dev Patel' },
];
const REPLIES = [
  'Yes!',
  'Sure, when does it start?',
  'Maybe, I have to see',
  'Sorry, I am away that day',
  'Who is this?',
];
const ANSWERS = [
  'Great! We meet at the bridge at nine. Bring gloves if you have some, we have bags and coffee. Should it rain we go on anyway, and afterwards there is soup for everybody in the boat house.',
  'Thank you for telling me!',
];

export const INITIAL_MESSAGE =
  'Hi, this is Ana from Parks for All. Can you help at the river clean-up on Saturday?';

export const contactAt = (index: number): string =>
  `+1${AREA_CODES[Math.floor(index / 100)]}555${String(100 + (index % 100)).padStart(4, '0')}`;

export const campaignIdOf = (run: number): string => `demo-live-${run}`;

/** A small generator of even numbers from 0 to 1 (mulberry32): the same seed gives the same run. */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function planRun(number: number): Run {
  const roll = dice(number);
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(roll() * choices.length)] as T;
  const between = (least: number, most: number): number => Math.round(least + roll() * (most - least));
  const campaignId = campaignIdOf(number);
  const contacts = Array.from({ length: CONTACTS }, (_, index) => contactAt(index));
  const steps: Step[] = [];

  const say = (id: string, contact: string, afterMs: number, body: string, senderId?: string): void => {
    const direction = senderId ? 'OUTBOUND' : 'INBOUND';
    steps.push({
      kind: 'message',
      afterMs,
      message: { id, campaignId, contact, direction, body, ...(senderId && { senderId }) },
    });
  };

  for (const [index, contact] of contacts.entries()) {
    const { id: senderId } = pick(SENDERS);
    const id = `${campaignId}-${index}`;
    let afterMs = 1_500 + index * INITIALS_EVERY_MS;
    say(`${id}-initial`, contact, afterMs, INITIAL_MESSAGE, senderId);
    const fate = roll();
    const status = fate < 0.02 ? 'FAILED' : fate < 0.05 ? 'UNDELIVERED' : 'DELIVERED';
    afterMs += between(400, 1_500);
    steps.push({
      kind: 'status',
      afterMs,
      status: { id: `${id}-initial`, status, ...(status !== 'DELIVERED' && { errorCode: '30003' }) },
    });
    if (status !== 'DELIVERED' || roll() > 0.4) continue;

    afterMs += between(1_000, 9_000);
    const mood = roll();
    if (mood < 0.08) {
      say(`${id}-stop`, contact, afterMs, 'STOP');
      continue;
    }
    say(`${id}-reply`, contact, afterMs, mood < 0.16 ? 'Please take me off your list' : pick(REPLIES));
    afterMs += between(1_500, 6_000);
    if (mood < 0.16) steps.push({ kind: 'optOut', afterMs, optOut: { campaignId, contact, senderId } });
    else say(`${id}-answer`, contact, afterMs, pick(ANSWERS), senderId);
  }
  steps.sort((one, other) => one.afterMs - other.afterMs);
  return { number, campaignId, contacts, senders: SENDERS, steps };
}
