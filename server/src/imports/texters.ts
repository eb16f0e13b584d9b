// Texters of the export in, senders of the campaign out, by e-mail. Who is known already stays as he is: what was renamed
// or made inactive here since is not undone by importing again.
import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { askWithin, ofAccount } from '../db/scope.js';
import { LONGEST_NAME } from '../fields.js';
import type { Intake } from '../intake/intake.js';
import { isId } from '../scalars.js';
import type { Texter } from './rows.js';

export interface Texters {
  /** Makes sure that these are senders of the campaign; settles when that is committed. */
  ensure(texters: readonly Texter[]): Promise<void>;
  readonly tally: { added: number; alreadyThere: number };
}

/** Remembered so as not to ask again; forgetting costs a question, and no campaign has so many. */
const MOST_REMEMBERED = 20_000;

/**
 * The sender's id of an e-mail in lower case: each `@` becomes `:`, and what an id cannot hold, `_` and `:` too, becomes `_` and
 * two hexadecimal digits for each of its bytes. Two e-mails never share an id. One too long for it becomes `_h` and a hash.
 */
export function senderIdOf(email: string): string {
  const id = email.replace(/[^a-z0-9.@-]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `_${byte.toString(16).padStart(2, '0')}`).join(''),
  );
  const readable = id.replaceAll('@', ':');
  return isId(readable) ? readable : `_h${createHash('sha256').update(email).digest('hex')}`;
}

const KNOWN = `
  select s.id, s.name, exists (
    select from campaign_sender c where c.account_id = $1 and c.campaign_id = $2 and c.sender_id = s.id) as is_here
    from sender s where s.account_id = $1 and s.id = any($3::text[])`;

export function openTexters(pool: Pool, intake: Intake, accountId: string, campaignId: string): Texters {
  const remembered = new Set<string>();
  const tally = { added: 0, alreadyThere: 0 };

  async function add(texters: ReadonlyMap<string, Texter>): Promise<void> {
    const { rows } = await askWithin<{ id: string; name: string; is_here: boolean }>(
      pool,
      ofAccount(accountId),
      { text: KNOWN, values: [accountId, campaignId, [...texters.keys()]] },
    );
    const known = new Map(rows.map((row) => [row.id, row]));
    const missing = [...texters].filter(([id]) => !known.get(id)?.is_here);
    const senders = missing.map(([id, { name }]) => ({
      id,
      name: known.get(id)?.name ?? name.replaceAll('\0', '').slice(0, LONGEST_NAME).trim(),
    }));
    if (senders.length > 0) await intake.addSenders(accountId, campaignId, senders);
    tally.added += senders.length;
    tally.alreadyThere += texters.size - senders.length;
  }

  return {
    tally,
    async ensure(texters) {
      const fresh = new Map<string, Texter>();
      for (const texter of texters) {
        const id = senderIdOf(texter.email);
        if (!remembered.has(id) && !fresh.has(id)) fresh.set(id, texter);
      }
      if (fresh.size === 0) return;
      await add(fresh);
      if (remembered.size > MOST_REMEMBERED) remembered.clear();
      for (const id of fresh.keys()) remembered.add(id);
    },
  };
}
