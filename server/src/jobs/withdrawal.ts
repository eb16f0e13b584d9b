// When a contact is erased, what jobs of the account have made or are making may still name it. In the transaction that erases:
// what is over expires at once, with its files, and what is under way begins again on what is left.
import type { Transaction } from '../db/transaction.js';

// Nobody asks for a job, begins one or ends one between this and the commit: the account's row is what asking waits for, and
// each job's row is what beginning and ending wait for.
const HOLD_ACCOUNT = 'select from account where id = $1 for no key update';
const WITHDRAW = `
  update job set
         state = case when finished_at is null then 'QUEUED' else state end, done = case when finished_at is null then 0 else done end,
         lease_owner = null, lease_until = null, moved_at = clock_timestamp(), revision = revision + 1,
         expires_at = case when finished_at is not null then least(expires_at, clock_timestamp()) end
   where account_id = $1`;

/** Makes nothing of the account's jobs reachable that was made before this transaction's commit. */
export async function withdrawJobs(tx: Transaction): Promise<void> {
  await tx.query('hold account', HOLD_ACCOUNT, [tx.accountId]);
  await tx.query('withdraw jobs', WITHDRAW, [tx.accountId]);
}
