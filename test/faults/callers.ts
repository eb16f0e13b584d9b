// Hosts that tell a server what happened, as hosts should: the same again, to whichever server, until it is acknowledged.
import { setTimeout as delay } from 'node:timers/promises';
import {
  AddContactsDocument,
  CampaignAnalyticsDocument,
  type EightBoxesFragment,
  type RecordedFragment,
  RecordMessageStatusesDocument,
  RecordMessagesDocument,
  RecordOptInsDocument,
  RecordOptOutsDocument,
} from '@campaign-analytics/schema/graphql';
import { print } from 'graphql';
import type { Checker, Told } from './checker.ts';
import type { Deed } from './deeds.ts';

const RETRIABLE = /^(UNAVAILABLE|OVERLOADED|RATE_LIMITED)$/;
/** A host hangs up after so long and tries again. */
const PATIENCE_MS = 3_000;
const AGAIN_MS = 50;

const SOURCES = {
  messages: print(RecordMessagesDocument),
  statuses: print(RecordMessageStatusesDocument),
  optOuts: print(RecordOptOutsDocument),
  optIns: print(RecordOptInsDocument),
  contacts: print(AddContactsDocument),
};
const BOXES = print(CampaignAnalyticsDocument);

const variablesOf = (deed: Deed): object =>
  deed.kind === 'contacts'
    ? { campaignId: deed.campaignId, contacts: deed.items.map((phone) => ({ phone })) }
    : { [deed.kind]: deed.items };

export interface Caller {
  /** Tells it once. @returns the answer; undefined where there was none, or one that says to try again. */
  tell(url: string, deed: Deed, patienceMs?: number): Promise<RecordedFragment | undefined>;
  /** Tells it until it is acknowledged, each time to the next of these servers. */
  insist(urls: () => readonly string[], deed: Deed, signal?: AbortSignal): Promise<void>;
  /** Reads a campaign's boxes once, under the checker's eyes. */
  read(url: string, reader: string, campaignId: string): Promise<EightBoxesFragment | undefined>;
  /** Requests without an answer, and with one that said to try again. */
  readonly counts: { lost: number; refused: number };
}

export function openCaller(checker: Checker, told: Told, key: string): Caller {
  const counts = { lost: 0, refused: 0 };

  /** @returns its data; undefined where the same again is the thing to do. */
  async function ask(
    url: string,
    query: string,
    variables: object,
    patienceMs: number,
  ): Promise<Record<string, unknown> | undefined> {
    let status: number;
    let text: string;
    try {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(patienceMs),
      });
      status = response.status;
      text = await response.text();
    } catch {
      counts.lost++;
      return undefined;
    }
    told.heard(text);
    const { data, errors } = JSON.parse(text);
    if (!errors && data) return data;
    const code = String(errors?.[0]?.extensions?.code);
    if (RETRIABLE.test(code)) counts.refused++;
    else checker.violate(`expected an answer or an error to try again after, got ${status} ${code}`);
    return undefined;
  }

  const caller: Caller = {
    counts,
    async tell(url, deed, patienceMs = PATIENCE_MS) {
      told.ledger.attempt(deed);
      const data = await ask(url, SOURCES[deed.kind], variablesOf(deed), patienceMs);
      if (!data) return undefined;
      const [answer] = Object.values(data) as RecordedFragment[];
      if (!answer) return undefined;
      for (const { code } of answer.rejected) checker.violate(`expected no rejected item, got ${code}`);
      told.ledger.acknowledge(deed, answer);
      return answer;
    },
    async insist(urls, deed, signal) {
      for (let tries = 0; !signal?.aborted; tries++) {
        const all = urls();
        if (await caller.tell(all[tries % all.length] ?? '', deed)) return;
        await delay(AGAIN_MS);
      }
    },
    async read(url, reader, campaignId) {
      const from = told.ledger.now();
      const data = await ask(url, BOXES, { campaignId }, PATIENCE_MS);
      const found = data?.campaignAnalytics as EightBoxesFragment | null | undefined;
      if (found === null) checker.violate(`${reader}: expected the campaign, got none`);
      if (found) told.saw(reader, found, from, told.ledger.now());
      return found ?? undefined;
    },
  };
  return caller;
}
