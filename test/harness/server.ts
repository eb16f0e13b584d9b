// A running server on a database of its own, with accounts to use it.

import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addAccount, generateKey } from '@campaign-analytics/server/accounts/keys.js';
import { readConfig } from '@campaign-analytics/server/config.js';
import { type Server, startServer } from '@campaign-analytics/server/server.js';
import { Pool } from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { type Api, openApi } from './api.ts';
import { type TestDatabase, useDatabase } from './database.ts';
import { openKeptLog } from './logs.ts';

export interface TestAccount extends Api {
  readonly accountId: string;
  readonly key: string;
}

export interface TestServer {
  readonly url: string;
  readonly database: TestDatabase;
  /** A new account, and the API with its key. */
  account(): Promise<TestAccount>;
}

/** Where servers of this process keep files of exports. */
export const EXPORT_FOLDER = join(tmpdir(), `campaign-analytics-exports-${randomUUID()}`);
process.once('exit', () => rmSync(EXPORT_FOLDER, { recursive: true, force: true }));

/**
 * Starts a server in this process.
 *
 * @param settings - environment variables beside the test's own.
 * @param lines - what it logs from `debug` on is added to these.
 */
export const startTestServer = (
  databaseUrl: string,
  settings: Record<string, string> = {},
  lines?: string[],
): Promise<Server> =>
  startServer(
    readConfig({
      DATABASE_URL: databaseUrl,
      PORT: '0',
      NODE_ENV: 'test',
      POOL_SIZE: '4',
      EXPORT_FOLDER,
      ...settings,
    }),
    process.pid,
    openKeptLog(lines),
  );

/** A server for this test file, or for the enclosing describe. */
export function useServer(settings: Record<string, string> = {}, lines?: string[]): TestServer {
  const database = useDatabase();
  let server: Server;
  let pool: Pool;
  beforeAll(async () => {
    server = await startTestServer(database.url, settings, lines);
    pool = new Pool({ connectionString: database.url, max: 1 });
    // A test may take the database away while nobody asks for an account.
    pool.on('error', () => undefined);
  });
  afterAll(async () => {
    await server?.stop();
    await pool?.end();
  });
  return {
    database,
    get url() {
      return server.url;
    },
    async account() {
      const accountId = randomUUID();
      const key = generateKey();
      await addAccount(pool, { accountId, name: 'Test', defaultCountry: 'US', key });
      return { accountId, key, ...openApi(server.url, key) };
    },
  };
}
