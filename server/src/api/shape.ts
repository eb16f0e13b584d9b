// A parsed document in, how deep and how wide it is out. Fragments count where they are spread, each measured once, so that
// a document which doubles with every line takes no longer than one that does not.
import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode, visit } from 'graphql';

export interface Shape {
  /** Levels of fields. */
  readonly depth: number;
  /** Aliases as written, and fields selected again beside themselves. */
  readonly aliases: number;
  readonly directives: number;
  /** Fragments that contain themselves. */
  readonly rings: number;
}

export const fragmentsOf = (document: DocumentNode): Map<string, FragmentDefinitionNode> =>
  new Map(
    document.definitions.flatMap((each) =>
      each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [],
    ),
  );

/** Levels of fields below a selection. @param onRing - a fragment contains itself, which counts as no level. */
function openDepth(document: DocumentNode, onRing: () => void): (selections: SelectionSetNode) => number {
  const fragments = fragmentsOf(document);
  const depths = new Map<string, number | undefined>();
  const depthOf = ({ selections }: SelectionSetNode): number => {
    let deepest = 0;
    for (const each of selections) deepest = Math.max(deepest, levelsOf(each));
    return deepest;
  };
  const levelsOf = (selection: SelectionSetNode['selections'][number]): number => {
    if (selection.kind === Kind.FIELD)
      return 1 + (selection.selectionSet ? depthOf(selection.selectionSet) : 0);
    if (selection.kind === Kind.INLINE_FRAGMENT) return depthOf(selection.selectionSet);
    const name = selection.name.value;
    if (depths.has(name)) {
      const known = depths.get(name);
      if (known === undefined) onRing();
      return known ?? 0;
    }
    depths.set(name, undefined);
    const fragment = fragments.get(name);
    const depth = fragment ? depthOf(fragment.selectionSet) : 0;
    depths.set(name, depth);
    return depth;
  };
  return depthOf;
}

/** How often a field of a selection is there already, inline fragments being part of it. */
function repetitions(set: SelectionSetNode, seen = new Set<string>()): number {
  let repeated = 0;
  for (const each of set.selections) {
    if (each.kind === Kind.INLINE_FRAGMENT) repeated += repetitions(each.selectionSet, seen);
    if (each.kind !== Kind.FIELD) continue;
    const name = (each.alias ?? each.name).value;
    if (seen.has(name)) repeated++;
    seen.add(name);
  }
  return repeated;
}

export function shapeOf(document: DocumentNode): Shape {
  const shape = { depth: 0, aliases: 0, directives: 0, rings: 0 };
  const depthOf = openDepth(document, () => shape.rings++);
  visit(document, {
    OperationDefinition({ selectionSet }) {
      shape.depth = Math.max(shape.depth, depthOf(selectionSet));
      shape.aliases += repetitions(selectionSet);
    },
    FragmentDefinition({ selectionSet }) {
      // Also where nothing spreads it.
      depthOf(selectionSet);
      shape.aliases += repetitions(selectionSet);
    },
    Field({ alias, selectionSet }) {
      if (alias) shape.aliases++;
      if (selectionSet) shape.aliases += repetitions(selectionSet);
    },
    Directive() {
      shape.directives++;
    },
  });
  return shape;
}
