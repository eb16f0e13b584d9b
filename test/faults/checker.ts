// The promises as one checker, whatever is done to the servers meanwhile: what callers were told and readers saw comes in,
// whatever cannot be true comes out as sentences. Crash points, schedules, crowds and the soak all use it.
import type { EightBoxesFragment } from '@campaign-analytics/schema/graphql';
import { Client } from 'pg';
import { differences } from '../harness/campaign.ts';
import { leaksIn } from '../harness/leaks.ts';
import { KINDS } from './deeds.ts';
import { Ledger } from './ledger.ts';

/** One account: what it was told, and what its clients were shown. */
export interface Told {
  readonly accountId: string;
  /** In its campaigns' ids, its messages' ids and their texts, and nowhere else. */
  readonly mark: string;
  readonly ledger: Ledger;
  /** Bytes that came to a client of this account: none of them may be another's. */
  heard(text: string): void;
  /** A reader asked at `from`, 0 where it did not ask for this, and had these boxes at `to`: times of the ledger. */
  saw(reader: string, boxes: EightBoxesFragment, from: number, to: number): void;
  /** A reader of every campaign has ended here: it must be where everybody is. */
  endedOn(reader: string, boxes: readonly EightBoxesFragment[], final: readonly EightBoxesFragment[]): void;
}

export interface Checker {
  account(accountId: string, mark: string): Told;
  /** What cannot be true, so far. */
  readonly violations: readonly string[];
  violate(sentence: string): void;
  /** A server's log: nothing that must not be logged is in it, and no fault that nobody foresaw. */
  logged(text: string): void;
  /**
   * Looks into the database, under load or at rest: what was acknowledged is stored, once; what is stored was attempted;
   * every box equals a recount.
   *
   * @param otherUrl - a copy of the database, in the place of the run's own.
   */
  inspect(otherUrl?: string): Promise<void>;
  /** Items that this account attempted and that were not acknowledged: how many there are, and how many of them are stored. */
  uncertain(told: Told): Promise<{ readonly attempted: number; readonly stored: number }>;
}

const UNFORESEEN = /a fault that nothing caught|"code":"INTERNAL"/;
/** More of them say no more. */
const MOST_VIOLATIONS = 50;

