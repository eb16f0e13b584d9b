// Random operations on the API, drawn from its schema: every root field and argument, every field below, aliases, fragments
// named and inline, variables and literals. What is added to the schema later is attempted without anybody thinking of it.
import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type GraphQLArgument,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredInputField,
} from 'graphql';

export type Dice = (sides: number) => number;
export type Kind = 'query' | 'mutation' | 'subscription';

export interface Attempt {
  readonly kind: Kind;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Its root fields, by name. */
  readonly fields: readonly string[];
}

/** What an attempt puts where a value is taken, by input and field (`Input.field`), by name, or by type: somebody's ids, numbers and the like. */
export type Values = Readonly<Record<string, readonly unknown[]>>;

const schema = buildSchema(readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8'));
const ROOTS: readonly (readonly [Kind, GraphQLObjectType])[] = (
  [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ] as const
).flatMap(([kind, type]) => (type ? [[kind, type] as const] : []));

/** Every root field and every argument there is, as `kind field(argument)`. */
export const PLACES: readonly string[] = ROOTS.flatMap(([kind, type]) =>
  Object.values(type.getFields()).flatMap(({ name, args }) => [
    `${kind} ${name}`,
    ...args.map((arg) => `${kind} ${name}(${arg.name})`),
  ]),
);

const DEEPEST = 4;

class Writer {
  readonly variables: Record<string, unknown> = {};
  readonly definitions: string[] = [];
  readonly fragments: string[] = [];
  readonly places = new Set<string>();

  constructor(
    private readonly roll: Dice,
    private readonly values: Values,
  ) {}

  private pick<T>(from: readonly T[]): T {
    return from[this.roll(from.length)] as T;
  }

  /** A value for an argument, as it would stand in variables. */
  private value(type: GraphQLInputType, name: string): unknown {
    if (isNonNullType(type)) return this.value(type.ofType, name);
    if (isListType(type))
      return Array.from({ length: 1 + this.roll(3) }, () => this.value(type.ofType, name));
    if (isEnumType(type)) return this.pick(type.getValues()).name;
    if (isInputObjectType(type)) return this.object(type);
    const values = this.values[name] ?? this.values[type.name];
    if (!values) throw new Error(`Expected values of ${type.name}, got none`);
    return this.pick(values);
  }

  /** An id is always given: one that the server makes stands at random among equals, wherever a list is sorted by something else. */
  private object(type: GraphQLInputObjectType): Record<string, unknown> {
    const given = Object.values(type.getFields()).filter(
      (field) => isRequiredInputField(field) || field.name === 'id' || this.roll(2) === 0,
    );
    const own = (field: string): string => `${type.name}.${field}`;
    return Object.fromEntries(
      given.map(({ name, type: of }) => [name, this.value(of, own(name) in this.values ? own(name) : name)]),
    );
  }

  private literal(type: GraphQLInputType, value: unknown): string {
    if (isNonNullType(type)) return this.literal(type.ofType, value);
    if (value === null) return 'null';
    if (isListType(type))
      return `[${(value as unknown[]).map((each) => this.literal(type.ofType, each)).join(', ')}]`;
    if (isEnumType(type)) return String(value);
    if (!isInputObjectType(type)) return JSON.stringify(value);
    const fields = Object.entries(value as object).map(
      ([name, each]) => `${name}: ${this.literal(type.getFields()[name]?.type as GraphQLInputType, each)}`,
    );
    return `{${fields.join(', ')}}`;
  }

  private argument(arg: GraphQLArgument): string {
    const value = this.value(arg.type, arg.name);
    if (this.roll(2) === 0) return `${arg.name}: ${this.literal(arg.type, value)}`;
    const variable = `v${this.definitions.length}`;
    this.definitions.push(`$${variable}: ${arg.type}`);
    this.variables[variable] = value;
    return `${arg.name}: $${variable}`;
  }

  private selection(type: GraphQLOutputType, depth: number): string {
    const named = getNamedType(type);
    if (!isObjectType(named)) return '';
    const fields = Object.values(named.getFields()).filter(
      (field) => depth < DEEPEST || !isObjectType(getNamedType(field.type)),
    );
    const chosen = fields.filter(() => this.roll(3) > 0);
    const parts = ['__typename', ...chosen.map((field) => this.field(field, depth + 1))];
    const inner = parts.join(' ');
    if (this.roll(4) === 0) return ` { ... on ${named.name} { ${inner} } ${this.alias(named)} }`;
    if (this.roll(4) > 0) return ` { ${inner} }`;
    const fragment = `f${this.fragments.length}`;
    // Kept its place before what is inside takes the next.
    this.fragments.push(`fragment ${fragment} on ${named.name} { ${inner} }`);
    return ` { ...${fragment} }`;
  }

  private alias(type: GraphQLObjectType): string {
    return `a${this.roll(1_000)}: __typename @include(if: ${this.roll(2) === 0}) ... on ${type.name} { __typename }`;
  }

  private field(
    { name, type, args }: { name: string; type: GraphQLOutputType; args: readonly GraphQLArgument[] },
    depth: number,
  ): string {
    const given = args.filter((arg) => isNonNullType(arg.type) || this.roll(2) === 0);
    const list = given.map((arg) => this.argument(arg)).join(', ');
    return `${name}${list && `(${list})`}${this.selection(type, depth)}`;
  }

  root(type: GraphQLObjectType, alias: string): string {
    const field = this.pick(Object.values(type.getFields()));
    this.places.add(field.name);
    return `${alias}: ${this.field(field, 1)}`;
  }
}

/** Draws an attempt: the same one from the same dice, whatever the values, as long as there are as many of them. */
export function drawAttempt(roll: Dice, values: Values): Attempt {
  // Most places are arguments of mutations.
  const [kind, type] = ROOTS[[0, 0, 1, 1, 1, 2][roll(6)] ?? 0] as (typeof ROOTS)[number];
  const writer = new Writer(roll, values);
  const count = kind === 'subscription' ? 1 : 1 + roll(3);
  const roots = Array.from({ length: count }, (_, index) => writer.root(type, `r${index}`));
  const list = writer.definitions.join(', ');
  const operation = `${kind} ${list && `(${list})`} { ${roots.join(' ')} }`;
  return {
    kind,
    query: [operation, ...writer.fragments].join('\n'),
    variables: writer.variables,
    fields: [...writer.places],
  };
}
