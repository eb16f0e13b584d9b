// A valid operation and its variables in, the number of fields that answering it comes to out. Below a page each field counts
// as often as the page is long, whether that stands in the document, in a variable or in the schema's default.
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { fragmentsOf } from './shape.js';

export type Variables = Readonly<Record<string, unknown>> | null | undefined;

/** The argument that says how long a page is. */
const PAGE = 'first';

export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): number {
  const fragments = fragmentsOf(document);
  const costs = new Map<string, number>();

  const numberOf = (value: ValueNode | undefined): unknown => {
    if (value?.kind === Kind.INT) return Number(value.value);
    if (value?.kind !== Kind.VARIABLE) return undefined;
    const name = value.name.value;
    const given = variables?.[name];
    if (given !== undefined) return given;
    return numberOf(
      operation.variableDefinitions?.find((each) => each.variable.name.value === name)?.defaultValue,
    );
  };

  function pageOf(node: FieldNode, field: GraphQLField<unknown, unknown> | undefined): number {
    const page = field?.args.find((arg) => arg.name === PAGE);
    if (!page) return 1;
    const given = numberOf(node.arguments?.find((arg) => arg.name.value === PAGE)?.value);
    const length = given ?? page.defaultValue;
    return typeof length === 'number' && length > 1 ? length : 1;
  }

  function ofSelections(set: SelectionSetNode, type: GraphQLNamedType | undefined): number {
    let cost = 0;
    for (const each of set.selections) {
      if (each.kind === Kind.FIELD) {
        const field = isObjectType(type) ? type.getFields()[each.name.value] : undefined;
        const below = field && getNamedType(field.type);
        cost += 1 + (each.selectionSet ? pageOf(each, field) * ofSelections(each.selectionSet, below) : 0);
      } else if (each.kind === Kind.INLINE_FRAGMENT) {
        cost += ofSelections(each.selectionSet, type);
      } else {
        const name = each.name.value;
        const fragment = fragments.get(name);
        const known = costs.get(name) ?? (fragment ? ofSelections(fragment.selectionSet, type) : 0);
        costs.set(name, known);
        cost += known;
      }
    }
    return cost;
  }

  return ofSelections(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined);
}
