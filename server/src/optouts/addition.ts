// Numbers that a person adds in, opt-outs of the account out, source ACCOUNT. Promise: who is opted out already is a
// duplicate and gets no further row, and who is added is opted out from then on, whatever opt-in was dated ahead.
import { recordOptOuts } from '../counters/consent.js';
import type { OptOutEvent, Outcome } from '../counters/event.js';
import type { Transaction } from '../db/transaction.js';

// The account's row: additions of an account go one after the other, so that of two at once the second finds the first.
// Recording goes on beside them.
const HOLD_ACCOUNT = 'select clock_timestamp() as now from account where id = $1 for no key update';

const CONSENT = `
  select p.phone,
         (select max(o.at) from opt_out o where o.account_id = $1 and o.contact = p.phone) as out_at,
         (select max(i.at) from opt_in i where i.account_id = $1 and i.contact = p.phone) as in_at
    from unnest($2::text[]) p(phone)`;

const ADDED_BEFORE = `
  select contact as phone from opt_out
   where account_id = $1 and contact = any($2::text[]) and campaign_id = '' and at = $3 and source = 'ACCOUNT' and sender_id = ''`;

const NEWER_OPT_IN: Outcome = {
  code: 'CONFLICT',
  message: 'phone: expected a contact who has not opted in since the list came',
};

/** The last of what a contact ever said. */
export interface Consent {
  readonly phone: string;
  readonly out_at: Date | null;
  readonly in_at: Date | null;
}

export const readConsent = (tx: Transaction, phones: readonly string[]): Promise<Consent[]> =>
  tx.query<Consent>('consent of contacts', CONSENT, [tx.accountId, phones]);

/** At equal times an opt-out beats an opt-in (contract: OptOutSource). */
export const isOptedOut = ({ out_at, in_at }: Consent): boolean =>
  out_at !== null && (in_at === null || out_at >= in_at);

const optOutOf = (contact: string, at: Date): OptOutEvent => ({
  contact,
  campaignId: '',
  source: 'ACCOUNT',
  senderId: '',
  at,
});

async function holdAccount(tx: Transaction): Promise<Date> {
  const [held] = await tx.query<{ now: Date }>('hold account for opt-outs', HOLD_ACCOUNT, [tx.accountId]);
  return held?.now ?? new Date(Number.NaN);
}

/**
 * Adds opt-outs of the account at the database's time; the transaction runs beside others.
 *
 * @param phones - E.164.
 * @returns an outcome for each, in their order.
 */
export async function addOptOuts(tx: Transaction, phones: readonly string[]): Promise<Outcome[]> {
  const now = await holdAccount(tx);
  const events = new Map<string, OptOutEvent>();
  for (const consent of await readConsent(tx, [...new Set(phones)])) {
    const { phone, in_at } = consent;
    if (!isOptedOut(consent)) events.set(phone, optOutOf(phone, in_at !== null && in_at > now ? in_at : now));
  }
  await recordOptOuts(tx, [...events.values()]);
  return phones.map((phone) => (events.delete(phone) ? 'recorded' : 'duplicate'));
}

/**
 * Adds a part of a list, at the time when the list came: the same part again has the same outcomes. A contact who has opted in
 * since then stays opted in. The transaction runs beside others.
 *
 * @param phones - E.164, each once.
 * @returns an outcome for each, in their order.
 */
export async function addListed(tx: Transaction, phones: readonly string[], at: Date): Promise<Outcome[]> {
  await holdAccount(tx);
  const before = await tx.query<{ phone: string }>('added before', ADDED_BEFORE, [
    tx.accountId,
    phones,
    at.toISOString(),
  ]);
  const added = new Set(before.map((each) => each.phone));
  const events: OptOutEvent[] = [];
  const outcomes = new Map<string, Outcome>();
  for (const consent of await readConsent(tx, phones)) {
    const { phone, in_at } = consent;
    if (added.has(phone)) outcomes.set(phone, 'recorded');
    else if (isOptedOut(consent)) outcomes.set(phone, 'duplicate');
    else if (in_at !== null && in_at > at) outcomes.set(phone, NEWER_OPT_IN);
    else {
      events.push(optOutOf(phone, at));
      outcomes.set(phone, 'recorded');
    }
  }
  await recordOptOuts(tx, events);
  return phones.map((phone) => outcomes.get(phone) as Outcome);
}
