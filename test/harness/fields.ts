// Every root field of the API as the schema has it, each with an operation that uses it: a field that is added later is
// tested like the others without anybody thinking of it.
import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isRequiredInputField,
} from 'graphql';
import { at, phone } from './campaign.ts';

export interface RootField {
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly name: string;
  /** Whether an id is among its arguments. */
  readonly hasId: boolean;
  /** The whole operation, with this id wherever one is taken. */
  operation(id: string): string;
}

const schema = buildSchema(readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8'));

const SAMPLES: Readonly<Record<string, unknown>> = {
  Boolean: true,
  DateTime: at(0),
  Int: 60,
  PhoneNumber: phone(0),
  String: 'text',
};
/** Texts that have to be of some form. */
const NAMED_SAMPLES: Readonly<Record<string, unknown>> = { country: 'DE', phones: phone(0), csv: phone(0) };
/** Not required by its type, but by its meaning. */
const NEEDED = new Set(['segments']);

const isId = (type: GraphQLInputType): boolean => getNamedType(type).name === 'ID';

function sample(type: GraphQLInputType, id: string, name: string): string {
  if (isNonNullType(type)) return sample(type.ofType, id, name);
  if (isListType(type)) return `[${sample(type.ofType, id, name)}]`;
  if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
  if (isInputObjectType(type)) return `{${samples(Object.values(type.getFields()), id)}}`;
  const value = type.name === 'ID' ? id : (NAMED_SAMPLES[name] ?? SAMPLES[type.name]);
  if (value === undefined) throw new Error(`Expected a sample of ${type.name}, got none`);
  return JSON.stringify(value);
}

const samples = (fields: readonly (GraphQLInputField | GraphQLArgument)[], id: string): string =>
  fields
    .filter((field) => isRequiredInputField(field) || isId(field.type) || NEEDED.has(field.name))
    .map((field) => `${field.name}: ${sample(field.type, id, field.name)}`)
    .join(', ');

const takesId = (type: GraphQLInputType): boolean => {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return named.name === 'ID';
  return Object.values(named.getFields()).some((field) => takesId(field.type));
};

/** All of them, queries first. */
export const ROOT_FIELDS: readonly RootField[] = (
  [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ] as const
).flatMap(([kind, type]) =>
  Object.values(type?.getFields() ?? {}).map((field) => ({
    kind,
    name: field.name,
    hasId: field.args.some((arg) => takesId(arg.type)),
    operation(id: string) {
      const args = samples(field.args, id);
      const selection = isLeafType(getNamedType(field.type)) ? '' : ' { __typename }';
      return `${kind} { ${field.name}${args && `(${args})`}${selection} }`;
    },
  })),
);
