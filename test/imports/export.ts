// Spoke's export files as a test wants them: each row says what matters, the rest is as usual.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { at, phone } from '../harness/campaign.ts';

const CONTACT = {
  campaignId: '31',
  campaign: 'A campaign',
  'contact[firstName]': 'Ada',
  'contact[lastName]': 'Example',
  'contact[cell]': phone(0),
  'contact[zip]': '20001',
  'contact[city]': 'Washington',
  'contact[state]': 'DC',
  'contact[optOut]': 'false',
  'contact[messageStatus]': 'convo',
  'contact[external_id]': '',
};
const MESSAGE = {
  assignmentId: '4',
  userNumber: phone(599),
  contactNumber: phone(0),
  isFromContact: 'false',
  numSegments: '1',
  numMedia: '0',
  sendStatus: 'SENT',
  errorCodes: '',
  attemptedAt: at(0),
  text: 'Hello!',
  campaignId: '31',
  'texter[firstName]': 'Ana',
  'texter[lastName]': 'Ruiz',
  'texter[email]': 'ana@example.org',
  'texter[cell]': phone(598),
};
const NOBODY = { 'texter[firstName]': '', 'texter[lastName]': '', 'texter[email]': '', 'texter[cell]': '' };

export type ContactRow = Partial<typeof CONTACT>;
export type MessageRow = Partial<typeof MESSAGE>;

export const contact = (index: number, over: ContactRow = {}): ContactRow => ({
  'contact[cell]': phone(index),
  ...over,
});
export const sent = (index: number, over: MessageRow = {}): MessageRow => ({
  contactNumber: phone(index),
  ...over,
});
export const replied = (index: number, over: MessageRow = {}): MessageRow => ({
  contactNumber: phone(index),
  isFromContact: 'true',
  sendStatus: 'DELIVERED',
  attemptedAt: at(60),
  text: 'Yes',
  ...NOBODY,
  ...over,
});

const field = (value: string): string => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
const csv = (usual: Record<string, string>, rows: readonly object[]): string =>
  [Object.keys(usual), ...rows.map((row) => Object.values({ ...usual, ...row }) as string[])]
    .map((values) => `${values.map(field).join(',')}\n`)
    .join('');

export const contactsFile = (...rows: ContactRow[]): string => csv(CONTACT, rows);
export const messagesFile = (...rows: MessageRow[]): string => csv(MESSAGE, rows);

export interface Folder {
  /** Writes a file. @returns its path. */
  put(name: string, text: string | Buffer): Promise<string>;
}

/** A folder for this test file, removed at its end. */
export function useFolder(): Folder {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'campaign-import-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  return {
    async put(name, text) {
      const path = join(folder, name);
      await writeFile(path, text);
      return path;
    },
  };
}
