// Exports as a client has them: asked for, followed to their end, fetched through their link, and read again.
import { gunzipSync } from 'node:zlib';
import { unescapeCell } from '@campaign-analytics/server/spreadsheet.js';
import { parse } from 'csv-parse/sync';
import type { Answer, Api } from '../harness/api.ts';
import { eventually } from '../harness/deadline.ts';

export interface ExportInput {
  readonly id?: string;
  readonly kind: 'MESSAGES' | 'CONVERSATIONS' | 'SENDERS' | 'OPT_OUTS' | 'USAGE';
  readonly campaignId?: string;
  readonly from?: string;
  readonly to?: string;
  readonly format?: 'CSV' | 'JSON_LINES';
  readonly isCompressed?: boolean;
}

export interface Exported {
  readonly id: string;
  readonly state: string;
  readonly kind: string;
  readonly fileName: string;
  readonly bytes: number | null;
  readonly finishedAt: string | null;
  readonly expiresAt: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly progress: {
    readonly done: number;
    readonly total: number | null;
    readonly perSecond: number | null;
    readonly remainingSeconds: number | null;
  };
  readonly summary: {
    readonly rows: number;
    readonly at: string;
    readonly analytics: Readonly<Record<string, number | string | null>> | null;
  } | null;
}

export type Row = Readonly<Record<string, string | number | boolean | null>>;

export const FIELDS = `id kind campaignId from to format isCompressed state createdAt finishedAt expiresAt fileName bytes
  progress { done total perSecond remainingSeconds } error { code message }
  summary { rows at analytics { campaignId initialsSent conversations segments replies senders autoOptOuts manualOptOuts
    totalOptOuts replyRate replyPercent contactsPerSender revision updatedAt status } }`;
const CREATE = `mutation ($input: CreateExportInput!) { createExport(input: $input) { ${FIELDS} } }`;
const READ = `query ($id: ID!) { export(id: $id) { ${FIELDS} } }`;
const LINK = 'mutation ($id: ID!) { createExportDownload(id: $id) { url expiresAt } }';
export const CANCEL = `mutation ($id: ID!) { cancelExport(id: $id) { ${FIELDS} } }`;
export const FOLLOW = `subscription ($id: ID!) { exportProgress(id: $id) { ${FIELDS} } }`;

export const createExport = async (api: Api, input: ExportInput): Promise<Exported> =>
  (await api.ask<{ createExport: Exported }, object>(CREATE, { input })).createExport;
export const sendExport = (api: Api, input: object): Promise<Answer<{ createExport: Exported }>> =>
  api.send<{ createExport: Exported }, object>(CREATE, { input });
export const readExport = async (api: Api, id: string): Promise<Exported | null> =>
  (await api.ask<{ export: Exported | null }, object>(READ, { id })).export;
export const linkTo = async (api: Api, id: string): Promise<string> =>
  (await api.ask<{ createExportDownload: { url: string } }, object>(LINK, { id })).createExportDownload.url;

const isOver = (each: Exported | null): each is Exported =>
  each !== null && !['QUEUED', 'RUNNING'].includes(each.state);

/** Asks for an export and waits for its end. */
export async function exportOver(api: Api, input: ExportInput): Promise<Exported> {
  const { id } = await createExport(api, input);
  return (await eventually(() => readExport(api, id), isOver, 30_000)) as Exported;
}

/** The bytes of an export that is done. */
export async function fetchExport(url: string, api: Api, id: string): Promise<Buffer> {
  const response = await fetch(`${url}${await linkTo(api, id)}`);
  if (response.status !== 200) throw new Error(`Expected the file, got ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

/** What an export's bytes say, cells as they were before they were escaped. */
export function readRows(bytes: Buffer, { format = 'CSV', isCompressed }: ExportInput): Row[] {
  const text = (isCompressed ? gunzipSync(bytes) : bytes).toString();
  if (format === 'JSON_LINES')
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  return parse(text, {
    bom: true,
    columns: true,
    record_delimiter: '\r\n',
    cast: (cell) => unescapeCell(cell),
  });
}

/** An export from its request to its rows. */
export async function exportRows(
  url: string,
  api: Api,
  input: ExportInput,
): Promise<{ exported: Exported; rows: Row[] }> {
  const exported = await exportOver(api, input);
  if (exported.state !== 'DONE') throw new Error(`Expected DONE, got ${JSON.stringify(exported.error)}`);
  return { exported, rows: readRows(await fetchExport(url, api, exported.id), input) };
}
