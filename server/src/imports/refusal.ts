// The two files of an export in, checked before anything is written: that they are what they should be, of one campaign,
// and which. What is refused here has left no trace.
import { AppError } from '../errors.js';
import { checkName, LONGEST_NAME } from '../fields.js';
import { isId } from '../scalars.js';
import { campaignIdOf } from './cells.js';
import { type ExportFile, openExportFile } from './export-file.js';
import { CONTACT_COLUMNS, MESSAGE_COLUMNS } from './rows.js';

export interface CampaignExport {
  readonly contacts: ExportFile;
  readonly messages: ExportFile;
  readonly campaignId: string;
  readonly campaignName: string;
}

interface Kind {
  readonly name: string;
  readonly columns: readonly string[];
}
const CONTACTS: Kind = { name: 'contacts', columns: CONTACT_COLUMNS };
const MESSAGES: Kind = { name: 'messages', columns: MESSAGE_COLUMNS };

const refusal = (path: string, reason: string): AppError =>
  new AppError('BAD_USER_INPUT', `${path}: ${reason}`);

const missingIn = (file: ExportFile, kind: Kind): string[] =>
  kind.columns.filter((column) => !file.columns.includes(column));

async function openAs(path: string, kind: Kind, other: Kind): Promise<ExportFile> {
  const file = await openExportFile(path);
  const missing = missingIn(file, kind);
  if (missing.length === 0) return file;
  const isSwapped = missingIn(file, other).length === 0;
  throw refusal(
    path,
    isSwapped
      ? `expected Spoke's export of a campaign's ${kind.name}, got that of its ${other.name}: give the two files the other way round`
      : `expected Spoke's export of a campaign's ${kind.name}, got a file without the columns ${missing.join(', ')}`,
  );
}

/** The campaign that the first row with a campaign names; undefined where no row has one. */
async function firstCampaign(file: ExportFile): Promise<{ id: string; name: string } | undefined> {
  const told = { onBytes: () => undefined, onBadRow: () => undefined };
  for await (const row of file.rows(told)) {
    const id = campaignIdOf(row);
    if (isId(id)) return { id, name: row.value('campaign').trim() };
  }
  return undefined;
}

/**
 * Opens the files of an export.
 *
 * @param givenName - of the campaign; undefined for the one in the contacts file.
 * @throws AppError BAD_USER_INPUT
 */
export async function openCampaignExport(
  contactsPath: string,
  messagesPath: string,
  givenName: string | undefined,
): Promise<CampaignExport> {
  const contacts = await openAs(contactsPath, CONTACTS, MESSAGES);
  const messages = await openAs(messagesPath, MESSAGES, CONTACTS);
  const ofContacts = await firstCampaign(contacts);
  const ofMessages = await firstCampaign(messages);
  if (ofContacts && ofMessages && ofContacts.id !== ofMessages.id)
    throw refusal(
      messagesPath,
      `expected the messages of campaign ${ofContacts.id}, of which the contacts are, got those of campaign ${ofMessages.id}`,
    );
  const campaignId = ofContacts?.id ?? ofMessages?.id;
  if (campaignId === undefined) throw refusal(contactsPath, 'expected a row with a campaignId, got none');
  if (givenName !== undefined)
    return { contacts, messages, campaignId, campaignName: checkName('--campaign', givenName) };
  const name = ofContacts?.name ?? '';
  if (name === '' || name.length > LONGEST_NAME)
    throw refusal(
      contactsPath,
      `expected the campaign's name of 1 to ${LONGEST_NAME} characters in the column campaign: give one with --campaign`,
    );
  return { contacts, messages, campaignId, campaignName: checkName('campaign', name) };
}
