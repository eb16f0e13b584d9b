// The campaign that stands still, always with the same numbers: 8 / 13 · 10 · 3 · 38% · 1:6, with 0 auto + 2 manual = 2
// opt-outs. Told again at every start, which changes nothing.
import type { DemoClient } from './client.js';
import {
  ADD_CONTACTS,
  ADD_SENDERS,
  CREATE_CAMPAIGN,
  type Message,
  type OptOut,
  RECORD,
} from './operations.js';

const CAMPAIGN = 'demo-example';
const SENDERS = [
  { id: 'demo-ana', name: 'Ana Ruiz' },
  { id: 'demo-ben', name: 'Ben Okafor' },
];
const CONTACTS = Array.from({ length: 13 }, (_, index) => `+1206555${String(101 + index).padStart(4, '0')}`);
const INITIALS = CONTACTS.slice(0, 8);
const REPLIES = ['Yes, count me in!', 'Who is this?', 'Please take me off your list'];
const STARTED = Date.parse('2026-11-02T17:00:00Z');

const at = (minutes: number): string => new Date(STARTED + minutes * 60_000).toISOString();
const senderOf = (index: number): string => (index % 2 === 0 ? 'demo-ana' : 'demo-ben');

const said = (id: string, contact: string, minutes: number): Omit<Message, 'direction' | 'body'> => ({
  id: `${CAMPAIGN}-${id}`,
  campaignId: CAMPAIGN,
  contact,
  at: at(minutes),
});

export async function tellExample(client: DemoClient): Promise<void> {
  await client.ask(CREATE_CAMPAIGN, {
    input: {
      id: CAMPAIGN,
      name: 'Volunteer check-in',
      description: 'A campaign that stands still: the numbers of the first worked example.',
      status: 'PAUSED',
      initialMessage: 'Hi, this is Ana from Parks for All. Can you help at the river clean-up on Saturday?',
      sendingStartsAt: at(0),
      sendingEndsAt: '2026-11-08T01:00:00Z',
      timeZone: 'America/Los_Angeles',
      opensAt: '09:00',
      closesAt: '21:00',
      phoneNumbers: ['+12065550199'],
    },
  });
  await client.ask(ADD_SENDERS, { campaignId: CAMPAIGN, senders: SENDERS });
  await client.ask(ADD_CONTACTS, { campaignId: CAMPAIGN, contacts: CONTACTS.map((phone) => ({ phone })) });
  const initials = INITIALS.map(
    (contact, index): Message => ({
      ...said(`initial-${index}`, contact, index * 5),
      direction: 'OUTBOUND',
      senderId: senderOf(index),
      body: 'Hi, this is Ana from Parks for All. Can you help at the river clean-up on Saturday?',
    }),
  );
  const replies = REPLIES.map(
    (body, index): Message => ({
      ...said(`reply-${index}`, INITIALS[index] ?? '', 60 + index * 5),
      direction: 'INBOUND',
      body,
    }),
  );
  const answers = ['Wonderful, see you at nine!', 'Ana from Parks for All, we met at the market.'].map(
    (body, index): Message => ({
      ...said(`answer-${index}`, INITIALS[index] ?? '', 90 + index * 5),
      direction: 'OUTBOUND',
      senderId: senderOf(index),
      body,
    }),
  );
  const optOuts = INITIALS.slice(2, 4).map(
    (contact, index): OptOut => ({
      campaignId: CAMPAIGN,
      contact,
      senderId: senderOf(index),
      at: at(120 + index),
    }),
  );
  await client.ask(RECORD, { messages: [...initials, ...replies, ...answers], statuses: [], optOuts });
}
