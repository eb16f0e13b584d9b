// A PostgreSQL of a test's own, which it may let fall: the embedded one in a folder that is removed at the end.
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, openEmbeddedPostgres } from '@campaign-analytics/server/db/embedded.js';
import { Client, type QueryResultRow } from 'pg';
import { eventually } from '../harness/deadline.ts';
import { openKeptLog } from '../harness/logs.ts';

export interface Instance {
  /** The superuser's address. */
  readonly url: string;
  readonly port: number;
  /** PostgreSQL's own files. */
  readonly dataFolder: string;
  /** Asks in a session of its own, which may write whatever the default is. */
  ask<Row extends QueryResultRow>(text: string, values?: unknown[], databaseUrl?: string): Promise<Row[]>;
  /** Stops it as `pg_ctl stop -m immediate` does: nothing is finished, the next start recovers from the log. */
  fall(): Promise<void>;
  /** Starts it again, at the same address; settles when it answers. */
  rise(): Promise<void>;
  close(): Promise<void>;
}

/** @param within - a folder on the file system that it is to live on. */
export async function openInstance(within = tmpdir()): Promise<Instance> {
  const folder = await mkdtemp(join(within, 'campaign-analytics-faults-'));
  await chmod(folder, 0o755);
  const log = openKeptLog();
  const open = () => openEmbeddedPostgres({ folder, pid: process.pid, log });
  const seats: EmbeddedPostgres[] = [await open()];
  const url = seats[0]?.url ?? '';

  const ask: Instance['ask'] = async (text, values = [], databaseUrl = url) => {
    const client = new Client({
      connectionString: databaseUrl,
      options: '-c default_transaction_read_only=off',
    });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query(text, values)).rows;
    } finally {
      await client.end();
    }
  };
  const [setting] = await ask<{ data_directory: string }>('show data_directory');
  const dataFolder = setting?.data_directory ?? '';

  return {
    url,
    port: Number(new URL(url).port),
    dataFolder,
    ask,
    async fall() {
      const [pid] = (await readFile(join(dataFolder, 'postmaster.pid'), 'utf8')).split('\n');
      process.kill(Number(pid), 'SIGQUIT');
      await eventually(
        () =>
          ask('select').then(
            () => 'up',
            () => 'down',
          ),
        (answer) => answer === 'down',
      );
    },
    async rise() {
      const seat = await open();
      seats.push(seat);
      if (seat.url !== url) throw new Error(`Expected PostgreSQL at the same address, got another port`);
    },
    async close() {
      for (const seat of seats) await seat.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
