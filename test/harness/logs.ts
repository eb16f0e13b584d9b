// The logs of the whole run, of every server and process that a test starts, in one folder; searched when all tests are done.
// A line with a person's data, a token or a key fails the run.
import { appendFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Log, openLog } from '@campaign-analytics/server/log.js';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import { leaksIn } from './leaks.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the run's logs are kept; left out where nobody searches them. */
    logFolder?: string;
  }
}

/** Keeps what was logged. */
export function keepLog(text: string): void {
  const folder = inject('logFolder');
  if (folder) appendFileSync(join(folder, `${process.pid}.log`), text);
}

/** A log that is kept, from `debug` on. @param lines - is given each line as well. */
export const openKeptLog = (lines?: string[]): Log =>
  inject('logFolder') || lines
    ? openLog('debug', {
        write(line) {
          lines?.push(line);
          keepLog(line);
        },
      })
    : openLog('silent');

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'campaign-analytics-logs-'));
  project.provide('logFolder', folder);
  return async () => {
    const texts = await Promise.all(
      (await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')),
    );
    await rm(folder, { recursive: true });
    const leaks = texts.flatMap(leaksIn);
    // Nothing is said of a run without one: its last words are the summary of its tests.
    if (leaks.length === 0) return;
    console.error(`Expected no leak in the logs, got\n  ${leaks.slice(0, 20).join('\n  ')}`);
    // An error thrown here would be printed, and the run would pass.
    process.exitCode = 1;
  };
}
