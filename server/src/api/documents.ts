// The text of a request in, a document that is within the limits and valid out. HTTP and WebSockets ask the same questions
// in the same order here, so that neither takes what the other refuses.
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  type OperationTypeNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { type Limits, MOST_FAULTS, MOST_ITEMS } from '../limits.js';
import { costOf, type Variables } from './cost.js';
import { type Shape, shapeOf } from './shape.js';

export interface Documents {
  /** Names a document that was read within this process, for as long as it is kept. */
  keyOf(document: DocumentNode): number;
  /** Parses a text. @throws GraphQLError for a syntax error, or for more than a document may be */
  read(text: string): DocumentNode;
  /** What is not valid in a document that was read; nothing where all is. */
  validate(document: DocumentNode): readonly GraphQLError[];
  /**
   * Looks at a valid document's operation with its variables.
   *
   * @returns the kind of operation; undefined where it is not clear which is meant, which is execution's to say.
   * @throws GraphQLError where it is more than one may ask for
   */
  admit(
    document: DocumentNode,
    operationName: string | null | undefined,
    variables: Variables,
  ): OperationTypeNode | undefined;
}

export interface DocumentsOptions {
  readonly schema: GraphQLSchema;
  readonly hasIntrospection: boolean;
  readonly limits: Limits;
}

/** Texts of documents that are kept, in characters: those of a busy server come again and again. */
const MOST_KEPT = 400_000;
/** No input of the schema lies deeper. */
const DEEPEST_VARIABLE = 8;

const invalid = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });

/** Where in a variable there is too much, and of what; graphql-js would go through all of it, and tell of each item. */
function excessOf(value: unknown, levels = DEEPEST_VARIABLE): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (levels === 0) return `: expected at most ${DEEPEST_VARIABLE} levels of lists and objects`;
  const names = Object.keys(value);
  if (names.length > MOST_ITEMS) return `: expected at most ${MOST_ITEMS} items`;
  for (const name of names) {
    const excess = excessOf((value as Record<string, unknown>)[name], levels - 1);
    if (!excess) continue;
    if (Array.isArray(value)) return `[${name}]${excess}`;
    // A name is told only where it may be one of ours.
    return /^\w{1,40}$/.test(name) ? `.${name}${excess}` : excess;
  }
  return undefined;
}

export function openDocuments({ schema, hasIntrospection, limits }: DocumentsOptions): Documents {
  const rules = hasIntrospection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const kept = new LRUCache<string, DocumentNode>({
    maxSize: MOST_KEPT,
    sizeCalculation: (_, text) => text.length,
  });
  const valid = new WeakSet<DocumentNode>();
  const keys = new WeakMap<DocumentNode, number>();
  let count = 0;

  const SHAPE: Readonly<Record<keyof Shape, readonly [most: number, what: string]>> = {
    depth: [limits.documentDepth, 'levels of fields'],
    aliases: [limits.documentAliases, 'aliases and repeated fields'],
    directives: [limits.documentDirectives, 'directives'],
    rings: [0, 'fragments within themselves'],
  };

  return {
    keyOf(document) {
      const key = keys.get(document) ?? count++;
      keys.set(document, key);
      return key;
    },

    read(text) {
      const known = kept.get(text);
      if (known) return known;
      const document = parse(text, { maxTokens: limits.documentTokens });
      const shape = shapeOf(document);
      // Before validation: comparing fields that may overlap takes the square of their number.
      for (const [name, [most, what]] of Object.entries(SHAPE))
        if (shape[name as keyof Shape] > most) throw invalid(`document: expected at most ${most} ${what}`);
      kept.set(text, document);
      return document;
    },

    validate(document) {
      if (valid.has(document)) return [];
      const faults = validate(schema, document, rules, { maxErrors: MOST_FAULTS });
      if (faults.length === 0) valid.add(document);
      for (const fault of faults) {
        fault.extensions.code = 'GRAPHQL_VALIDATION_FAILED';
        if (!hasIntrospection) fault.message = fault.message.replace(/ Did you mean .*\?$/s, '');
      }
      return faults;
    },

    admit(document, operationName, variables) {
      const operation = getOperationAST(document, operationName);
      if (!operation) return undefined;
      // Without its one field there is nothing to subscribe to, and graphql-js does not expect that.
      const hasSwitch = operation.selectionSet.selections.some((each) => (each.directives ?? []).length > 0);
      if (operation.operation === 'subscription' && hasSwitch)
        throw invalid('subscription: expected its field without a directive');
      const cost = costOf(schema, document, operation, variables);
      if (cost > limits.operationCost)
        throw invalid(`operation: expected at most ${limits.operationCost} fields, those of pages included`);
      for (const { variable } of operation.variableDefinitions ?? []) {
        const { value: name } = variable.name;
        const excess = excessOf(variables?.[name]);
        if (excess) throw new GraphQLError(`$${name}${excess}`, { extensions: { code: 'BAD_USER_INPUT' } });
      }
      return operation.operation;
    },
  };
}
