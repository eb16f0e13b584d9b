// The tasks of the root's npm scripts. Each makes ready just what it needs, and reports every failure, not only the first.
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runInForeground, runQuietly, stopListening } from './children.mjs';
import { makeReady } from './ready.mjs';
import { BUILT, binariesOf, manifestOf, PACKAGES, ROOT } from './stamps.mjs';

/** A program of an installed package, as arguments for Node: no shell in between that would swallow a signal. */
function program(folder, name) {
  const manifest = createRequire(join(ROOT, folder, 'package.json')).resolve(`${name}/package.json`);
  const { bin } = createRequire(import.meta.url)(manifest);
  return resolve(dirname(manifest), typeof bin === 'string' ? bin : bin[name.split('/').at(-1)]);
}

async function checkAll() {
  const isReady = await makeReady(BUILT);
  const checks = PACKAGES.map(async (name) => {
    const script = manifestOf(name).scripts?.check;
    if (!script) return 0;
    const { code, output } = await runQuietly(script, {
      cwd: join(ROOT, name),
      env: binariesOf(name),
      shell: true,
    });
    console.log(code === 0 ? `Checked ${name}` : `\n${output}\nFailed: check of ${name}`);
    return code;
  });
  const codes = await Promise.all(checks);
  return isReady && codes.every((code) => code === 0) ? 0 : 1;
}

async function lint(args) {
  if (!(await makeReady([]))) return 1;
  return runInForeground(process.execPath, [program('', '@biomejs/biome'), 'check', '.', ...args], {
    cwd: ROOT,
  });
}

/** @param env - beside this process's own. */
async function test(args, env = {}) {
  if (!(await makeReady(BUILT))) return 1;
  const options = { cwd: join(ROOT, 'test'), env: { ...process.env, ...env } };
  return runInForeground(process.execPath, [program('test', 'vitest'), 'run', ...args], options);
}

async function bench(args) {
  if (!(await makeReady(BUILT))) return 1;
  const script = manifestOf('test').scripts?.bench;
  if (!script) {
    console.error('Expected a script "bench" in test/package.json, got none.');
    return 1;
  }
  const quoted = args.map((arg) => (/^[\w./:=-]+$/.test(arg) ? arg : JSON.stringify(arg)));
  const options = { cwd: join(ROOT, 'test'), env: binariesOf('test'), shell: true };
  return runInForeground([script, ...quoted].join(' '), [], options);
}

/** The server runs in this very process, so that there is one to signal and one to end. */
async function serve(task, args, needed) {
  if (!(await makeReady(needed))) return 1;
  stopListening();
  const main = join(ROOT, 'server/dist/main.js');
  process.argv = [process.argv[0], main, task, ...args];
  await import(pathToFileURL(main).href);
  return undefined;
}

const TASKS = {
  build: async () => ((await makeReady(BUILT)) ? 0 : 1),
  check: checkAll,
  lint,
  test: (args) => test(args),
  'test:long': (args) => test(args, { LONG: '1' }),
  bench,
  start: (args) => serve('start', args, ['server', 'schema', 'widget']),
  account: (args) => serve('account', args, ['server']),
  import: (args) => serve('import', args, ['server']),
  recount: (args) => serve('recount', args, ['server']),
};

/** Runs a task to its end. The exit code is its own; a task that went on to be the server sets it itself. */
export async function runTask(name, args) {
  if (!Object.hasOwn(TASKS, name ?? '')) {
    console.error(`Expected one of ${Object.keys(TASKS).join(', ')}, got ${name ?? 'nothing'}.`);
    process.exitCode = 2;
    return;
  }
  const code = await TASKS[name](args);
  if (code === undefined) return;
  stopListening();
  process.exitCode = code;
}
