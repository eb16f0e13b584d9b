// A command of the command line: its arguments are read before anything is opened, then it works on the open storage.

import type { Config } from '../config.js';
import { askWithin, ofAccount } from '../db/scope.js';
import { AppError } from '../errors.js';
import type { Log } from '../log.js';
import type { Storage } from '../storage.js';

export interface Out {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface CommandContext {
  readonly config: Config;
  readonly storage: Storage;
  readonly log: Log;
  /** Results. */
  readonly out: Out;
  /** Progress and complaints. */
  readonly err: Out;
  /** The folder that relative file names are meant in. */
  readonly folder: string;
  /** Aborted when the command is interrupted. */
  readonly signal: AbortSignal;
}

export interface Command {
  readonly usage: string;
  /** @returns what to do; it settles with the exit code. @throws UsageError, or parseArgs's own errors */
  parse(args: string[]): (context: CommandContext) => Promise<number>;
}

/** The command line is not what was expected. */
export class UsageError extends Error {}

/** Exactly as many positionals as are named. @throws UsageError naming them */
export function positionalsOf<Names extends readonly string[]>(
  given: readonly string[],
  ...names: Names
): { [Index in keyof Names]: string } {
  if (given.length !== names.length || given.some((each) => each.startsWith('--')))
    throw new UsageError(`expected ${names.join(' and ') || 'nothing more'}`);
  return given as unknown as { [Index in keyof Names]: string };
}

/** @throws AppError NOT_FOUND where there is no account of this id */
export async function requireAccount({ pool }: Storage, id: string): Promise<void> {
  const statement = { text: 'select from account where id = $1', values: [id] };
  if ((await askWithin(pool, ofAccount(id), statement)).rowCount === 0)
    throw new AppError('NOT_FOUND', 'ACCOUNT: expected the id of an account: npm run account -- list');
}
