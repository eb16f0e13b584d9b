// The schema before other people's eyes: the rules of graphql-eslint, and what graphql-inspector says of the way from the last
// release (released.graphql: the printed schema of 0.1.0, replaced with each release).

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import graphqlEslint from '@graphql-eslint/eslint-plugin';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { ESLint, type Linter } from 'eslint';
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const SCHEMA = 'schema/schema.graphql';
const DOCUMENTS = 'schema/{widget,console,host}.graphql';

/** Rules of the strictest sets that do not hold here, each for its reason. */
const EXCEPTIONS: Linter.RulesRecord = {
  // The order tells what belongs together.
  '@graphql-eslint/alphabetize': 'off',
  // The core contract names types for what they are, and gives meaning where there is some: at fields and arguments.
  '@graphql-eslint/require-description': 'off',
  // A mutation answers whole or fails whole, and a list is never missing.
  '@graphql-eslint/require-nullable-result-in-root': 'off',
  // Clients change things and watch them.
  '@graphql-eslint/no-root-type': 'off',
  // What a mutation answers is what it did; a query beside it is a second request.
  '@graphql-eslint/require-field-of-type-query-in-mutation-result': 'off',
  // Batches are arguments of their own.
  '@graphql-eslint/input-name': 'off',
  // Deleting leaves nothing to select from.
  '@graphql-eslint/no-scalar-result-type-on-mutation': 'off',
  // Numbers go by their campaign's id; pages, answers, rejections, rows of a table and what is told of a job are no things of
  // their own.
  '@graphql-eslint/strict-id-in-types': [
    'error',
    {
      acceptedIdNames: ['id', 'campaignId'],
      exceptions: {
        types: [
          'PageInfo',
          'RejectedItem',
          'SenderBreakdown',
          'DeliveryCount',
          'ActivityPoint',
          'UsageMonth',
          'JobProgress',
          'JobError',
          'OptOut',
          'OptedOutContact',
        ],
        suffixes: ['Connection', 'Edge', 'Payload', 'Summary', 'Download'],
      },
    },
  ],
};
const DOCUMENT_EXCEPTIONS: Linter.RulesRecord = {
  // One file for each reader; fragments are found by the generator.
  '@graphql-eslint/require-import-fragment': 'off',
  // The console asks for a token, which it will not ask for again.
  '@graphql-eslint/require-selections': 'off',
};

type RuleSet = 'flat/schema-all' | 'flat/operations-recommended';

/** Everything that a set of rules has to say of files. */
async function complaints(
  set: RuleSet,
  exceptions: Linter.RulesRecord,
  lint: (eslint: ESLint) => Promise<ESLint.LintResult[]>,
): Promise<string[]> {
  const eslint = new ESLint({
    cwd: ROOT,
    overrideConfigFile: true,
    overrideConfig: {
      files: ['**/*.graphql'],
      plugins: { '@graphql-eslint': graphqlEslint as unknown as ESLint.Plugin },
      languageOptions: {
        parser: graphqlEslint.parser as unknown as Linter.Parser,
        parserOptions: { graphQLConfig: { schema: join(ROOT, SCHEMA), documents: join(ROOT, DOCUMENTS) } },
      },
      rules: { ...(graphqlEslint.configs[set].rules as Linter.RulesRecord), ...exceptions },
    },
  });
  const results = await lint(eslint);
  return results.flatMap(({ messages }) =>
    messages.map(({ line, ruleId, message }) => `${line} ${ruleId}: ${message}`),
  );
}

test('the schema keeps all rules of graphql-eslint but those that are named with their reason', async () => {
  expect(await complaints('flat/schema-all', EXCEPTIONS, (eslint) => eslint.lintFiles([SCHEMA]))).toEqual([]);
});

test('the documents of widget, console and hosts keep the recommended rules', async () => {
  const lint = (eslint: ESLint) => eslint.lintFiles([DOCUMENTS]);
  expect(await complaints('flat/operations-recommended', DOCUMENT_EXCEPTIONS, lint)).toEqual([]);
});

test('a schema that breaks a rule is complained of', async () => {
  const text =
    'type Query { getThing: thing_type }\ntype thing_type { name: String @deprecated }\ntype Lonely { id: ID! }';
  const found = await complaints('flat/schema-all', EXCEPTIONS, (eslint) =>
    eslint.lintText(text, { filePath: join(ROOT, SCHEMA) }),
  );
  for (const rule of ['naming-convention', 'require-deprecation-reason', 'strict-id-in-types'])
    expect(found.join('\n')).toContain(`@graphql-eslint/${rule}`);
});

const text = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** What would break a client of the one schema that meets the other. */
const breaking = async (from: string, to: string): Promise<string[]> =>
  (await diff(buildSchema(from), buildSchema(to)))
    .filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking)
    .map(({ message }) => message);

test('no client of the last release is broken by the schema as it is', async () => {
  expect(await breaking(text('test/released.graphql'), text(SCHEMA))).toEqual([]);
});

test('a field that is gone, and an argument that is new and required, would be seen', async () => {
  const changed = text(SCHEMA)
    .replace('  endCursor: String\n', '')
    .replace('campaign(id: ID!)', 'campaign(id: ID!, more: ID!)');
  expect(await breaking(text('test/released.graphql'), changed)).toHaveLength(2);
});
