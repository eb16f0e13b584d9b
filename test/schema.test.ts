// schema/schema.graphql against the code that it is printed from, and against the core contract that it must contain.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildApiSchema } from '@campaign-analytics/server/api/schema.js';
import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  parse,
  print,
  printSchema,
  type StringValueNode,
} from 'graphql';
import { expect, test } from 'vitest';

const text = (path: string): string => readFileSync(join(import.meta.dirname, path), 'utf8');

/** Every line of a schema that means something: types, fields, arguments with defaults, enum values, and what they mean. */
function linesOf(document: DocumentNode): string[] {
  type Part = {
    readonly kind: string;
    readonly name?: { readonly value: string };
    readonly description?: StringValueNode;
    readonly directives?: readonly ConstDirectiveNode[];
    readonly fields?: readonly Part[];
    readonly values?: readonly Part[];
    readonly arguments?: readonly Part[];
  };
  const lines = (part: Part, place: string): string[] => {
    const path = `${place}${part.name?.value}`;
    const own = { ...part, description: undefined, fields: [], values: [], arguments: [] };
    return [
      `${path} is ${print(own as unknown as DefinitionNode)}`,
      ...(part.description ? [`${path} means ${part.description.value}`] : []),
      ...[...(part.fields ?? []), ...(part.values ?? []), ...(part.arguments ?? [])].flatMap((inner) =>
        lines(inner, `${path}.`),
      ),
    ];
  };
  return document.definitions.flatMap((definition) => lines(definition as unknown as Part, ''));
}

test('the printed schema is the one that the server serves', async () => {
  expect(`${printSchema(await buildApiSchema())}\n`).toBe(text('../schema/schema.graphql'));
});

test('every line of the core contract is in the schema, with its meaning', () => {
  const printed = new Set(linesOf(parse(text('../schema/schema.graphql'))));
  const core = linesOf(parse(text('contract.graphql')));
  expect(core.length).toBeGreaterThan(200);
  expect(core.filter((line) => !printed.has(line))).toEqual([]);
});
