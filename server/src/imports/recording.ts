// The rows of the messages file in, recorded through intake like any host's messages. Promise: a row is recorded once,
// however often and in how many exports it comes, because its id is made from what it says.
import { isOptOutTerm } from '../counters/event.js';
import type { MessageInput, MessageStatusInput } from '../intake/inputs.js';
import type { Intake } from '../intake/intake.js';
import type { Notebook } from './notebook.js';
import type { MessageRow } from './rows.js';
import type { MessageTally } from './summary.js';
import type { Texters } from './texters.js';
import { errorCodeOf, identityOf, inputOf, isSent, type SentRow } from './told-message.js';

/** Batches that intake has at once: while the database records one, the next is read and checked. */
const MOST_UNDER_WAY = 3;

interface Prepared {
  readonly sent: readonly SentRow[];
  readonly inputs: readonly MessageInput[];
  readonly unsent: readonly MessageRow[];
}

type OnBadRow = (line: number, reason: string) => void;

export interface Recorder {
  /**
   * Settles when the batch is taken in hand; throws what went wrong with one before it. Call it with one batch at a time:
   * occurrences are counted in the order of the file.
   */
  record(rows: readonly MessageRow[], onBadRow: OnBadRow): Promise<void>;
  /** Settles when all are committed. */
  finish(): Promise<void>;
  readonly tally: MessageTally;
}

export interface RecorderOptions {
  readonly intake: Intake;
  readonly notebook: Notebook;
  readonly texters: Texters;
  readonly accountId: string;
  readonly campaignId: string;
}

/** Intake's names of the columns that it finds fault with. */
const COLUMNS: Record<string, string> = {
  body: 'text',
  contact: 'contactNumber',
  mediaCount: 'numMedia',
  phone: 'contactNumber',
  segments: 'numSegments',
};
const inColumns = (reason: string): string => reason.replace(/^\w+(?=:)/, (field) => COLUMNS[field] ?? field);

export function openRecorder(options: RecorderOptions): Recorder {
  const { intake, notebook, texters, accountId, campaignId } = options;
  const tally: MessageTally = { recorded: 0, alreadyThere: 0, differing: 0, unsent: 0, bad: 0 };
  const underWay = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;

  /** In the order of the file, because the occurrences are counted in it. */
  async function prepare(rows: readonly MessageRow[]): Promise<Prepared> {
    const sent = rows.filter(isSent);
    const identities = sent.map((row) => identityOf(campaignId, row));
    const occurrences = await notebook.countOccurrences(identities.map((each) => each.toString('hex')));
    await notebook.noteOptOutReplies(
      sent
        .filter(({ message }) => message.direction === 'INBOUND' && isOptOutTerm(message.text))
        .map(({ contact, message }) => ({ contact, at: message.at })),
    );
    await texters.ensure(rows.flatMap((row) => row.texter ?? []));
    const idOf = (index: number): string =>
      `spoke:${identities[index]?.toString('base64url')}:${occurrences[index]}`;
    return {
      sent,
      inputs: sent.map((row, index) => inputOf(campaignId, row, idOf(index))),
      unsent: rows.filter((row) => !isSent(row)),
    };
  }

  /** A status that the message itself does not carry: its error codes, or any where the message was kept as it was. */
  const statusOf = (
    row: SentRow,
    { id, status, at }: MessageInput,
    isKept: boolean,
  ): MessageStatusInput[] => {
    const errorCode = errorCodeOf(row);
    return (isKept || errorCode !== '') && status ? [{ id, status, at, errorCode: errorCode || null }] : [];
  };

  async function recordSent({ sent, inputs }: Prepared, onBadRow: OnBadRow): Promise<void> {
    const answer = await intake.recordMessages(accountId, inputs);
    const rejected = new Map(answer.rejected.map((each) => [each.index, each]));
    tally.recorded += answer.recorded;
    tally.alreadyThere += answer.duplicates;
    const statuses = sent.flatMap((row, index) => {
      const rejection = rejected.get(index);
      const isKept = rejection?.code === 'CONFLICT';
      if (isKept) tally.differing++;
      else if (rejection) onBadRow(row.line, inColumns(rejection.message));
      return rejection && !isKept ? [] : statusOf(row, inputs[index]!, isKept);
    });
    if (statuses.length > 0) await intake.recordMessageStatuses(accountId, statuses);
  }

  async function openConversations(rows: readonly MessageRow[]): Promise<void> {
    const answer = await intake.addContacts(
      accountId,
      campaignId,
      rows.map(({ contact }) => ({ phone: contact })),
    );
    tally.unsent += answer.recorded + answer.duplicates;
  }

  async function recordPrepared(prepared: Prepared, onBadRow: OnBadRow): Promise<void> {
    if (prepared.sent.length > 0) await recordSent(prepared, onBadRow);
    if (prepared.unsent.length > 0) await openConversations(prepared.unsent);
  }

  const throwFailure = (): void => {
    if (failure) throw failure.error;
  };

  return {
    tally,
    async record(rows, onBadRow) {
      const prepared = await prepare(rows);
      while (underWay.size >= MOST_UNDER_WAY) await Promise.race(underWay);
      throwFailure();
      const recording = recordPrepared(prepared, onBadRow)
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .finally(() => underWay.delete(recording));
      underWay.add(recording);
    },
    async finish() {
      await Promise.all(underWay);
      throwFailure();
    },
  };
}
