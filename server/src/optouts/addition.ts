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

/**
 * Adds opt-outs of the account at the database's time; the transaction runs beside others.
 *
 * @param phones - E.164.
 * @returns an outcome for each, in their order.
 */
export async function addOptOuts(tx: Transaction, phones: readonly string[]): Promise<Outcome[]> {
  const [held] = await tx.query<{ now: Date }>('hold account', HOLD_ACCOUNT, [tx.accountId]);
  const now = held?.now ?? new Date(Number.NaN);
  const consents = await readConsent(tx, [...new Set(phones)]);
  const events = new Map<string, OptOutEvent>();
  for (const consent of consents) {
    if (isOptedOut(consent)) continue;
    const at = consent.in_at !== null && consent.in_at > now ? consent.in_at : now;
    events.set(consent.phone, {
      contact: consent.phone,
      campaignId: '',
      source: 'ACCOUNT',
      senderId: '',
      at,
    });
  }
  await recordOptOuts(tx, [...events.values()]);
  return phones.map((phone) => (events.delete(phone) ? 'recorded' : 'duplicate'));
}
