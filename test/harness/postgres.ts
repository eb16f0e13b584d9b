// One real PostgreSQL for the whole run: the embedded one, in a folder of its own, with a migrated database that each test
// file's own is copied from.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '@campaign-analytics/server/config.js';
import { openEmbeddedPostgres } from '@campaign-analytics/server/db/embedded.js';
import { openLog } from '@campaign-analytics/server/log.js';
import { openStorage } from '@campaign-analytics/server/storage.js';
import type { TestProject } from 'vitest/node';
import { createDatabase } from './database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server's own database, from which others are created. */
    postgresUrl: string;
  }
}

export const TEMPLATE = 'template_campaign_analytics';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'campaign-analytics-test-'));
  const log = openLog('warn');
  const postgres = await openEmbeddedPostgres({ folder, pid: process.pid, log });
  const url = await createDatabase(postgres.url, TEMPLATE);
  const storage = await openStorage(readConfig({ DATABASE_URL: url }), process.pid, openLog('silent'));
  await storage.close();
  project.provide('postgresUrl', postgres.url);
  return async () => {
    await postgres.close();
    await rm(folder, { recursive: true });
  };
}
