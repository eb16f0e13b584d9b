// The numbers of one list in, part by part, what became of each out. A number that stands in the list again is a duplicate of its
// first row, so what is kept of the rows grows with the list, of which a request's body is the limit.
import type { Outcome } from '../counters/event.js';
import type { Write } from '../db/transaction.js';
import { readPhoneNumber } from '../scalars.js';
import { addListed } from './addition.js';
import { notANumber, type WrittenNumber } from './number-list.js';
import type { Told } from './receipt.js';

export interface Tally {
  recorded: number;
  duplicates: number;
  rejected: number;
}

export interface RollOptions {
  readonly write: Write;
  readonly accountId: string;
  /** When the list came. */
  readonly at: Date;
  /** In which national numbers are meant, ISO 3166-1 alpha-2. */
  readonly country: string;
}

export interface Roll {
  /** Settles when these are committed, in one transaction. Call it with one part at a time, in the order of the list. */
  record(part: readonly WrittenNumber[]): Promise<Told[]>;
  readonly tally: Tally;
}

const told = (outcome: Outcome): Told => ({
  outcome,
  remark: outcome === 'duplicate' ? 'opted out already' : '',
});

export function openRoll({ write, accountId, at, country }: RollOptions): Roll {
  const tally: Tally = { recorded: 0, duplicates: 0, rejected: 0 };
  const rows = new Map<string, number>();
  const rejection: Outcome = { code: 'BAD_USER_INPUT', message: notANumber('phone', country).message };

  /** What is to be said of a number without asking, or the number itself. */
  function read({ row, written }: WrittenNumber): Told | string {
    const phone = readPhoneNumber(written, country);
    if (phone === undefined) return { outcome: rejection, remark: '' };
    const before = rows.get(phone);
    if (before !== undefined) return { outcome: 'duplicate', remark: `the same as in row ${before}` };
    rows.set(phone, row);
    return phone;
  }

  function count(outcome: Outcome): void {
    if (outcome === 'recorded') tally.recorded++;
    else if (outcome === 'duplicate') tally.duplicates++;
    else tally.rejected++;
  }

  return {
    tally,
    async record(part) {
      const found = part.map(read);
      const phones = found.filter((each) => typeof each === 'string');
      const outcomes =
        phones.length === 0
          ? []
          : await write(accountId, 'beside', (tx) => addListed(tx, phones, at), 'repeatable');
      const answers = outcomes.values();
      const all = found.map((each) =>
        typeof each === 'string' ? told(answers.next().value as Outcome) : each,
      );
      for (const { outcome } of all) count(outcome);
      return all;
    },
  };
}
