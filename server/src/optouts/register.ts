// The contacts of an account that are opted out now, newest first: a page of them, or how many there are. Nothing is kept
// for it beside the opt-outs and opt-ins themselves; an index by time makes a page cost what is on it.
import type { Pool } from 'pg';
import { askWithin, ofAccount } from '../db/scope.js';
import { AppError } from '../errors.js';
import { malformed } from '../fields.js';
import { ERASED } from '../privacy/erasure.js';
import { isPhoneNumber, readInstant } from '../scalars.js';
import { type ListedOptOut, MOST_SHOWN, type OptedOutContact } from './opted-out.js';
import type { Search } from './search.js';

const MOST_AT_ONCE = 1_000;

export interface OptOutPage {
  readonly edges: { cursor: string; node: OptedOutContact }[];
  readonly pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

interface Row extends ListedOptOut {
  readonly contact: string;
  readonly newest: Date;
}

/** The place of a value in a statement, which it joins. */
type Place = (value: unknown) => string;

// In this form the planner leaves the sub-selects where they are, two probes for each row that is walked past and none for the
// rest, and takes few rows to fail them. Told as `not exists`, or compared with a maximum, it may sort all rows for one page: so it
// did where a table had not been analyzed since a large list came.
/** An opt-out `o` of a contact: the newest that the contact has, and not before its last opt-in. */
const IS_NEWEST = `
   and (o.contact = (select n.contact from opt_out n
                      where n.account_id = $1 and n.contact = o.contact and n.at > o.at limit 1)) is not true
   and (o.contact = (select i.contact from opt_in i
                      where i.account_id = $1 and i.contact = o.contact and i.at > o.at limit 1)) is not true`;

/** Opt-outs of contacts that match, erased ones aside: they have no number any more. */
function matching(search: Search | undefined, place: Place): string {
  const all = `o.account_id = $1 and not starts_with(o.contact, '${ERASED}')`;
  if (!search) return all;
  const { number, digits, beginning } = search;
  const ways = [
    ...(number === undefined ? [] : [`o.contact = ${place(number)}`]),
    ...(digits === undefined ? [] : [`position(${place(digits)} in o.contact) > 0`]),
    ...(beginning === undefined ? [] : [`starts_with(o.contact, ${place(beginning)})`]),
  ];
  return `${all} and (${ways.join(' or ') || 'false'})`;
}

const placing = (values: unknown[]): Place => {
  return (value) => `$${values.push(value)}`;
};

const writeCursor = ({ at, contact }: OptedOutContact): string =>
  Buffer.from(JSON.stringify([at.toISOString(), contact])).toString('base64url');

function readCursor(cursor: string): [at: string, contact: string] {
  try {
    const [at, contact] = JSON.parse(Buffer.from(cursor, 'base64url').toString()).map(String);
    if (isPhoneNumber(contact) && readInstant(at)?.toISOString() === at) return [at, contact];
  } catch {
    // What cannot be read is no cursor of ours either.
  }
  throw new AppError('BAD_USER_INPUT', 'after: expected an endCursor or cursor of an earlier page');
}

/** A page's contacts from its rows, which come contact by contact. */
function contactsOf(rows: readonly Row[]): OptedOutContact[] {
  const contacts = new Map<string, OptedOutContact>();
  for (const { contact, newest, ...optOut } of rows) {
    const listed = contacts.get(contact);
    if (listed) listed.optOuts.push(optOut);
    else contacts.set(contact, { contact, at: newest, optOuts: [optOut] });
  }
  return [...contacts.values()];
}

/**
 * What a search comes to in this account: a whole number that is opted out is found alone, at once, and without a look at
 * all the others.
 */
export async function narrow(
  pool: Pool,
  accountId: string,
  search: Search | undefined,
): Promise<Search | undefined> {
  if (search?.number === undefined) return search;
  const { rowCount } = await askWithin(pool, ofAccount(accountId), {
    text: `select from opt_out o where o.account_id = $1 and o.contact = $2 ${IS_NEWEST} limit 1`,
    values: [accountId, search.number],
  });
  return rowCount ? { number: search.number, digits: undefined, beginning: undefined } : search;
}

/** The statement that reads a page: its `first` contacts and one more, where there is one. @throws AppError BAD_USER_INPUT */
export function pageStatement(
  accountId: string,
  first: number,
  after: string | null,
  search: Search | undefined,
): { text: string; values: unknown[] } {
  const values: unknown[] = [accountId];
  const place = placing(values);
  const from = after === null ? undefined : readCursor(after);
  const isFurther = from ? `and (o.at, o.contact) < (${place(from[0])}, ${place(from[1])})` : '';
  const text = `
    with page as (
      select distinct on (o.at, o.contact) o.contact, o.at from opt_out o
       where ${matching(search, place)} ${isFurther} ${IS_NEWEST}
       order by o.at desc, o.contact desc limit ${place(first + 1)}
    )
    select page.contact, page.at as newest, o.at, o.source, nullif(o.campaign_id, '') as "campaignId",
           c.name as "campaignName", nullif(o.sender_id, '') as "senderId", s.name as "senderName"
      from page
      cross join lateral (
        select o.at, o.source, o.campaign_id, o.sender_id from opt_out o
         where o.account_id = $1 and o.contact = page.contact
           and o.at >= coalesce(
             (select max(i.at) from opt_in i where i.account_id = $1 and i.contact = page.contact), '-infinity')
         order by o.at desc, o.source, o.campaign_id, o.sender_id limit ${MOST_SHOWN}) o
      left join campaign c on c.account_id = $1 and c.id = o.campaign_id
      left join sender s on s.account_id = $1 and s.id = o.sender_id
     order by page.at desc, page.contact desc, o.at desc, o.source, o.campaign_id, o.sender_id`;
  return { text, values };
}

/** A page of the contacts that are opted out now. @throws AppError BAD_USER_INPUT naming `first` or `after` */
export async function listOptOuts(
  pool: Pool,
  accountId: string,
  first: number,
  after: string | null,
  search: Search | undefined,
): Promise<OptOutPage> {
  if (first < 0 || first > MOST_AT_ONCE) throw malformed('first', `0 to ${MOST_AT_ONCE}`);
  const statement = pageStatement(accountId, first, after, search);
  const found = contactsOf((await askWithin<Row>(pool, ofAccount(accountId), statement)).rows);
  const edges = found.slice(0, first).map((node) => ({ cursor: writeCursor(node), node }));
  return {
    edges,
    pageInfo: { hasNextPage: found.length > first, endCursor: edges.at(-1)?.cursor ?? null },
  };
}

/** How many contacts are opted out now and match: all their opt-outs are looked through. */
export async function countOptOuts(
  pool: Pool,
  accountId: string,
  search: Search | undefined,
): Promise<number> {
  const values: unknown[] = [accountId];
  const { rows } = await askWithin<{ count: number }>(pool, ofAccount(accountId), {
    text: `
      select count(distinct o.contact)::int as count from opt_out o
       where ${matching(search, placing(values))}
         and not exists (select from opt_in i where i.account_id = $1 and i.contact = o.contact and i.at > o.at)`,
    values,
  });
  return rows[0]?.count ?? 0;
}
