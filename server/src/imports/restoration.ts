// This project's own exports of a campaign in, the campaign with the very same numbers out, in constant memory. Messages keep their
// ids, so importing again records only what is not there yet. What followed from a message is told by the files as well: an
// opt-out term has no effect of its own here, or it would undo an opt-in that the files do not tell of.
import type { Pool } from 'pg';
import { addContacts } from '../campaigns/contacts.js';
import { addSenders, removeSenders, type SenderEntry } from '../campaigns/senders.js';
import { recordOptOuts } from '../counters/consent.js';
import type { Outcome } from '../counters/event.js';
import { recordMessages } from '../counters/messages.js';
import { recordStatuses } from '../counters/statuses.js';
import type { Transaction, Write } from '../db/transaction.js';
import { openDestination, readBoxes } from './destination.js';
import type { ExportFile } from './export-file.js';
import { openOwnFiles } from './own-files.js';
import {
  type OwnConversation,
  type OwnMessage,
  readConversation,
  readOwnMessage,
  readSender,
} from './own-rows.js';
import { batchesOf, type Watch } from './reading.js';
import type { BadRow, ImportProgress, ImportSummary } from './summary.js';

export interface RestoreOptions {
  readonly pool: Pool;
  readonly write: Write;
  readonly accountId: string;
  /** undefined for the name in the files. The campaign's id always comes from the files. */
  readonly campaignName: string | undefined;
  readonly conversationsPath: string;
  readonly messagesPath: string;
  /** Left out, whoever is assigned or has sent counts as an active sender. */
  readonly sendersPath: string | undefined;
  readonly onProgress: (progress: ImportProgress) => void;
  readonly onBadRow: (row: BadRow) => void;
  readonly signal?: AbortSignal;
}

const countOf = (outcomes: readonly Outcome[], outcome: 'recorded' | 'duplicate'): number =>
  outcomes.filter((each) => each === outcome).length;
const isThere = <T>(value: T | null): value is T => value !== null;

/** Settles when all of it is committed. @throws as `importCampaign` does */
export async function restoreCampaign(options: RestoreOptions): Promise<ImportSummary> {
  const { pool, write, accountId, signal } = options;
  const files = await openOwnFiles(
    options.conversationsPath,
    options.messagesPath,
    options.sendersPath,
    options.campaignName,
  );
  signal?.throwIfAborted();
  const wanted = { id: files.campaignId, name: files.campaignName };
  const campaign = await openDestination(pool, write, accountId, wanted);
  const contacts = { opened: 0, alreadyThere: 0, removed: 0, bad: 0 };
  const messages = { recorded: 0, alreadyThere: 0, differing: 0, unsent: 0, bad: 0 };
  const senders = { added: 0, alreadyThere: 0 };
  const optOuts = { isTold: true as const, auto: 0, manual: 0, recorded: 0 };
  const all = [files.conversations, files.messages, files.senders].filter((each) => each !== undefined);
  const totalBytes = all.reduce((sum, each) => sum + each.bytes, 0);
  const done = { rows: 0, bytes: 0 };

  const watch = (file: ExportFile, stage: ImportProgress['stage'], tally: { bad: number }): Watch => ({
    signal,
    onBadRow(line, reason) {
      tally.bad++;
      options.onBadRow({ path: file.path, line, reason });
    },
    onRead(rows, bytes) {
      done.rows += rows;
      done.bytes += bytes;
      options.onProgress({ stage, ...done, totalBytes });
    },
  });
  const commit = <Item>(
    items: readonly Item[],
    record: (tx: Transaction, items: readonly Item[]) => Promise<Outcome[]>,
  ): Promise<Outcome[]> =>
    items.length === 0
      ? Promise.resolve([])
      : write(accountId, 'beside', (tx) => record(tx, items), 'repeatable');
  const known = new Set<string>();

  async function activate(named: readonly SenderEntry[]): Promise<void> {
    const fresh = [...new Map(named.map((each) => [each.id, each])).values()].filter(
      ({ id }) => !known.has(id),
    );
    const outcomes = await commit(fresh, (tx, items) => addSenders(tx, campaign.id, items));
    senders.added += countOf(outcomes, 'recorded');
    senders.alreadyThere += countOf(outcomes, 'duplicate');
    for (const { id } of fresh) known.add(id);
  }

  /** A file of senders says who they are; without it, whoever is named is one. */
  async function ensure(named: readonly (SenderEntry | null)[]): Promise<void> {
    if (!files.senders) await activate(named.filter(isThere));
  }

  async function recordConversations(batch: readonly OwnConversation[]): Promise<void> {
    await ensure(batch.map((each) => each.sender));
    const opened = await commit(
      batch.map((each) => each.contact),
      (tx, items) => addContacts(tx, campaign.id, items),
    );
    contacts.opened += countOf(opened, 'recorded');
    contacts.alreadyThere += countOf(opened, 'duplicate');
    const told = batch.map((each) => each.optOut).filter(isThere);
    optOuts.recorded += countOf(await commit(told, recordOptOuts), 'recorded');
    for (const { source } of told) optOuts[source === 'AUTO' ? 'auto' : 'manual']++;
  }

  async function recordBatch(batch: readonly OwnMessage[], onBadRow: Watch['onBadRow']): Promise<void> {
    await ensure(batch.map((each) => each.sender));
    const outcomes = await commit(
      batch.map((each) => each.message),
      (tx, items) => recordMessages(tx, items, 'ignored'),
    );
    messages.recorded += countOf(outcomes, 'recorded');
    messages.alreadyThere += countOf(outcomes, 'duplicate');
    for (const [index, outcome] of outcomes.entries()) {
      if (typeof outcome === 'string') continue;
      if (outcome.code === 'CONFLICT') messages.differing++;
      else onBadRow(batch[index]!.line, outcome.message);
    }
    await commit(batch.map((each) => each.status).filter(isThere), recordStatuses);
  }

  if (files.senders)
    for await (const batch of batchesOf(
      files.senders,
      (row) => readSender(row, campaign.id),
      watch(files.senders, 'contacts', contacts),
    )) {
      await activate(batch);
      const left = batch.filter((each) => !each.isActive).map(({ id }) => id);
      await commit(left, (tx, ids) => removeSenders(tx, campaign.id, ids));
    }
  const conversations = batchesOf(
    files.conversations,
    (row) => readConversation(row, campaign.id),
    watch(files.conversations, 'contacts', contacts),
  );
  for await (const batch of conversations) await recordConversations(batch);
  const watching = watch(files.messages, 'messages', messages);
  const told = batchesOf(files.messages, (row) => readOwnMessage(row, campaign.id), watching);
  for await (const batch of told) await recordBatch(batch, watching.onBadRow);

  return {
    campaign: { id: campaign.id, name: campaign.name, isNew: campaign.isNew },
    contacts,
    messages,
    senders,
    optOuts,
    boxes: await readBoxes(pool, accountId, campaign.id),
  };
}
