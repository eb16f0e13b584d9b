// A program and its arguments come in; its exit code and all its output go out. It may run as another user, never hears a
// Ctrl-C meant for us, sees none of our environment on Unix, and a program that cannot even start is an outcome, not a throw.
import { spawn } from 'node:child_process';
import { platform } from 'node:os';

/** Whom PostgreSQL runs as when we are root, which it refuses. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface Outcome {
  /** `undefined`: it could not be started, or a signal ended it. */
  readonly code: number | undefined;
  readonly output: string;
}

export interface CommandOptions {
  readonly account?: Account | undefined;
  readonly cwd?: string;
}

const HAS_PROCESS_GROUPS = platform() !== 'win32';
/** English messages whatever the machine speaks; no PG... variable of the user's shell reaches our instance. */
const ENVIRONMENT = { LC_ALL: 'C', PATH: '/usr/bin:/bin:/usr/sbin:/sbin' };

/** Runs a program to its end. Never rejects. */
export const runCommand = (file: string, args: readonly string[], options: CommandOptions = {}) =>
  new Promise<Outcome>((settle) => {
    const settings = {
      cwd: options.cwd ?? (HAS_PROCESS_GROUPS ? '/' : undefined),
      ...(HAS_PROCESS_GROUPS && { env: ENVIRONMENT, detached: true }),
      ...(options.account && { uid: options.account.uid, gid: options.account.gid }),
      windowsHide: true,
    };
    const chunks: Buffer[] = [];
    const finish = (code: number | undefined, problem = ''): void =>
      settle({ code, output: `${Buffer.concat(chunks).toString().trim()}${problem}` });
    try {
      const child = spawn(file, args, { ...settings, stdio: ['ignore', 'pipe', 'pipe'] });
      child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
      child.once('error', (error) => finish(undefined, error.message));
      child.once('close', (code, signal) => finish(code ?? undefined, signal ? `ended by ${signal}` : ''));
    } catch (error) {
      finish(undefined, error instanceof Error ? error.message : String(error));
    }
  });

const NEXT_ACTIONS: readonly (readonly [RegExp, string])[] = [
  [/No space left on device|Disk quota exceeded|ENOSPC|EDQUOT/i, 'free some disk space and start again'],
  [
    /shared librar|Library not loaded|image not found/i,
    'the install script that restores its libraries did not run: expected its package under allowBuilds in ' +
      'pnpm-workspace.yaml, then delete node_modules and install again',
  ],
  [
    /shared memory/i,
    'give this machine or container more shared memory, or set DATABASE_URL to a PostgreSQL of your own',
  ],
  [
    /Permission denied|Read-only file system|not permitted|EACCES|EROFS|EPERM/i,
    'set DATA_FOLDER to a folder that this user may write, or DATABASE_URL to a PostgreSQL of your own',
  ],
];

/** An error that says what went wrong, in the program's own words, and what to do next. */
export function failure(what: string, output: string, cause?: unknown): Error {
  const [, action] = NEXT_ACTIONS.find(([pattern]) => pattern.test(output)) ?? [
    undefined,
    'set DATABASE_URL to a PostgreSQL of your own, or set DATA_FOLDER to a new folder',
  ];
  return new Error(`${what}: ${action}. It said: ${output.slice(-1_500)}`, { cause });
}
