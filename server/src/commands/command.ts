// A command of the command line: its arguments are read before anything is opened, then it works on the open storage.
import type { Config } from '../config.js';
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
