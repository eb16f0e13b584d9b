// The reference: what the contract says of a history, reckoned the slow and obvious way from all that was told. It shares no
// code with the server. The contract leaves one tie open, between error codes of one status at one time: here the greater.
// Instants are of one digit, so that texts which begin with one sort by time.
import type { Event, Fields, History } from './history.ts';

const STATUSES = ['SENT', 'DELIVERED', 'UNDELIVERED', 'FAILED'];
const FOR_OUTBOUND = /UNDELIVERED|FAILED/;
const TERM = /^\s*(STOP|STOPALL|UNSUBSCRIBE|CANCEL|END|QUIT|REVOKE|OPTOUT)\s*$/i;
const rank = (each: Fields): string => `${each.at}${STATUSES.indexOf(each.status)}${each.errorCode}`;
type Campaign = { status: string; contacts: Set<string>; senders: Map<string, boolean> };

/** One line for each row that is stored in the end, sorted; `readRows` reads the same lines from the database. */
export function modelOf({ isAutoOptOut, stretches }: History): string[] {
  const campaigns = new Map<string, Campaign>();
  const told = new Map<string, Fields>();
  const claims: Fields[] = [];
  const all = (kind: Event['kind'], where: Partial<Fields> = {}): Fields[] =>
    [...told.values()].filter((each) =>
      Object.entries({ kind, ...where }).every(([key, value]) => each[key as keyof Fields] === value),
    );
  const isPossible = ({ id, status }: Fields): boolean =>
    !FOR_OUTBOUND.test(status) || !all('message', { id, direction: 'INBOUND' })[0];

  for (const { commands, events } of stretches) {
    for (const { kind, campaignId, value } of commands) {
      const it = campaigns.get(campaignId) ?? { status: value, contacts: new Set(), senders: new Map() };
      if (kind === 'create') campaigns.set(campaignId, it);
      if (kind === 'setStatus' && it.status !== 'ARCHIVED') it.status = value;
      if (kind === 'addContact') it.contacts.add(value);
      if (kind === 'removeContact' && !all('message', { campaignId, contact: value })[0])
        it.contacts.delete(value);
      if (kind === 'addSender' || it.senders.has(value)) it.senders.set(value, kind === 'addSender');
    }
    const before = new Set(told.keys());
    const hear = (each: Event): void => {
      const { kind, id, campaignId, contact, direction, body, status, at } = each as Fields;
      const campaign = campaigns.get(campaignId ?? '');
      if ((campaignId && !campaign) || (direction === 'INBOUND' && FOR_OUTBOUND.test(status))) return;
      const key = kind === 'message' ? id : JSON.stringify(each);
      if (!before.has(key)) campaign?.contacts.add(contact);
      told.set(key, each as Fields);
      if (status) claims.push(each as Fields);
      if (isAutoOptOut && direction === 'INBOUND' && TERM.test(body ?? ''))
        hear({ kind: 'optOut', campaignId, contact, source: 'AUTO', senderId: null, at });
    };
    events.forEach(hear);
  }

  const ranks = (id: string) => claims.filter((each) => each.id === id && isPossible(each)).map(rank);
  const messages = all('message').map((each) => ({ ...each, status: ranks(each.id).sort().at(-1) ?? '' }));
  const facts = [...messages, ...all('status').filter(isPossible), ...all('optOut'), ...all('optIn')];
  const rows = facts.map((each) => Object.values(each).join(' '));
  for (const [campaignId, { status, contacts, senders }] of campaigns) {
    let boxes = [0, 0, 0, 0, 0, 0];
    for (const contact of contacts) {
      const said = messages.filter((each) => each.campaignId === campaignId && each.contact === contact);
      const sent = said.filter((each) => each.direction === 'OUTBOUND' && each.status[1] !== '3');
      const segments = sent.reduce((sum, each) => sum + (each.mediaCount > 0 ? 0 : each.segments), 0);
      const received = said.filter((each) => each.direction === 'INBOUND').length;
      const times = said.map((each) => each.at).sort();
      const backAt = Math.max(0, ...all('optIn', { contact }).map((each) => each.at));
      const outs = all('optOut', { campaignId, contact }).filter((each) => each.at >= backAt);
      const [out] = outs.sort((one, two) => one.at - two.at || (one.source > two.source ? -1 : 1));
      const is = (source: string): number => Number(out?.source === source);
      const row = [said.length, sent.length, received, segments, times[0], times.at(-1)];
      rows.push(`conversation ${campaignId} ${contact} ${row} ${out?.at} ${out?.source}`);
      const moved = [1, Number(sent.length > 0), segments, Number(received > 0), is('AUTO'), is('MANUAL')];
      boxes = boxes.map((box, index) => box + (moved[index] ?? 0));
    }
    rows.push(`boxes ${campaignId} ${status} ${boxes} ${[...senders.values()].filter(Boolean).length}`);
    for (const [id, isActive] of senders) rows.push(`sender ${campaignId} ${id} ${isActive}`);
  }
  return rows.sort();
}
