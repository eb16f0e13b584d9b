// What an import has to remember of the rows it has read, kept by Postgres in temporary tables of one connection, so that
// its own memory does not grow with the file: how often an equal message came, and who replied with an opt-out term.
import type { Pool, PoolClient } from 'pg';
import type { OptOutSource } from '../counters/event.js';
import { ofAccount } from '../db/scope.js';
import { asUnavailable } from '../db/transaction.js';

export interface Reply {
  readonly contact: string;
  readonly at: Date;
}

/** A conversation whose contact is opted out, and what there is to infer from. */
export interface OptedOut {
  readonly contact: string;
  /** Of the opt-out that this campaign has of it already; null where it has none. */
  readonly source: OptOutSource | null;
  /** When it first replied with an opt-out term; null where it never did. */
  readonly termAt: Date | null;
  readonly lastMessageAt: Date | null;
}

export interface Notebook {
  /** Counts these keys (32 hexadecimal digits). @returns which occurrence of its key each is, from 1, in their order. */
  countOccurrences(keys: readonly string[]): Promise<number[]>;
  noteOptOutReplies(replies: readonly Reply[]): Promise<void>;
  /** Those of these contacts who have a conversation in the campaign. */
  optedOut(accountId: string, campaignId: string, contacts: readonly string[]): Promise<OptedOut[]>;
  /** Gives the connection up, and with it all that was noted. */
  close(): void;
}

const OPEN = `
  set temp_buffers = '32MB';
  create temporary table import_occurrence (key uuid primary key, count int not null);
  create temporary table import_opt_out_reply (contact text primary key, at timestamp(3) with time zone not null);`;

const COUNT = `
  with counted as (
    insert into import_occurrence as o (key, count)
    select key, count(*) from unnest($1::uuid[]) as k(key) group by key
    on conflict (key) do update set count = o.count + excluded.count
    returning replace(key::text, '-', '') as key, count
  )
  select key, count from counted where count > 1`;

const NOTE = `
  insert into import_opt_out_reply as r (contact, at)
  select contact, min(at) from unnest($1::text[], $2::timestamptz[]) as n(contact, at) group by contact
  on conflict (contact) do update set at = least(r.at, excluded.at)`;

const OPTED_OUT = `
  select c.contact, c.last_message_at as "lastMessageAt", r.at as "termAt",
         coalesce(c.opted_out_source, (
           select o.source from opt_out o
            where o.account_id = $1 and o.contact = c.contact and o.campaign_id = $2
            order by o.at, o.source limit 1)) as source
    from conversation c left join import_opt_out_reply r using (contact)
   where c.account_id = $1 and c.campaign_id = $2 and c.contact = any($3::text[])`;

/** @throws AppError UNAVAILABLE, like all that it does. */
export async function openNotebook(pool: Pool): Promise<Notebook> {
  const client: PoolClient = await pool.connect().catch((error: unknown) => {
    throw asUnavailable(error);
  });
  // The next question reports the loss as well; without a listener it would end the process.
  client.on('error', () => undefined);
  let isClosed = false;
  const close = (): void => {
    if (!isClosed) client.release(true);
    isClosed = true;
  };
  const ask = async <Row extends object>(name: string, text: string, values: unknown[]): Promise<Row[]> => {
    try {
      return (await client.query<Row & Record<string, unknown>>({ name, text, values })).rows;
    } catch (error) {
      throw asUnavailable(error);
    }
  };
  try {
    await client.query(OPEN);
  } catch (error) {
    close();
    throw asUnavailable(error);
  }

  return {
    async countOccurrences(keys) {
      const repeated = await ask<{ key: string; count: number }>('count occurrences', COUNT, [keys]);
      const last = new Map(repeated.map((row) => [row.key, row.count]));
      // From the last one back: the count after the batch is that of its last occurrence.
      return keys
        .toReversed()
        .map((key) => {
          const occurrence = last.get(key) ?? 1;
          last.set(key, occurrence - 1);
          return occurrence;
        })
        .reverse();
    },
    async noteOptOutReplies(replies) {
      if (replies.length === 0) return;
      await ask('note opt-out replies', NOTE, [
        replies.map((each) => each.contact),
        replies.map((each) => each.at.toISOString()),
      ]);
    },
    async optedOut(accountId, campaignId, contacts) {
      const [, found] = await Promise.all([
        client.query(`begin; ${ofAccount(accountId)}`),
        ask<OptedOut>('opted out', OPTED_OUT, [accountId, campaignId, contacts]),
        client.query('commit'),
      ]).catch((error: unknown) => {
        throw asUnavailable(error);
      });
      return found;
    },
    close,
  };
}
