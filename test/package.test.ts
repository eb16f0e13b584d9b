// The package as npm would publish it, looked at by the tools that find out what hosts would trip over.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, expect, test } from 'vitest';

const WIDGET = join(import.meta.dirname, '../widget');
const read = (path: string): string => readFileSync(join(WIDGET, path), 'utf8');

const folder = mkdtempSync(join(tmpdir(), 'widget-'));
let tarball: Buffer<ArrayBuffer>;
beforeAll(() => {
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: WIDGET });
  const [file = ''] = readdirSync(folder);
  tarball = readFileSync(join(folder, file));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('publint finds nothing', async () => {
  const { messages, pkg } = await publint({
    strict: true,
    pack: { tarball: new Uint8Array(tarball).buffer },
  });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

test('the types are right for every way in which an ES module is imported', async () => {
  const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(tarball)));
  if (!analysis.types) throw new Error('expected types in the package');
  /** CommonJS is not promised, and Node 20.19 requires ES modules all the same. */
  const isPromised = (problem: object): boolean =>
    !('resolutionKind' in problem && ['node10', 'node16-cjs'].includes(String(problem.resolutionKind)));
  expect(analysis.problems.filter(isPromised)).toEqual([]);
  expect(Object.keys(analysis.entrypoints)).toEqual(
    expect.arrayContaining([
      ...['.', './element', './server'],
      ...['ar', 'en', 'es', 'fr'].map((language) => `./locales/${language}`),
    ]),
  );
});

test("the React face begins with 'use client', and leaves React, Apollo Client and GraphQL to the host", () => {
  const code = read('dist/react/index.js');
  expect(code.startsWith('"use client";') || code.startsWith("'use client';")).toBe(true);
  const imported = [...code.matchAll(/from\s?["']([^"']+)["']/g)].map(([, name]) => name);
  const { peerDependencies } = JSON.parse(read('package.json')) as { peerDependencies: object };
  for (const name of imported.filter((each) => !each?.startsWith('.')))
    expect(Object.keys(peerDependencies)).toContain(name?.match(/^(@[^/]+\/)?[^/]+/)?.[0]);
});

test('what a host downloads of the React face stays within its budget', () => {
  const size = (path: string): number => brotliCompressSync(read(path)).length;
  expect(size('dist/react/index.js')).toBeLessThanOrEqual(6_000);
  for (const language of ['ar', 'en', 'es', 'fr'])
    expect(size(`dist/react/locales/${language}.js`)).toBeLessThanOrEqual(1_000);
});
