// The files of this project's own exports of a campaign in, checked before anything is written: that they are what they should
// be, of one campaign, and which. What is refused here has left no trace.
import { AppError } from '../errors.js';
import { checkName } from '../fields.js';
import { isId } from '../scalars.js';
import { unescapeCell } from '../spreadsheet.js';
import { campaignIdOf } from './cells.js';
import { type ExportFile, openExportFile } from './export-file.js';
import { OWN_COLUMNS } from './own-rows.js';

export interface OwnFiles {
  readonly conversations: ExportFile;
  readonly messages: ExportFile;
  readonly senders: ExportFile | undefined;
  readonly campaignId: string;
  readonly campaignName: string;
}

const refusal = (path: string, reason: string): AppError =>
  new AppError('BAD_USER_INPUT', `${path}: ${reason}`);

const missingIn = (file: ExportFile, kind: keyof typeof OWN_COLUMNS): string[] =>
  OWN_COLUMNS[kind].filter((column) => !file.columns.includes(column));

/** Whether this is a file of conversations as this project exports them. */
export const isOwnExport = async (path: string): Promise<boolean> =>
  missingIn(await openExportFile(path), 'conversations').length === 0;

async function openAs(path: string, kind: keyof typeof OWN_COLUMNS): Promise<ExportFile> {
  const file = await openExportFile(path);
  const missing = missingIn(file, kind);
  if (missing.length === 0) return file;
  throw refusal(path, `expected an export of ${kind}, got a file without the columns ${missing.join(', ')}`);
}

async function firstCampaign(file: ExportFile): Promise<{ id: string; name: string } | undefined> {
  for await (const row of file.rows({ onBytes: () => undefined, onBadRow: () => undefined })) {
    const id = unescapeCell(campaignIdOf(row));
    if (isId(id)) return { id, name: unescapeCell(row.value('campaignName')) };
  }
  return undefined;
}

/** @param givenName - of the campaign; undefined for the one in the files. @throws AppError BAD_USER_INPUT */
export async function openOwnFiles(
  conversationsPath: string,
  messagesPath: string,
  sendersPath: string | undefined,
  givenName: string | undefined,
): Promise<OwnFiles> {
  const conversations = await openAs(conversationsPath, 'conversations');
  const messages = await openAs(messagesPath, 'messages');
  const senders = sendersPath === undefined ? undefined : await openAs(sendersPath, 'senders');
  const found = await Promise.all(
    [conversations, messages, senders].map(async (file) => file && (await firstCampaign(file))),
  );
  const [first] = found.filter((each) => each !== undefined);
  if (!first) throw refusal(conversationsPath, 'expected a row with a campaignId, got none');
  for (const [index, path] of [conversationsPath, messagesPath, sendersPath ?? ''].entries())
    if (found[index] && found[index].id !== first.id)
      throw refusal(path, `expected rows of campaign ${first.id}, got those of campaign ${found[index].id}`);
  const campaignName = checkName(
    givenName === undefined ? 'campaignName' : '--campaign',
    givenName ?? first.name,
  );
  return { conversations, messages, senders, campaignId: first.id, campaignName };
}
