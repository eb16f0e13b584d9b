// The server of an earlier release, built from the repository's own history beside the packages of this one.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
const COMPILER = join(ROOT, 'node_modules/typescript/bin/tsc');
/** What the server's process reads. */
const PARTS = ['server', 'schema', 'widget'];

export interface Release {
  readonly main: string;
  remove(): Promise<void>;
}

/** Whether this clone has it: one that is shallow, or no clone at all, has not. */
export const hasRelease = (commit: string): Promise<boolean> =>
  run('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: ROOT }).then(
    () => true,
    () => false,
  );

export async function buildRelease(commit: string): Promise<Release> {
  const folder = await mkdtemp(join(tmpdir(), 'campaign-analytics-release-'));
  const archive = join(folder, 'release.tar');
  const files = [...PARTS, 'tsconfig.base.json', 'package.json'];
  await run('git', ['archive', '-o', archive, commit, ...files], { cwd: ROOT });
  await run('tar', ['-xf', archive, '-C', folder]);
  for (const part of ['.', ...PARTS])
    await symlink(join(ROOT, part, 'node_modules'), join(folder, part, 'node_modules'));
  await run(process.execPath, [COMPILER, '-p', 'tsconfig.json'], { cwd: join(folder, 'server') });
  return {
    main: join(folder, 'server/dist/main.js'),
    remove: () => rm(folder, { recursive: true }),
  };
}
