// Commands of the command line inside the test's own process, where a test runs many and a process for each would only take
// time. They open the database as the process does; what is around them there has tests of its own.
import type { Command } from '@campaign-analytics/server/commands/command.js';
import { readConfig } from '@campaign-analytics/server/config.js';
import { openLog } from '@campaign-analytics/server/log.js';
import { openStorage, type Storage } from '@campaign-analytics/server/storage.js';
import { afterAll, beforeAll } from 'vitest';
import type { TestDatabase } from './database.ts';
import { keepLog, openKeptLog } from './logs.ts';
import type { Finished } from './process.ts';

/** @returns a run of the command with these arguments; what it logs stands on its standard error, as in a process. */
export function useCommand(
  database: TestDatabase,
  command: Command,
): (...args: string[]) => Promise<Finished> {
  let storage: Storage;
  const config = () => readConfig({ DATABASE_URL: database.url, NODE_ENV: 'test', POOL_SIZE: '2' });
  beforeAll(async () => {
    storage = await openStorage(config(), process.pid, openKeptLog());
  });
  afterAll(() => storage?.close());
  return async (...args) => {
    const texts = { stdout: '', stderr: '' };
    const to = (name: keyof typeof texts) => ({
      write(text: string) {
        texts[name] += text;
        if (name === 'stderr') keepLog(text);
      },
    });
    const context = {
      config: config(),
      storage,
      log: openLog('info', to('stderr')),
      out: to('stdout'),
      err: to('stderr'),
      folder: '.',
      signal: new AbortController().signal,
    };
    try {
      return { code: await command.parse(args)(context), ...texts };
    } catch (error) {
      return { code: 1, ...texts, stderr: `${texts.stderr}${(error as Error).message}\n` };
    }
  };
}
