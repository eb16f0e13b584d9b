// The README shows the example files, word by word.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { README } from './harness/readme.ts';

const FOLDER = join(import.meta.dirname, '../widget/examples');

test.each(readdirSync(FOLDER))('the README shows %s as it is', (name) => {
  const language = name.split('.').at(-1);
  expect(README).toContain(`\`\`\`${language}\n${readFileSync(join(FOLDER, name), 'utf8')}\`\`\``);
});
