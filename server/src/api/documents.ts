// An operation's text in, the parsed and validated document or its faults out. Good ones are kept, within bounds: readers
// of one widget all send the same text.
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  parse,
  type ValidationRule,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';

export interface PreparedDocument {
  /** Names the document within this process for as long as it is kept. */
  readonly key: number;
  readonly document: DocumentNode;
}

export type Prepare = (text: string) => PreparedDocument | readonly GraphQLError[];

const MOST_DOCUMENTS = 1_000;
/** Of their texts, in UTF-16 units; parsed they take about twenty times as much. */
const MOST_CHARACTERS = 1_000_000;

export function openDocuments(schema: GraphQLSchema, rules: readonly ValidationRule[]): Prepare {
  const kept = new LRUCache<string, PreparedDocument>({
    max: MOST_DOCUMENTS,
    maxSize: MOST_CHARACTERS,
    sizeCalculation: (_, text) => text.length + 1,
  });
  let count = 0;

  return (text) => {
    const known = kept.get(text);
    if (known) return known;
    let document: DocumentNode;
    try {
      document = parse(text);
    } catch (error) {
      if (error instanceof GraphQLError) return [error];
      throw error;
    }
    const faults = validate(schema, document, rules);
    for (const { extensions } of faults) extensions.code = 'GRAPHQL_VALIDATION_FAILED';
    if (faults.length > 0) return faults;
    const prepared = { key: count++, document };
    kept.set(text, prepared);
    return prepared;
  };
}
