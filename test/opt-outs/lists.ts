// Lists of numbers as an admin gives them: followed to their end, their report fetched through its link and read.
import { parse } from 'csv-parse/sync';
import type { Api } from '../harness/api.ts';
import { eventually } from '../harness/deadline.ts';

export interface ListImport {
  readonly id: string;
  readonly fileName: string;
  readonly state: 'QUEUED' | 'RUNNING' | 'DONE' | 'FAILED' | 'CANCELED';
  readonly progress: { readonly done: number; readonly total: number | null };
  readonly createdAt: string;
  readonly finishedAt: string | null;
  readonly expiresAt: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly recorded: number;
  readonly duplicates: number;
  readonly rejected: number;
}
export interface ListInput {
  readonly id?: string;
  readonly fileName?: string;
  readonly csv: string;
}
export interface ReportRow {
  readonly row: string;
  readonly phone: string;
  readonly outcome: string;
  readonly code: string;
  readonly message: string;
}

const FIELDS = `{ id fileName state progress { done total perSecond remainingSeconds } createdAt finishedAt expiresAt
  error { code message } recorded duplicates rejected }`;
export const CREATE = `mutation ($input: CreateOptOutImportInput!) { createOptOutImport(input: $input) ${FIELDS} }`;
export const CANCEL = `mutation ($id: ID!) { cancelOptOutImport(id: $id) ${FIELDS} }`;
export const LINK = 'mutation ($id: ID!) { createOptOutReportDownload(id: $id) { url expiresAt } }';
export const FOLLOW = `subscription ($id: ID!) { optOutImportProgress(id: $id) ${FIELDS} }`;
const READ = `query ($id: ID!) { optOutImport(id: $id) ${FIELDS} }`;
const LIST = `query ($first: Int) { optOutImports(first: $first) ${FIELDS} }`;

export const giveList = async (api: Api, input: ListInput): Promise<ListImport> =>
  (await api.ask<{ createOptOutImport: ListImport }, object>(CREATE, { input })).createOptOutImport;
export const cancelList = async (api: Api, id: string): Promise<ListImport> =>
  (await api.ask<{ cancelOptOutImport: ListImport }, object>(CANCEL, { id })).cancelOptOutImport;
export const readList = async (api: Api, id: string): Promise<ListImport | null> =>
  (await api.ask<{ optOutImport: ListImport | null }, object>(READ, { id })).optOutImport;
export const listLists = async (api: Api, first?: number): Promise<ListImport[]> =>
  (await api.ask<{ optOutImports: ListImport[] }, object>(LIST, { first })).optOutImports;
export const linkTo = async (api: Api, id: string): Promise<string> =>
  (await api.ask<{ createOptOutReportDownload: { url: string } }, object>(LINK, { id }))
    .createOptOutReportDownload.url;

export const isOver = (each: ListImport | null): each is ListImport =>
  each !== null && each.state !== 'QUEUED' && each.state !== 'RUNNING';

export const listOver = async (api: Api, id: string, withinMs = 30_000): Promise<ListImport> =>
  (await eventually(() => readList(api, id), isOver, withinMs)) as ListImport;

/** Gives a list and waits for its end. */
export const doneList = async (api: Api, csv: string): Promise<ListImport> =>
  listOver(api, (await giveList(api, { csv })).id);

/** The report as it is sent. */
export async function fetchReport(url: string, api: Api, id: string): Promise<string> {
  const response = await fetch(`${url}${await linkTo(api, id)}`);
  if (response.status !== 200) throw new Error(`Expected the report, got ${response.status}`);
  return response.text();
}

export const readReport = (text: string): ReportRow[] => parse(text, { columns: true }) as ReportRow[];
