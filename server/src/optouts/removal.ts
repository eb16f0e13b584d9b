// A contact that may be written to again in, an opt-in out that undoes all its opt-outs, in every campaign of the account.
import { recordOptIns } from '../counters/consent.js';
import type { Outcome } from '../counters/event.js';
import type { Transaction } from '../db/transaction.js';
import { isOptedOut, readConsent } from './addition.js';

/**
 * An opt-out is dated by whoever reports it, whose clock may be ahead. The opt-in has to be later, and until its time comes
 * no opt-out counts: so it goes along with a clock that is a little wrong, and not with one that is years ahead.
 */
const MOST_AHEAD_MS = 24 * 3_600_000;

/**
 * Opts a contact in at the database's time; the transaction runs alone.
 *
 * @param phone - E.164.
 */
export async function removeOptOut(tx: Transaction, phone: string): Promise<Outcome> {
  const [clock] = await tx.query<{ now: Date }>('now', 'select clock_timestamp() as now', []);
  const now = clock?.now.getTime() ?? Number.NaN;
  const [consent] = await readConsent(tx, [phone]);
  if (!consent || !isOptedOut(consent)) return 'duplicate';
  const outAt = consent.out_at?.getTime() ?? 0;
  if (outAt > now + MOST_AHEAD_MS)
    return {
      code: 'CONFLICT',
      message:
        'phone: expected no opt-out dated more than a day ahead; recordOptIns undoes it with a later `at`',
    };
  const [outcome = 'duplicate'] = await recordOptIns(tx, [
    { contact: phone, at: new Date(Math.max(now, outAt + 1)) },
  ]);
  return outcome;
}
