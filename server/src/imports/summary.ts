// What an import has done and is doing, as numbers.
import type { CampaignAnalytics } from '../counters/analytics.js';

export interface ImportSummary {
  readonly campaign: { readonly id: string; readonly name: string; readonly isNew: boolean };
  readonly contacts: ContactTally;
  readonly messages: MessageTally;
  readonly senders: { readonly added: number; readonly alreadyThere: number };
  readonly optOuts: OptOutTally;
  /** The campaign's boxes after the import. */
  readonly boxes: CampaignAnalytics;
}

export interface ContactTally {
  opened: number;
  alreadyThere: number;
  removed: number;
  bad: number;
}

export interface MessageTally {
  recorded: number;
  alreadyThere: number;
  /** Recorded by an earlier import with other segments, media or texter: kept as they were, but for the status. */
  differing: number;
  /** Not sent yet: only their conversation was opened. */
  unsent: number;
  bad: number;
}

/** Of all contacts that the export says are opted out: what was inferred or told, and how many of these opt-outs are new. */
export interface OptOutTally {
  /** The files say how and when; left out where that was inferred. */
  readonly isTold?: true;
  auto: number;
  manual: number;
  recorded: number;
}

export interface ImportProgress {
  readonly stage: 'contacts' | 'messages' | 'opt-outs';
  /** Rows that were read, over all stages. */
  readonly rows: number;
  readonly bytes: number;
  /** Of all stages together; the contacts are read twice. */
  readonly totalBytes: number;
}

export interface BadRow {
  readonly path: string;
  readonly line: number;
  /** Names the column and what was expected, and nothing of what it holds. */
  readonly reason: string;
}