const INSTANT = `to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** The items of each kind as the ledger calls them. */
const STORED = {
  messages: 'select jsonb_build_array(id) as key from message where account_id = $1',
  statuses: `select jsonb_build_array(message_id, status, ${INSTANT}) as key
               from status_report where account_id = $1`,
  optOuts: `select jsonb_build_array(campaign_id, contact, ${INSTANT}) as key
              from opt_out where account_id = $1 and source = 'MANUAL'`,
  optIns: `select jsonb_build_array(contact, ${INSTANT}) as key
             from opt_in where account_id = $1`,
  contacts: 'select jsonb_build_array(campaign_id, contact) as key from conversation where account_id = $1',
};
/** An opt-out term and its opt-out are one transaction: neither is there without the other. */
const HALF_DONE = `
  select count(*)::int as count
    from (select campaign_id, contact, at from message
           where account_id = $1 and direction = 'INBOUND' and upper(btrim(body)) = 'STOP') m
    full join (select campaign_id, contact, at from opt_out where account_id = $1 and source = 'AUTO') o
   using (campaign_id, contact, at) where m.contact is null or o.contact is null`;

/** @param databaseUrl - the database itself, past every fault. */
export function openChecker(databaseUrl: string): Checker {
  const accounts: Told[] = [];
  const violations: string[] = [];
  const violate = (sentence: string): void => {
    if (violations.length < MOST_VIOLATIONS) violations.push(sentence);
  };

  async function connected<T>(work: (client: Client) => Promise<T>, url = databaseUrl): Promise<T> {
    const client = new Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  async function keysIn(client: Client, text: string, accountId: string): Promise<Set<string>> {
    const { rows } = await client.query(text, [accountId]);
    return new Set(rows.map(({ key }) => JSON.stringify(key)));
  }

  async function inspectAccount(client: Client, { accountId, ledger }: Told): Promise<void> {
    const keysOf = (text: string) => keysIn(client, text, accountId);
    for (const [kind, text] of Object.entries(STORED) as [keyof typeof STORED, string][]) {
      if (kind === 'contacts') continue;
      // Acknowledged before it is looked for, attempted before it is found.
      const before = ledger.items(kind);
      const stored = await keysOf(text);
      const lost = [...before].filter(([key, isAcknowledged]) => isAcknowledged && !stored.has(key));
      const after = ledger.items(kind);
      const unheard = [...stored].filter((key) => !after.has(key));
      if (lost.length > 0) violate(`${kind}: expected all acknowledged stored, got ${lost.length} lost`);
      if (unheard.length > 0) violate(`${kind}: expected attempted ones only, got ${unheard.length} more`);
    }
    const { sure } = ledger.conversations();
    const conversations = await keysOf(STORED.contacts);
    const { possible } = ledger.conversations();
    const missing = [...sure].filter((each) => !conversations.has(each)).length;
    const strange = [...conversations].filter((each) => !possible.has(each)).length;
    if (missing > 0) violate(`conversations: expected all of what was acknowledged, got ${missing} too few`);
    if (strange > 0) violate(`conversations: expected those attempted only, got ${strange} more`);
    for (const kind of KINDS) {
      const { ids, recorded } = ledger.sums(kind);
      if (recorded > ids) violate(`${kind}: expected ${ids} recorded at most, got ${recorded}`);
    }
    const { rows } = await client.query(HALF_DONE, [accountId]);
    if (rows[0].count > 0) violate(`expected opt-out terms with their opt-outs, got ${rows[0].count} halves`);
  }

  return {
    violations,
    violate,
    account(accountId, mark) {
      /** What each revision of a campaign says: one content, whoever sees it. */
      const contents = new Map<string, string>();
      const revisions = new Map<string, number>();
      const ledger = new Ledger();
      const told: Told = {
        accountId,
        mark,
        ledger,
        heard(text) {
          for (const other of accounts)
            if (other !== told && text.includes(other.mark)) violate(`${mark} heard of ${other.mark}`);
        },
        saw(reader, boxes, from, to) {
          const name = `${boxes.campaignId} ${boxes.revision}`;
          const content = JSON.stringify(boxes);
          const known = contents.get(name);
          // What may be there only grows, so that whoever is first to see a revision has the narrowest bounds.
          if (known === undefined || from > 0)
            for (const fault of ledger.faults(boxes, from, to)) violate(`${reader}: ${fault}`);
          if (known !== undefined && known !== content)
            violate(`${reader}: expected one content of revision ${boxes.revision}, got two`);
          contents.set(name, content);
          const seen = `${reader} ${boxes.campaignId}`;
          const newest = revisions.get(seen) ?? -1;
          if (boxes.revision < newest)
            violate(`${reader}: expected no revision below ${newest}, got ${boxes.revision}`);
          revisions.set(seen, boxes.revision);
        },
        endedOn(reader, boxes, final) {
          for (const each of final) {
            const own = boxes.find(({ campaignId }) => campaignId === each.campaignId);
            if (JSON.stringify(own) !== JSON.stringify(each))
              violate(`${reader}: expected to end on revision ${each.revision}, got ${own?.revision}`);
          }
        },
      };
      accounts.push(told);
      return told;
    },
    logged(text) {
      for (const leak of leaksIn(text)) violate(`the log: ${leak}`);
      for (const line of text.split('\n'))
        if (UNFORESEEN.test(line)) violate(`the log: ${line.slice(0, 2_000)}`);
      for (const { mark } of accounts)
        if (text.includes(`canary ${mark}`)) violate(`the log repeats a body of ${mark}`);
    },
    async inspect(url = databaseUrl) {
      await connected(async (client) => {
        for (const each of accounts) await inspectAccount(client, each);
      }, url);
      for (const { campaignId, box, kept, counted } of await differences(url))
        violate(`${box} of ${campaignId}: expected ${counted} as counted again, got ${kept}`);
    },
    uncertain: ({ accountId, ledger }) =>
      connected(async (client) => {
        const counts = { attempted: 0, stored: 0 };
        for (const kind of KINDS) {
          const items = [...ledger.items(kind)].flatMap(([key, isAcknowledged]) =>
            isAcknowledged ? [] : key,
          );
          counts.attempted += items.length;
          if (items.length === 0) continue;
          const stored = await keysIn(client, STORED[kind], accountId);
          counts.stored += items.filter((key) => stored.has(key)).length;
        }
        return counts;
      }),
  };
}
