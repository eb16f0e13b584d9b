// Random histories of one account: commands in their order and, between them, events in any. The domains are so small that
// ties, clashes, repetitions and late comers are the rule. No id has two contents.
import type {
  CampaignStatus,
  MessageDirection,
  MessageStatus,
  OptOutSource,
} from '@campaign-analytics/schema/graphql';
import fc from 'fast-check';
import { phone } from '../harness/campaign.ts';

/** What events say; `at` is in seconds, of one digit. */
export interface Fields {
  readonly kind: 'message' | 'status' | 'optOut' | 'optIn';
  readonly id: string;
  readonly campaignId: string | null;
  readonly contact: string;
  readonly direction: MessageDirection;
  readonly senderId: string | null;
  readonly body: string | null;
  readonly mediaCount: number;
  /** Told or left out, see `isCounted`. */
  readonly segments: number;
  readonly status: MessageStatus;
  /** '' where there is none, as for the status that comes with a message. */
  readonly errorCode: string;
  readonly source: OptOutSource;
  readonly at: number;
}
type Of<Kind extends Fields['kind'], Name extends keyof Fields> = { readonly kind: Kind } & Pick<
  Fields,
  Name
>;

export type Message = { readonly campaignId: string } & Of<
  'message',
  | ('id' | 'campaignId' | 'contact' | 'direction' | 'senderId' | 'body' | 'mediaCount')
  | ('segments' | 'status' | 'errorCode' | 'at')
>;
export type Status = Of<'status', 'id' | 'status' | 'errorCode' | 'at'>;
export type OptOut = Of<'optOut', 'campaignId' | 'contact' | 'source' | 'senderId' | 'at'>;
export type OptIn = Of<'optIn', 'contact' | 'at'>;
export type Event = Message | Status | OptOut | OptIn;

/** `value` is a status, a contact's number or a sender's id. */
export interface Command {
  readonly kind: 'create' | 'setStatus' | 'addContact' | 'removeContact' | 'addSender' | 'removeSender';
  readonly campaignId: string;
  readonly value: string;
}

/** First the commands, one after the other; then the events, in any order, any number of times. */
export interface Stretch {
  readonly commands: readonly Command[];
  readonly events: readonly Event[];
}
export interface History {
  /** The account's switch for auto opt-out. */
  readonly isAutoOptOut: boolean;
  readonly stretches: readonly Stretch[];
}

/** Segments are counted by hand: these texts go without a count, the others with one. */
const COUNTED: readonly (readonly [body: string, segments: number])[] = [
  ['Hello!', 1],
  [' sToP\n', 1],
  ['Stop it', 1],
  ['END', 1],
  [`${'€'.repeat(80)}.`, 2],
  [`${'ż'.repeat(70)}.`, 2],
];
const GIVEN = [
  { body: 'Hello!', mediaCount: 0, segments: 4 },
  { body: null, mediaCount: 0, segments: 3 },
  { body: null, mediaCount: 2, segments: 0 },
  { body: 'Hello!', mediaCount: 1, segments: 5 },
];
/** Whether the message goes without a count of its segments. */
export const isCounted = ({
  body,
  mediaCount,
  segments,
}: Pick<Message, 'body' | 'mediaCount' | 'segments'>): boolean =>
  mediaCount === 0 && COUNTED.some((each) => each[0] === body && each[1] === segments);

const MESSAGE_IDS = ['m0', 'm1', 'm2', 'm3', 'm4', 'm5'];
const NEVER_RECORDED = 'm6';

/** Plain objects, so that a failure prints nothing beside their fields. */
const record = <Fields>(fields: { [Name in keyof Fields]: fc.Arbitrary<Fields[Name]> }) =>
  fc.record(fields, { noNullPrototype: true });
