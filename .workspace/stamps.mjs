// What was installed and built, told by content: a stamp is a hash of everything that went in, written after success, and
// without its stamp a result counts as absent. Clocks and file times decide nothing.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** In the order of what needs what. */
export const BUILT = ['schema', 'server', 'widget'];
export const PACKAGES = [...BUILT, 'test'];
export const NEEDS = { schema: [], server: [], widget: ['schema'] };

/** Folders that tools make, inside a package. */
const MADE = ['dist', 'generated'];
const SKIPPED = /^(?:node_modules|dist|generated|\.data|\.DS_Store|.*\.log)$/;
const SHARED_FILES = ['tsconfig.base.json', 'pnpm-lock.yaml'];
const INSTALL_STAMP = join(ROOT, 'node_modules/.workspace/installed');

export const manifestOf = (name) => JSON.parse(readFileSync(join(ROOT, name, 'package.json'), 'utf8'));

/** The environment in which a package's scripts find its own programs and the root's; the same whatever NODE_ENV is. */
export function binariesOf(name) {
  const folders = [join(ROOT, name, 'node_modules/.bin'), join(ROOT, 'node_modules/.bin')];
  return environment({ PATH: [...folders, process.env.PATH].join(delimiter) });
}

/** With NODE_ENV=production pnpm would leave out what builds the rest. */
export function environment(changes) {
  const { NODE_ENV: _, Path: windowsPath, ...rest } = process.env;
  return { ...rest, PATH: rest.PATH ?? windowsPath, ...changes };
}

function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !SKIPPED.test(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesIn(path);
      return entry.isFile() ? [path] : [];
    });
}

function hash(files, ...facts) {
  const sum = createHash('sha256');
  for (const fact of facts) sum.update(`${fact}\0`);
  for (const file of files) {
    const content = readFileSync(file);
    sum.update(`${file.slice(ROOT.length)}\0${content.length}\0`).update(content);
  }
  return sum.digest('hex');
}

export function installHash() {
  const manifests = ['', ...PACKAGES].map((name) => join(ROOT, name, 'package.json'));
  const files = [join(ROOT, 'pnpm-lock.yaml'), join(ROOT, 'pnpm-workspace.yaml'), ...manifests];
  return hash(files, process.platform, process.arch, process.versions.node.split('.')[0]);
}

export const isInstalled = () =>
  existsSync(INSTALL_STAMP) &&
  ['', ...PACKAGES].every((name) => existsSync(join(ROOT, name, 'node_modules'))) &&
  readFileSync(INSTALL_STAMP, 'utf8') === installHash();

export const forgetInstall = () => rmSync(INSTALL_STAMP, { force: true });

export function stampInstall(sum) {
  mkdirSync(dirname(INSTALL_STAMP), { recursive: true });
  writeFileSync(INSTALL_STAMP, sum);
}

/** What goes into a package's build: its files, the shared ones, and what its needs were built from. */
export function inputsOf(name) {
  const files = [...filesIn(join(ROOT, name)), ...SHARED_FILES.map((file) => join(ROOT, file))];
  const needs = NEEDS[name].map((need) => inputsOf(need).sum);
  return { files: files.map((file) => file.slice(ROOT.length)), sum: hash(files, ...needs) };
}

const stampOf = (name) => join(ROOT, name, 'dist/.stamp.json');

function readStamp(name) {
  try {
    return JSON.parse(readFileSync(stampOf(name), 'utf8'));
  } catch {
    return undefined;
  }
}

export function isBuilt(name) {
  const stamp = readStamp(name);
  if (stamp?.sum !== inputsOf(name).sum) return false;
  return stamp.made.every((folder) => existsSync(join(ROOT, name, folder)));
}

/** Before a build: what it leaves when it fails must not count. After a source vanished, so must what was made from it. */
export function forgetBuild(name, inputs) {
  const isOneGone = readStamp(name)?.files.some((file) => !inputs.files.includes(file)) ?? true;
  if (isOneGone) rmSync(join(ROOT, name, 'dist'), { recursive: true, force: true });
  rmSync(stampOf(name), { force: true });
}

export function stampBuild(name, inputs) {
  mkdirSync(dirname(stampOf(name)), { recursive: true });
  const made = MADE.filter((folder) => existsSync(join(ROOT, name, folder)));
  writeFileSync(stampOf(name), JSON.stringify({ ...inputs, made }));
}
