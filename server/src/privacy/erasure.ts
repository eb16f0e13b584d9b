// A contact's number in, the same account without it out: number, names and bodies are gone, files of exports that may have
// them are too, and every number of the boxes stays. In its place stands a name made at random, the same in all tables, so
// that what belongs together still does.
import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { type Actor, noteAudit } from '../accounts/audit.js';
import { foldAll } from '../counters/fold.js';
import { ofAccount, workWithin } from '../db/scope.js';
import type { Transaction, Write } from '../db/transaction.js';
import { AppError } from '../errors.js';
import { withdrawJobs } from '../jobs/withdrawal.js';

export interface Erased {
  readonly conversations: number;
  readonly messages: number;
}

interface FoundMessage {
  readonly id: string;
  readonly campaign_id: string;
}

/** How the name begins that stands in the place of a number. */
export const ERASED = 'erased:';

/** Messages of the contact that come in between the search and the change make another search necessary. */
const SEARCHES = 5;

// No index leads from a contact to its messages: each would cost every message that is recorded. So an erasure looks through
// all messages of the account, beside whoever records, and only then holds them up.
const FIND_MESSAGES = 'select id, campaign_id from message where account_id = $1 and contact = $2';
const FIND_CONVERSATIONS =
  'select campaign_id, message_count from conversation where account_id = $1 and contact = $2';

const RENAME_CONVERSATIONS = `
  update conversation set contact = $3, first_name = null, last_name = null where account_id = $1 and contact = $2`;
// The hash of the content stays: by it an id that is told again is still known to be the same, or another.
const RENAME_MESSAGES = `
  update message set contact = $2, body = null where account_id = $1 and id = any($3::text[])`;
// Those of no campaign count in no box: nothing is left for them to say.
const RENAME_OPT_OUTS = `
  with gone as (delete from opt_out where account_id = $1 and contact = $2 and campaign_id = '' returning 1),
  renamed as (update opt_out set contact = $3 where account_id = $1 and contact = $2 and campaign_id <> '' returning 1)
  select 1 from gone union all select 1 from renamed`;
// Month by month along the primary key.
const RENAME_USAGE = `
  update usage_contact set contact = $3
   where account_id = $1 and month in (select month from usage_month where account_id = $1) and contact = $2`;
const RENAME_OPT_INS = 'update opt_in set contact = $3 where account_id = $1 and contact = $2 returning 1';

const findMessages = (pool: Pool, accountId: string, contact: string): Promise<FoundMessage[]> =>
  workWithin(pool, ofAccount(accountId), async (client) => {
    await client.query('set local statement_timeout = 0');
    return (await client.query<FoundMessage>(FIND_MESSAGES, [accountId, contact])).rows;
  });

/** Erases what was found; undefined where more was recorded meanwhile than was found. The transaction runs alone. */
async function erase(
  tx: Transaction,
  contact: string,
  found: readonly FoundMessage[],
  actor: Actor,
): Promise<Erased | undefined> {
  const { accountId } = tx;
  const conversations = await tx.query<{ campaign_id: string; message_count: number }>(
    'find conversations of a contact',
    FIND_CONVERSATIONS,
    [accountId, contact],
  );
  const isComplete = conversations.every(
    (each) => found.filter((one) => one.campaign_id === each.campaign_id).length === each.message_count,
  );
  if (!isComplete) return undefined;
  const pseudonym = `${ERASED}${randomBytes(16).toString('base64url')}`;
  const values = [accountId, contact, pseudonym];
  await tx.query('erase conversations', RENAME_CONVERSATIONS, values);
  // No movement may bring the number back.
  await foldAll(tx);
  await tx.query('erase usage', RENAME_USAGE, values);
  await tx.query('erase messages', RENAME_MESSAGES, [accountId, pseudonym, found.map((each) => each.id)]);
  const optOuts = await tx.query('erase opt-outs', RENAME_OPT_OUTS, values);
  const optIns = await tx.query('erase opt-ins', RENAME_OPT_INS, values);
  await withdrawJobs(tx);
  const erased = { conversations: conversations.length, messages: found.length };
  if (erased.conversations + erased.messages + optOuts.length + optIns.length > 0) {
    const note = noteAudit(accountId, actor, 'CONTACT_ERASED');
    await tx.query('note audit', note.text, note.values);
  }
  return erased;
}

/**
 * Erases a contact from the account, for good: nobody can find out later who it was. Settles when that is committed.
 *
 * @param contact - E.164.
 * @throws AppError UNAVAILABLE where this contact's messages come in faster than they are found, or a list is worked on
 */
export async function eraseContact(
  pool: Pool,
  write: Write,
  accountId: string,
  actor: Actor,
  contact: string,
): Promise<Erased> {
  for (let search = 1; search <= SEARCHES; search++) {
    const found = await findMessages(pool, accountId, contact);
    const erased = await write(accountId, 'alone', (tx) => erase(tx, contact, found, actor));
    if (erased) return erased;
  }
  throw new AppError('UNAVAILABLE', 'Messages of this contact are being recorded: try the same again');
}
