// Movements in, the numbers around the boxes out: sums by five minutes, sender, status and month. A movement is folded
// once, in the transaction that deletes it, so these numbers trail the boxes but never miss or repeat anything.
import type { Transaction } from '../db/transaction.js';
import { addUp, TALLIES, TALLY_TABLES, type TallyTable, whereThere } from './movements.js';

const MOST_MOVEMENTS = 500;
const NOTED = TALLY_TABLES.join(', ');
const BYTES = TALLY_TABLES.map((table) => `coalesce(pg_column_size(${table}), 0)`).join(' + ');
/** The oldest of an account's movements taken away, as many as come to $2 bytes, and always one. */
const TAKEN = `
  oldest as (
    select id, sum(bytes) over (order by id rows between unbounded preceding and 1 preceding) as bytes_before
      from (select id, ${BYTES} as bytes from movement where account_id = $1 order by id limit ${MOST_MOVEMENTS}) m
  ),
  taken as (
    delete from movement where account_id = $1 and id in (select id from oldest where coalesce(bytes_before, 0) < $2)
    returning ${NOTED}
  )`;
/** All of them, where they are. */
export const WAITING = `taken as (select ${NOTED} from movement where account_id = $1)`;

// In the order of the key, so that new rows go into the index side by side.
const deltaOf = (table: TallyTable): string => `
  ${table}_delta as (${addUp(table, `taken, unnest(taken.${table}) d`)} order by ${TALLIES[table].keys.join(', ')})`;

/** What the CTE `taken` adds to each table, as a CTE of its keys and sums. */
export const DELTAS = TALLY_TABLES.map(deltaOf).join(',');

function add(table: TallyTable, delta: string, more: readonly string[] = []): string {
  const { keys } = TALLIES[table];
  const sums = [...TALLIES[table].sums, ...more];
  const columns = [...keys, ...sums].join(', ');
  return `
    insert into ${table} as t (account_id, ${columns})
    select $1, ${columns} from ${delta} ${whereThere(table)}
    on conflict (account_id, ${keys.join(', ')}) do update set
      ${sums.map((sum) => `${sum} = t.${sum} + excluded.${sum}`).join(', ')}`;
}

const FOLD = `
  with ${TAKEN}, ${DELTAS},
  activity_now as (${add('activity', 'activity_delta')}),
  sender_now as (${add('sender_tally', 'sender_tally_delta')}),
  delivery_now as (${add('delivery_tally', 'delivery_tally_delta')}),
  usage_contact_now as (${add('usage_contact', 'usage_contact_delta')}
    returning month, contact, messages, xmax = 0 as is_new),
  -- A contact comes to a month with its first message and goes with its last.
  messaged_delta as (
    select month, sum(came)::int as messaged_contacts
      from (
        select month, (messages > 0)::int as came from usage_contact_now where is_new
        union all
        select month, (n.messages > 0)::int - (n.messages - d.messages > 0)::int
          from usage_contact_now n join usage_contact_delta d using (month, contact) where not n.is_new) c
     group by month
  ),
  usage_delta as (
    select month, ${[...TALLIES.usage_month.sums, 'messaged_contacts'].map((sum) => `coalesce(${sum}, 0) as ${sum}`).join(', ')}
      from usage_month_delta full join messaged_delta using (month)
  ),
  usage_now as (${add('usage_month', 'usage_delta', ['messaged_contacts'])})
  select exists (select from oldest where bytes_before >= $2) or (select count(*) = ${MOST_MOVEMENTS} from oldest) as "hasMore",
         (select array_agg(month::text) from usage_contact_now where messages = 0) as months,
         (select array_agg(contact) from usage_contact_now where messages = 0) as contacts`;

// A contact to whom nothing went is none of the month's, and its number is not kept.
const FORGET = `
  delete from usage_contact u using unnest($2::date[], $3::text[]) as gone(month, contact)
   where u.account_id = $1 and u.month = gone.month and u.contact = gone.contact and u.messages = 0`;

/** Of some 100,000 contacts at once: seconds of recording at full speed, far below what a statement may take. */
const BYTES_AT_ONCE = 5_000_000;
/** Until the end of the transaction nobody else folds the account $1, or two would wait for each other's rows in a circle. */
export const HOLD_FOLD = `select pg_advisory_xact_lock(hashtextextended('fold:' || $1, 0))`;

interface Folded {
  readonly hasMore: boolean;
  /** Of contacts to whom nothing goes any more; null where there is none. */
  readonly months: string[] | null;
  readonly contacts: string[] | null;
}

/**
 * Folds some of the account's movements. The transaction runs beside others.
 *
 * @returns whether there were more.
 */
export async function foldSome(tx: Transaction): Promise<boolean> {
  await tx.query('hold fold', HOLD_FOLD, [tx.accountId]);
  const [row] = await tx.query<Folded>('fold', FOLD, [tx.accountId, BYTES_AT_ONCE]);
  if (row?.months) await tx.query('forget contacts', FORGET, [tx.accountId, row.months, row.contacts]);
  return row?.hasMore === true;
}

/** Folds all movements that are committed: in a transaction that runs alone, afterwards there is none. */
export async function foldAll(tx: Transaction): Promise<void> {
  while (await foldSome(tx));
}
