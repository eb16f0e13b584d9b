// Imports on a database of the test file's own: accounts to import into, and what is stored of them afterwards.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { addAccount, generateKey } from '@campaign-analytics/server/accounts/keys.js';
import { readConfig } from '@campaign-analytics/server/config.js';
import { recount } from '@campaign-analytics/server/counters/recount.js';
import { openWrite } from '@campaign-analytics/server/db/transaction.js';
import { importCampaign } from '@campaign-analytics/server/imports/importer.js';
import { openReport } from '@campaign-analytics/server/imports/report.js';
import type { BadRow, ImportSummary } from '@campaign-analytics/server/imports/summary.js';
import { type Intake, openIntake } from '@campaign-analytics/server/intake/intake.js';
import { openStorage, type Storage } from '@campaign-analytics/server/storage.js';
import { afterAll, beforeAll, expect } from 'vitest';
import { type TestDatabase, useDatabase } from '../harness/database.ts';
import { openKeptLog } from '../harness/logs.ts';
import { type ContactRow, contactsFile, type MessageRow, messagesFile, useFolder } from './export.ts';

export interface Imported {
  readonly summary: ImportSummary;
  readonly badRows: readonly Omit<BadRow, 'path'>[];
  /** All that was told about it. */
  readonly text: string;
}

export interface ImportAccount {
  readonly accountId: string;
  importFiles(contactsPath: string, messagesPath: string, campaignName?: string): Promise<Imported>;
  importRows(contacts: ContactRow[], messages: MessageRow[], campaignName?: string): Promise<Imported>;
  /** The export that `imports/sample` holds. */
  importSample(campaignName?: string): Promise<Imported>;
  /** Everything that is stored of the account and could depend on how it came here. */
  state(): Promise<unknown>;
  /** What a statement says of the account, whose id is its $1. */
  rows<Row extends object>(text: string): Promise<Row[]>;
  /** By contact and time: what became of its messages. */
  statuses(): Promise<{ status: string }[]>;
  /** By contact and time. */
  optOuts(): Promise<object[]>;
}

export const SAMPLE = join(import.meta.dirname, 'sample');

export interface Imports {
  readonly database: TestDatabase;
  readonly intake: Intake;
  put(name: string, text: string | Buffer): Promise<string>;
  account(): Promise<ImportAccount>;
}

const STATE = {
  campaign: 'select id, name from campaign where account_id = $1 order by 1',
  boxes: `select campaign_id, status, initials_sent, conversations, segments, replies, senders, auto_opt_outs,
    manual_opt_outs from campaign_analytics where account_id = $1 order by 1`,
  senders: `select c.sender_id, s.name, c.is_active from campaign_sender c
    join sender s on s.account_id = $1 and s.id = c.sender_id where c.account_id = $1 order by 1`,
  conversations: `select to_jsonb(c) - 'account_id' as row from conversation c where account_id = $1 order by 1`,
  messages: `select to_jsonb(m) - 'account_id' as row from message m where account_id = $1 order by 1`,
  optOuts: `select to_jsonb(o) - 'account_id' as row from opt_out o where account_id = $1 order by 1`,
};

/** After each test file every box equals a recount. */
export function useImports(): Imports {
  const database = useDatabase();
  const folder = useFolder();
  let storage: Storage;
  let write: ReturnType<typeof openWrite>;
  let intake: Intake;
  beforeAll(async () => {
    const config = readConfig({ DATABASE_URL: database.url, NODE_ENV: 'test', POOL_SIZE: '4' });
    storage = await openStorage(config, process.pid, openKeptLog());
    write = openWrite(storage.pool, () => undefined);
    intake = openIntake({
      pool: storage.pool,
      write,
      batchItems: 1_000,
      queueItems: 50_000,
      queueBytes: 64_000_000,
    });
  });
  afterAll(async () => {
    const { differences } = await recount(storage.pool, false);
    await storage.close();
    expect(differences).toEqual([]);
  });

  async function importFiles(
    accountId: string,
    contactsPath: string,
    messagesPath: string,
    campaignName?: string,
  ): Promise<Imported> {
    const badRows: Omit<BadRow, 'path'>[] = [];
    let text = '';
    const report = openReport({ out: { write: (more) => (text += more) }, now: () => 0 });
    const summary = await importCampaign({
      pool: storage.pool,
      write,
      intake,
      accountId,
      campaignName,
      contactsPath,
      messagesPath,
      onProgress: report.onProgress,
      onBadRow: (row) => {
        report.onBadRow(row);
        badRows.push({ line: row.line, reason: row.reason });
      },
    });
    report.finish(summary);
    return { summary, badRows, text };
  }

  return {
    database,
    get intake() {
      return intake;
    },
    put: folder.put,
    async account() {
      const accountId = randomUUID();
      await addAccount(storage.pool, { accountId, name: 'Test', defaultCountry: 'US', key: generateKey() });
      const rows = async <Row extends object>(text: string): Promise<Row[]> =>
        (await database.client.query(text, [accountId])).rows;
      return {
        accountId,
        rows,
        statuses: () =>
          rows(`select contact, direction, status, error_code, segments, media_count from message
                 where account_id = $1 order by contact, at`),
        optOuts: () =>
          rows('select contact, source, at from opt_out where account_id = $1 order by contact, at'),
        importSample: (name) =>
          importFiles(accountId, join(SAMPLE, 'contacts.csv'), join(SAMPLE, 'messages.csv'), name),
        importFiles: (...files) => importFiles(accountId, ...files),
        async importRows(contacts, messages, campaignName) {
          const id = randomUUID();
          const contactsPath = await folder.put(`${id}.csv`, contactsFile(...contacts));
          const messagesPath = await folder.put(`${id}-messages.csv`, messagesFile(...messages));
          return importFiles(accountId, contactsPath, messagesPath, campaignName);
        },
        async state() {
          const parts = Object.entries(STATE).map(async ([part, text]) => [part, await rows(text)] as const);
          return Object.fromEntries(await Promise.all(parts));
        },
      };
    },
  };
}
