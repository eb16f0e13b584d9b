// How figures are taken and written.
import { readdirSync, readFileSync } from 'node:fs';
import type { Client } from 'pg';

/** The smallest of the values that `percent` of them do not exceed, to a hundredth. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const value = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
  return Math.round(value * 100) / 100;
}

/** /proc counts in hundredths of a second. */
const TICKS_PER_S = 100;

/** pid, parent, and CPU seconds of a process: its own, and those of its children that have ended. */
function processAt(pid: number): { parent: number; own: number; ended: number } {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [parent = 0, user = 0, system = 0, endedUser = 0, endedSystem = 0] = [1, 11, 12, 13, 14].map(
    (index) => fields[index] ?? 0,
  );
  return { parent, own: (user + system) / TICKS_PER_S, ended: (endedUser + endedSystem) / TICKS_PER_S };
}

/** CPU seconds that a process has used so far. */
export const cpuOf = (pid: number): number => processAt(pid).own;

/** CPU seconds of a process's children that have ended. */
export const cpuOfEndedChildren = (pid: number): number => processAt(pid).ended;

/** CPU seconds that a PostgreSQL has used so far, all its processes together. */
export async function cpuOfPostgres(client: Client): Promise<number> {
  const { rows } = await client.query('select pg_backend_pid() as pid');
  const postmaster = processAt(rows[0].pid).parent;
  const { own, ended } = processAt(postmaster);
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const child = processAt(Number(name));
        return child.parent === postmaster ? child.own : [];
      } catch {
        return [];
      }
    });
  return children.reduce((sum, each) => sum + each, own + ended);
}

/** What a load did to the clock, the server's CPU and the database's, and to the write-ahead log. */
export interface Cost {
  readonly seconds: number;
  readonly serverCpu: number;
  readonly postgresCpu: number;
  readonly walBytes: number;
}

/** @param serverPid - left out where there is no server but the bench itself, whose own CPU counts then. */
export async function costOf(
  client: Client,
  serverPid: number | undefined,
  load: () => Promise<void>,
): Promise<Cost> {
  const look = async () => ({
    at: performance.now(),
    server: cpuOf(serverPid ?? process.pid),
    postgres: await cpuOfPostgres(client),
    wal: Number(
      (await client.query(`select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as bytes`)).rows[0].bytes,
    ),
  });
  const before = await look();
  await load();
  const after = await look();
  return {
    seconds: (after.at - before.at) / 1_000,
    serverCpu: after.server - before.server,
    postgresCpu: after.postgres - before.postgres,
    walBytes: after.wal - before.wal,
  };
}

/** Runs `work` for every item, `width` of them at a time. @returns the milliseconds that each took, in order of ending. */
export async function concurrently<Item>(
  items: readonly Item[],
  width: number,
  work: (item: Item, lane: number) => Promise<void>,
): Promise<number[]> {
  const times: number[] = [];
  const waiting = items.values();
  const lane = async (index: number): Promise<void> => {
    for (const item of waiting) {
      const startedMs = performance.now();
      await work(item, index);
      times.push(performance.now() - startedMs);
    }
  };
  await Promise.all(Array.from({ length: width }, (_, index) => lane(index)));
  return times;
}

const round = (value: number, digits = 2): string => value.toFixed(digits);

/** One line of a table: rate, CPU per message, WAL per message, milliseconds per call. */
export function line(name: string, cost: Cost, messages: number, times: readonly number[]): string {
  const micros = (seconds: number): string => round((seconds * 1e6) / messages, 1);
  return [
    name.padEnd(46),
    `${Math.round(messages / cost.seconds)}/s`.padStart(10),
    `server ${micros(cost.serverCpu)} µs`.padStart(18),
    `postgres ${micros(cost.postgresCpu)} µs`.padStart(20),
    `WAL ${Math.round(cost.walBytes / messages)} B`.padStart(12),
    `p50 ${percentile(times, 50)} ms p99 ${percentile(times, 99)} ms`.padStart(30),
  ].join('');
}

/** A ratio of rates, and of CPU where the load and what it loads share a machine. */
export const ratio = (
  name: string,
  ours: Cost,
  theirs: Cost,
  ourMessages: number,
  theirMessages: number,
): string => {
  const rate = ourMessages / ours.seconds / (theirMessages / theirs.seconds);
  const cpu =
    (theirs.serverCpu + theirs.postgresCpu) /
    theirMessages /
    ((ours.serverCpu + ours.postgresCpu) / ourMessages);
  return `${name}: ${round(rate)}x by rate, ${round(cpu)}x by CPU of server and database`;
};
