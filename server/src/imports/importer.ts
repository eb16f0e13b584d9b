// The two files that Spoke writes of a campaign in, the campaign with its exact numbers out. All is recorded through
// intake, in constant memory. Promise: importing again, after a kill too, records only what is not there yet.
import type { Pool } from 'pg';
import { readCountry } from '../accounts/switches.js';
import type { Write } from '../db/transaction.js';
import type { Intake } from '../intake/intake.js';
import { openDestination, readBoxes } from './destination.js';
import type { ExportFile, ExportRow } from './export-file.js';
import { openNotebook } from './notebook.js';
import { recordInferred } from './opt-outs.js';
import { batchesOf, type Watch } from './reading.js';
import { openRecorder } from './recording.js';
import { openCampaignExport } from './refusal.js';
import { type ContactRow, type MessageRow, readContact, readMessage, readOptedOut } from './rows.js';
import type { BadRow, ContactTally, ImportProgress, ImportSummary, OptOutTally } from './summary.js';
import { openTexters } from './texters.js';

export interface ImportOptions {
  readonly pool: Pool;
  readonly intake: Intake;
  readonly write: Write;
  readonly accountId: string;
  /** undefined for the name in the contacts file. The campaign's id always comes from the files. */
  readonly campaignName: string | undefined;
  readonly contactsPath: string;
  readonly messagesPath: string;
  /** Called after each batch. */
  readonly onProgress: (progress: ImportProgress) => void;
  readonly onBadRow: (row: BadRow) => void;
  /** Stops the import between two batches; what is under way is committed first. */
  readonly signal?: AbortSignal;
}

/** Intake's names for the columns that it finds fault with. */
const inColumns = (reason: string): string =>
  reason.replace(/^\w+(?=:)/, (field) => `contact[${field === 'phone' ? 'cell' : field}]`);

async function openConversations(
  intake: Intake,
  accountId: string,
  campaignId: string,
  batch: readonly ContactRow[],
  tally: ContactTally,
  onBadRow: (line: number, reason: string) => void,
): Promise<void> {
  const kept = batch.filter((each) => !each.isRemoved);
  tally.removed += batch.length - kept.length;
  if (kept.length === 0) return;
  const contacts = kept.map(({ phone, firstName, lastName }) => ({ phone, firstName, lastName }));
  const answer = await intake.addContacts(accountId, campaignId, contacts);
  tally.opened += answer.recorded;
  tally.alreadyThere += answer.duplicates;
  for (const { index, message } of answer.rejected) onBadRow(kept[index]!.line, inColumns(message));
}

/**
 * Imports a campaign. Settles when all of it is committed.
 *
 * @throws AppError BAD_USER_INPUT for files that are no such export, before anything is written. Later UNAVAILABLE or the
 * signal's reason: what was committed until then stays, and the same import again goes on.
 */
export async function importCampaign(options: ImportOptions): Promise<ImportSummary> {
  const { pool, intake, accountId, signal } = options;
  const files = await openCampaignExport(options.contactsPath, options.messagesPath, options.campaignName);
  signal?.throwIfAborted();
  const wanted = { id: files.campaignId, name: files.campaignName };
  const campaign = await openDestination(pool, options.write, accountId, wanted);
  const contacts: ContactTally = { opened: 0, alreadyThere: 0, removed: 0, bad: 0 };
  const optOuts: OptOutTally = { auto: 0, manual: 0, recorded: 0 };
  const done = { rows: 0, bytes: 0 };
  const totalBytes = 2 * files.contacts.bytes + files.messages.bytes;
  const watch = (stage: ImportProgress['stage'], onBadRow: Watch['onBadRow']): Watch => ({
    signal,
    onBadRow,
    onRead(rows, bytes) {
      if (stage !== 'opt-outs') done.rows += rows;
      done.bytes += bytes;
      options.onProgress({ stage, ...done, totalBytes });
    },
  });
  const telling =
    (file: ExportFile, tally: { bad: number }): Watch['onBadRow'] =>
    (line, reason) => {
      tally.bad++;
      options.onBadRow({ path: file.path, line, reason });
    };
  const setting = { campaignId: campaign.id, country: await readCountry(pool, accountId) };
  const contactOf = (row: ExportRow): ContactRow => readContact(row, setting);
  const messageOf = (row: ExportRow): MessageRow => readMessage(row, setting);
  const optedOutOf = (row: ExportRow): string | null => readOptedOut(row, setting);

  const notebook = await openNotebook(pool);
  const texters = openTexters(pool, intake, accountId, campaign.id);
  const recorder = openRecorder({ intake, notebook, texters, accountId, campaignId: campaign.id });
  try {
    const badContact = telling(files.contacts, contacts);
    for await (const batch of batchesOf(files.contacts, contactOf, watch('contacts', badContact)))
      await openConversations(intake, accountId, campaign.id, batch, contacts, badContact);

    const badMessage = telling(files.messages, recorder.tally);
    const messages = batchesOf(files.messages, messageOf, watch('messages', badMessage));
    for await (const batch of messages) await recorder.record(batch, badMessage);
    await recorder.finish();

    const inference = { intake, notebook, accountId, campaign };
    const toldBefore = watch('opt-outs', () => undefined);
    for await (const batch of batchesOf(files.contacts, optedOutOf, toldBefore))
      await recordInferred(inference, batch, optOuts);
  } finally {
    await recorder.finish().catch(() => undefined);
    notebook.close();
  }
  return {
    campaign: { id: campaign.id, name: campaign.name, isNew: campaign.isNew },
    contacts,
    messages: recorder.tally,
    senders: texters.tally,
    optOuts,
    boxes: await readBoxes(pool, accountId, campaign.id),
  };
}
