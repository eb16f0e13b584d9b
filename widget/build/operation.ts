import { readFileSync } from 'node:fs';
import { parse, print, separateOperations, stripIgnoredCharacters } from 'graphql';
import type { Plugin } from 'vite';

const PREFIX = 'operation:';
const documents = new URL('../../schema/widget.graphql', import.meta.url);

/**
 * `import text from 'operation:Name'` is that operation of schema/widget.graphql with just its own fragments, minified
 * here, so that the script carries neither the other operations nor a GraphQL parser and printer.
 */
export function operation(): Plugin {
  return {
    name: 'operation',
    resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${PREFIX}`)) return undefined;
      const name = id.slice(PREFIX.length + 1);
      const document = separateOperations(parse(readFileSync(documents, 'utf8')))[name];
      if (!document) throw new Error(`expected an operation ${name} in ${documents.pathname}`);
      return `export default ${JSON.stringify(stripIgnoredCharacters(print(document)))}`;
    },
  };
}
