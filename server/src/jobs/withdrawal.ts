// When a contact is erased, what jobs of the account have made or are making may still name it. In the transaction that erases:
// what is over expires at once, with its files, and what is under way begins again on what is left. What a payload says, such as a
// list of numbers, cannot be taken back from who works on it, so an erasure is not taken before that is over.
import type { Transaction } from '../db/transaction.js';
import { AppError } from '../errors.js';

// Nobody asks for a job, begins one or ends one between this and the commit: the account's row is what asking waits for, and
// each job's row is what beginning and ending wait for.
const HOLD_ACCOUNT = 'select from account where id = $1 for no key update';
const HAS_PAYLOAD =
  'select from job where account_id = $1 and finished_at is null and payload is not null limit 1';
const WITHDRAW = `
  update job set
         state = case when finished_at is null then 'QUEUED' else state end, done = case when finished_at is null then 0 else done end,
         lease_owner = null, lease_until = null, moved_at = clock_timestamp(), revision = revision + 1,
         expires_at = case when finished_at is not null then least(expires_at, clock_timestamp()) end
   where account_id = $1`;

/**
 * Makes nothing of the account's jobs reachable that was made before this transaction's commit.
 *
 * @throws AppError UNAVAILABLE while a list of the account is worked on, or waits
 */
export async function withdrawJobs(tx: Transaction): Promise<void> {
  await tx.query('hold account', HOLD_ACCOUNT, [tx.accountId]);
  if ((await tx.query('find payloads', HAS_PAYLOAD, [tx.accountId])).length > 0)
    throw new AppError(
      'UNAVAILABLE',
      'A list of the account that may name this contact is being worked on: try the same again when it is over',
    );
  await tx.query('withdraw jobs', WITHDRAW, [tx.accountId]);
}
