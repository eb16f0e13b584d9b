// Real processes of the server as it was built: a second server beside the test's own, and the command line.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { within } from './deadline.ts';
import { keepLog } from './logs.ts';

const MAIN = join(import.meta.dirname, '../../server/dist/main.js');
const CPU = join(import.meta.dirname, 'cpu.js');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** What it has logged so far. */
  log(): string;
  /** CPU time that it has used so far, by its own account. */
  cpuMs(): Promise<number>;
  /** Asks what a module that the test loaded into it answers. */
  ask<Answer>(question: unknown): Promise<Answer>;
  /** Sends a signal and waits for nothing. */
  signal(name: NodeJS.Signals): void;
  /** Settles when it has ended, whoever ended it: with its exit code, null where a signal did. */
  readonly ended: Promise<number | null>;
  /** Tells it to end, and settles with its exit code when it has; null where a signal ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Far above what it takes, for machines that have much else to do. */
const BEGINS_WITHIN_MS = 60_000;

/** None outlives the tests, whatever becomes of them. */
const running = new Set<ChildProcessWithoutNullStreams>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

type Settings = Readonly<Record<string, string>>;

function run(
  args: readonly string[],
  databaseUrl: string,
  settings: Settings,
  modules: readonly string[],
  main = MAIN,
): { child: ChildProcessWithoutNullStreams; texts: { stdout: string; stderr: string } } {
  const env = { PATH: process.env.PATH, NODE_ENV: 'test', DATABASE_URL: databaseUrl, PORT: '0', ...settings };
  const imports = [CPU, ...modules].flatMap((module) => ['--import', module]);
  const child = spawn(process.execPath, [...imports, main, ...args], {
    env,
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
  }) as ChildProcessWithoutNullStreams;
  running.add(child);
  child.once('close', () => running.delete(child));
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
      if (name === 'stderr') keepLog(text);
    });
  return { child, texts };
}

/** Runs a command to its end. @param modules - loaded into its process. */
export async function runCommand(
  databaseUrl: string,
  args: readonly string[],
  settings: Settings = {},
  modules: readonly string[] = [],
): Promise<Finished> {
  const { child, texts } = run(args, databaseUrl, settings, modules);
  const [code] = await within(once(child, 'close'), `the command ${args.join(' ')} to end`, BEGINS_WITHIN_MS);
  return { code, ...texts };
}

/**
 * Starts a server of its own; settles when it serves.
 *
 * @param modules - loaded into its process.
 * @param main - of another release.
 * @throws Error with its last words where it ends instead
 */
export async function startProcess(
  databaseUrl: string,
  settings: Settings = {},
  modules: readonly string[] = [],
  main = MAIN,
): Promise<ServerProcess> {
  const { child, texts } = run(['start'], databaseUrl, { LOG_LEVEL: 'debug', ...settings }, modules, main);
  const ended = once(child, 'close').then(() => child.exitCode);
  const url = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      const [, found] = /GraphQL +(\S+)\/graphql/.exec(texts.stdout) ?? [];
      if (found) resolve(found);
    });
    ended.then(() => reject(new Error(`Expected a server, got ${texts.stderr}`)));
  });
  const ask = async <Answer>(question: unknown): Promise<Answer> => {
    const answer = once(child, 'message');
    child.send(question as string);
    return (await within(answer, 'the process to answer'))[0];
  };
  return {
    pid: child.pid ?? 0,
    ended,
    ask,
    signal: (name) => child.kill(name),
    url: await within(url, 'the process to serve', BEGINS_WITHIN_MS).catch((error: Error) => {
      child.kill('SIGKILL');
      throw error;
    }),
    log: () => texts.stderr,
    cpuMs: async () => (await ask<number>('cpu')) / 1_000,
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      await within(ended, 'the process to end', 12_000);
      return child.exitCode;
    },
  };
}

/** Server processes of this test file, each ended at its end. */
export function useProcesses(): typeof startProcess {
  const processes: ServerProcess[] = [];
  afterAll(() => Promise.all(processes.map((each) => each.stop())));
  return async (databaseUrl, settings) => {
    const started = await startProcess(databaseUrl, settings);
    processes.push(started);
    return started;
  };
}
