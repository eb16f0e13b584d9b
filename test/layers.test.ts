// The server's floors: a file imports from its own floor or from those below it, never from above, and nothing in a circle.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const SOURCE = join(import.meta.dirname, '../server/src');
const GROUND = [
  'distribution.ts',
  'errors.ts',
  'log.ts',
  'setting.ts',
  'limits.ts',
  'config.ts',
  'scalars.ts',
  'fields.ts',
  'spreadsheet.ts',
  'gathering.ts',
  'releases.ts',
];
/** From the ground up: the way of the data. What stands in the root of `src` is ground, or composes all that is below it. */
const FLOORS: readonly (readonly string[])[] = [
  GROUND,
  ['db'],
  ['counters'],
  ['accounts'],
  ['jobs'],
  ['campaigns'],
  ['breakdown'],
  ['usage'],
  ['privacy'],
  ['intake'],
  ['imports'],
  ['live'],
  ['exports'],
  ['optouts'],
  ['api'],
  ['operations'],
  ['demo'],
  ['storage.ts'],
  ['server.ts', 'commands'],
  ['main.ts'],
];

const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);
const floorOf = (file: string): number =>
  FLOORS.findIndex((floor) => floor.includes(file.split('/')[0] ?? ''));
const importsOf = (file: string): string[] =>
  [...readFileSync(join(SOURCE, file), 'utf8').matchAll(/from '(\.[^']+)\.js'/g)].map(([, path]) =>
    relative(SOURCE, join(SOURCE, dirname(file), `${path}.ts`)),
  );

test('every file of the server stands on a floor', () => {
  expect(files.length).toBeGreaterThan(40);
  expect(files.filter((file) => floorOf(file) === -1)).toEqual([]);
});

test('imports point downwards only', () => {
  const upwards = files.flatMap((file) =>
    importsOf(file)
      .filter((imported) => floorOf(imported) > floorOf(file))
      .map((imported) => `${file} imports ${imported}`),
  );
  expect(upwards).toEqual([]);
});

test('no file imports itself over others', () => {
  const seen = new Map<string, 'open' | 'done'>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (seen.get(file) === 'open') circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    if (seen.has(file)) return;
    seen.set(file, 'open');
    for (const imported of importsOf(file)) visit(imported, [...path, file]);
    seen.set(file, 'done');
  };
  for (const file of files) visit(file, []);
  expect(circles).toEqual([]);
});

test('only main.ts knows that there is a process', () => {
  const knowing = files.filter((file) =>
    /\bprocess\.[a-z]|from 'node:process'/.test(readFileSync(join(SOURCE, file), 'utf8')),
  );
  expect(knowing).toEqual(['main.ts']);
});