const campaignId = fc.constantFrom('a', 'a', 'b', 'c');
const contact = fc.constantFrom(...[0, 1, 2].map(phone));
const senderId = fc.constantFrom('s', 't');
const named = fc.constantFrom(null, 's', 't');
const at = fc.nat({ max: 5 });
const status = fc.constantFrom<MessageStatus>('SENT', 'DELIVERED', 'UNDELIVERED', 'FAILED');
const campaignStatus = fc.constantFrom<CampaignStatus>('ACTIVE', 'DRAFT', 'PAUSED', 'ARCHIVED');

const text = fc.constantFrom(
  ...COUNTED.map(([body, segments]) => ({ body, mediaCount: 0, segments })),
  ...GIVEN,
);
const content = fc.tuple(
  campaignId,
  contact,
  fc.constantFrom<MessageDirection>('OUTBOUND', 'INBOUND'),
  named,
  text,
  at,
);

/** Messages stand for an id of the pool, whose content is the history's. */
const recording = record({
  kind: fc.constant('message' as const),
  index: fc.nat({ max: MESSAGE_IDS.length - 1 }),
  // Mostly the one that is told with a message; another is a status of that message.
  status: fc.oneof(
    { weight: 2, arbitrary: fc.constant<MessageStatus>('SENT') },
    { weight: 1, arbitrary: status },
  ),
});
const report = record({
  kind: fc.constant('status' as const),
  id: fc.constantFrom(...MESSAGE_IDS, NEVER_RECORDED),
  status,
  errorCode: fc.constantFrom('', '30003', '30004'),
  at,
});
const optOut = record({
  kind: fc.constant('optOut' as const),
  campaignId,
  contact,
  source: fc.constantFrom<OptOutSource>('MANUAL', 'MANUAL', 'AUTO', 'AUTO', 'ACCOUNT'),
  senderId: named,
  at,
}).map((each) => (each.source === 'ACCOUNT' ? { ...each, campaignId: null } : each));
const optIn = record({ kind: fc.constant('optIn' as const), contact, at });
const event = fc.oneof(
  { weight: 5, arbitrary: recording },
  { weight: 3, arbitrary: report },
  { weight: 3, arbitrary: optOut },
  { weight: 2, arbitrary: optIn },
);

const order = <Kind extends Command['kind']>(
  weight: number,
  value: fc.Arbitrary<string>,
  ...kinds: Kind[]
) => ({
  weight,
  arbitrary: record({ kind: fc.constantFrom(...kinds), campaignId, value }),
});
const command: fc.Arbitrary<Command> = fc.oneof(
  order(2, campaignStatus, 'create', 'setStatus'),
  order(2, contact, 'addContact'),
  order(4, contact, 'removeContact'),
  order(2, senderId, 'addSender', 'removeSender'),
);

const CREATED: readonly Command[] = ['a', 'b'].map((campaignId) => ({
  kind: 'create',
  campaignId,
  value: 'ACTIVE',
}));

/** Campaigns `a` and `b` are there from the first; `c` only where a command makes it. */
export const history: fc.Arbitrary<History> = record({
  isAutoOptOut: fc.oneof(
    { weight: 7, arbitrary: fc.constant(true) },
    { weight: 1, arbitrary: fc.constant(false) },
  ),
  contents: fc.tuple(...MESSAGE_IDS.map(() => content)),
  stretches: fc.array(
    record({
      commands: fc.array(command, { maxLength: 3 }),
      events: fc.array(event, { maxLength: 9, size: 'max' }),
    }),
    { minLength: 1, maxLength: 3, size: 'max' },
  ),
}).map(({ isAutoOptOut, contents, stretches }) => ({
  isAutoOptOut,
  stretches: stretches.map(({ commands, events }, index) => ({
    commands: index === 0 ? [...CREATED, ...commands] : commands,
    events: events.map((each): Event => {
      if (each.kind !== 'message') return each;
      const { index, kind, status } = each;
      const [campaignId, contact, direction, senderId, text, at] = contents[index]!;
      const content = { campaignId, contact, direction, senderId, ...text, at };
      return { kind, id: MESSAGE_IDS[index]!, ...content, status, errorCode: '' };
    }),
  })),
}));
