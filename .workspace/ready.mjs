// Names of packages come in; afterwards they are installed and built, or the whole output of what failed was printed.
// Nothing is done and nothing is said when nothing changed.
import { join } from 'node:path';
import { runQuietly } from './children.mjs';
import { withLock } from './lock.mjs';
import {
  binariesOf,
  environment,
  forgetBuild,
  forgetInstall,
  inputsOf,
  installHash,
  isBuilt,
  isInstalled,
  manifestOf,
  NEEDS,
  ROOT,
  stampBuild,
  stampInstall,
} from './stamps.mjs';

const LOCK = join(ROOT, 'node_modules/.workspace/lock');
const UNREACHABLE =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ENOTCACHED/;

async function timed(task) {
  const begin = performance.now();
  const outcome = await task();
  return { ...outcome, seconds: ((performance.now() - begin) / 1_000).toFixed(1) };
}

async function install() {
  const { packageManager } = manifestOf('');
  const sum = installHash();
  forgetInstall();
  process.stdout.write('Installing packages… ');
  const { code, output, seconds } = await timed(() =>
    runQuietly('npx', {
      args: ['-y', packageManager.split('+')[0], 'install', '--frozen-lockfile', '--prefer-offline'],
      cwd: ROOT,
      // Without a terminal pnpm would refuse to replace packages of another layout, unless told that nobody can answer.
      env: environment({ CI: 'true' }),
      shell: process.platform === 'win32',
    }),
  );
  console.log(code === 0 ? `${seconds} s` : 'failed');
  if (code === 0) {
    stampInstall(sum);
    return true;
  }
  console.error(output);
  if (UNREACHABLE.test(output))
    console.error(
      `\nThe npm registry cannot be reached. The first time needs it: npx fetches ${packageManager}, and that the packages. ` +
        'Connect (or set a mirror: npm config set registry <url>) and try again.',
    );
  else if (code === 127) console.error('\nExpected npx, which comes with npm, on the PATH.');
  return false;
}

async function build(name) {
  const inputs = inputsOf(name);
  forgetBuild(name, inputs);
  const script = manifestOf(name).scripts.build;
  const { code, output, seconds } = await timed(() =>
    runQuietly(script, { cwd: join(ROOT, name), env: binariesOf(name), shell: true }),
  );
  if (code === 0) stampBuild(name, inputs);
  console.log(code === 0 ? `Built ${name} in ${seconds} s` : `\n${output}\nFailed: build of ${name}`);
  return code === 0;
}

/** Builds what changed, each as soon as what it needs is there. */
async function buildAll(names) {
  const results = new Map();
  for (const name of names) {
    const needs = NEEDS[name].map((need) => results.get(need));
    const result = Promise.all(needs).then(
      (isThere) => isThere.every(Boolean) && (isBuilt(name) || build(name)),
    );
    results.set(name, result);
  }
  return (await Promise.all(results.values())).every(Boolean);
}

/** Settles with whether everything named is installed and built. The names stand in the order of what needs what. */
export async function makeReady(names) {
  if (isInstalled() && names.every(isBuilt)) return true;
  const sayWhoWorks = (pid) => console.log(`Waiting for process ${pid}, which installs or builds here…`);
  return withLock(LOCK, sayWhoWorks, async () => (isInstalled() || (await install())) && buildAll(names));
}
