// Campaigns of the months before, archived: what an account that has been texting for a while looks like. Told again at every
// start, which changes nothing.
import type { DemoClient } from './client.js';
import {
  ADD_SENDERS,
  CREATE_CAMPAIGN,
  type Message,
  type OptOut,
  RECORD,
  type Status,
} from './operations.js';
import { contactAt, dice, SENDERS } from './plan.js';

interface Past {
  readonly id: string;
  readonly name: string;
  readonly initialMessage: string;
  /** When the first initial was sent. */
  readonly startedAt: string;
  readonly contacts: number;
  /** The share of contacts who reply. */
  readonly replying: number;
  readonly isMms?: boolean;
}

const PAST: readonly Past[] = [
  {
    id: 'demo-2026-07',
    name: 'Meadow picnic',
    initialMessage:
      'Hi, Ana from Parks for All. Our picnic in the meadow is on Sunday at noon. Will you come?',
    startedAt: '2026-07-14T16:00:00Z',
    contacts: 84,
    replying: 0.3,
    isMms: true,
  },
  {
    id: 'demo-2026-08',
    name: 'Shade for the playground',
    initialMessage:
      'Hi, this is Ben from Parks for All. The council votes on shade for the playground. May we count on you?',
    startedAt: '2026-08-18T16:00:00Z',
    contacts: 140,
    replying: 0.45,
  },
  {
    id: 'demo-2026-09',
    name: 'Autumn volunteers',
    initialMessage:
      'Hi, Chiara from Parks for All. We plant trees in October. Would you like to help for a morning?',
    startedAt: '2026-09-22T17:00:00Z',
    contacts: 220,
    replying: 0.38,
  },
  {
    id: 'demo-2026-10',
    name: 'Tree planting day',
    initialMessage:
      'Hi, Dev from Parks for All. Trees and spades are here: see you on Saturday at nine at the east gate?',
    startedAt: '2026-10-06T16:00:00Z',
    contacts: 180,
    replying: 0.55,
  },
];
const EVERY_MS = 40_000;

function toldOf({ id: campaignId, initialMessage, startedAt, contacts, replying, isMms }: Past) {
  const roll = dice(contacts);
  const messages: Message[] = [];
  const statuses: Status[] = [];
  const optOuts: OptOut[] = [];
  for (let index = 0; index < contacts; index++) {
    const id = `${campaignId}-${index}`;
    const contact = contactAt(index);
    const senderId = SENDERS[index % SENDERS.length]?.id ?? '';
    const sentMs = Date.parse(startedAt) + index * EVERY_MS;
    const after = (ms: number): string => new Date(sentMs + ms).toISOString();
    const said = { campaignId, contact };
    messages.push({
      ...said,
      id,
      direction: 'OUTBOUND',
      senderId,
      body: initialMessage,
      at: after(0),
      ...(isMms && { mediaCount: 1 }),
    });
    const fate = roll();
    const status = fate < 0.03 ? 'FAILED' : fate < 0.06 ? 'UNDELIVERED' : 'DELIVERED';
    const errorCode = status === 'DELIVERED' ? undefined : fate < 0.02 ? '30006' : '30003';
    statuses.push({ id, status, at: after(2_000), ...(errorCode && { errorCode }) });
    if (status !== 'DELIVERED' || roll() > replying) continue;
    const mood = roll();
    const body = mood < 0.06 ? 'STOP' : mood < 0.1 ? 'Please take me off your list' : 'Yes!';
    const repliedMs = 60_000 + Math.round(roll() * 5_400_000);
    messages.push({ ...said, id: `${id}-reply`, direction: 'INBOUND', body, at: after(repliedMs) });
    if (mood >= 0.06 && mood < 0.1) optOuts.push({ ...said, senderId, at: after(repliedMs + 60_000) });
  }
  return { messages, statuses, optOuts };
}

export async function tellHistory(client: DemoClient): Promise<void> {
  for (const past of PAST) {
    await client.ask(CREATE_CAMPAIGN, {
      input: {
        id: past.id,
        name: past.name,
        status: 'ARCHIVED',
        initialMessage: past.initialMessage,
        sendingStartsAt: past.startedAt,
        timeZone: 'America/Denver',
        opensAt: '09:00',
        closesAt: '21:00',
        phoneNumbers: ['+13035550199'],
      },
    });
    await client.ask(ADD_SENDERS, { campaignId: past.id, senders: SENDERS });
    await client.ask(RECORD, toldOf(past));
  }
}
