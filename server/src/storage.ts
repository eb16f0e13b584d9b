// The settings in, the open database with everything that is kept in it out: an embedded PostgreSQL, or the one that
// DATABASE_URL names. Used by the server and by the commands.
import { Account } from './accounts/account.js';
import { AuditEntry } from './accounts/audit.js';
import { ApiKey, EmbedTokenRecord, SigningKey } from './accounts/credential.js';
import { ConsoleSession, SignInLink } from './accounts/session.js';
import { Campaign } from './campaigns/campaign.js';
import { CampaignSender, Sender } from './campaigns/sender.js';
import type { Config } from './config.js';
import { CampaignAnalytics } from './counters/analytics.js';
import { Conversation, Message, OptIn, OptOut, StatusReport } from './counters/ledger.js';
import { TALLY_TABLES } from './counters/movements.js';
import { openEmbeddedPostgres } from './db/embedded.js';
import { type Database, openDatabase } from './db/source.js';
import { Job } from './jobs/job.js';
import type { Log } from './log.js';
import { openReleases } from './releases.js';

const ENTITIES = [
  Account,
  ApiKey,
  EmbedTokenRecord,
  SigningKey,
  AuditEntry,
  SignInLink,
  ConsoleSession,
  Campaign,
  CampaignAnalytics,
  Sender,
  CampaignSender,
  Conversation,
  Message,
  StatusReport,
  OptOut,
  OptIn,
  Job,
];

export interface Storage extends Database {
  readonly url: string;
}

/** @param pid - of this process, by which the embedded PostgreSQL knows its users. */
export async function openStorage(config: Config, pid: number, log: Log): Promise<Storage> {
  const releases = openReleases();
  try {
    let url = config.databaseUrl;
    if (!url) {
      const embedded = await openEmbeddedPostgres({ folder: config.dataFolder, pid, log });
      releases.add(() => embedded.close());
      url = embedded.url;
    }
    const database = await openDatabase({
      url,
      poolSize: config.poolSize,
      entities: ENTITIES,
      tables: ['movement', ...TALLY_TABLES],
      log,
    });
    releases.add(() => database.close());
    return { url, source: database.source, pool: database.pool, close: releases.close };
  } catch (error) {
    await releases.close();
    throw error;
  }
}
