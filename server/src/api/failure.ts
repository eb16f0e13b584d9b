// Any error in, what a client may see of it out: a code of the one list, a message without anything of the input.
import { GraphQLError, type GraphQLFormattedError, Kind } from 'graphql';
import { asUnavailable } from '../db/transaction.js';
import { AppError, describeFault, ERROR_CODES, type LogLevel } from '../errors.js';
import type { Log } from '../log.js';

/** Faults of the request itself keep the codes that GraphQL clients know. */
const REQUEST_CODES = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_REQUEST',
  'BAD_USER_INPUT',
]);

// graphql-js repeats the faulty value in its messages. Each row cuts one of its sentences down to what was expected.
const REPEATING: readonly (readonly [RegExp, string])[] = [
  [/^((?:String|ID|Int|Float|Boolean) cannot represent [\w\s-]*?value)\b[\s\S]*$/, '$1'],
  [/^Enum "(\w+)" cannot represent[\s\S]*$/, 'Expected a value of enum "$1"'],
  [/^Value [\s\S]* does not exist in "(\w+)" enum[\s\S]*$/, 'Expected a value of enum "$1"'],
  [/^Field [\s\S]* is not defined by type "(\w+)"[\s\S]*$/, 'Expected only fields of type "$1"'],
  [/^Expected value of type "([\w[\]!]+)", found [\s\S]*$/, 'Expected value of type "$1"'],
  [/^Unknown operation named [\s\S]*$/, 'operationName: expected an operation of the document'],
  [/^(Syntax Error: [\s\S]*?\b(?:Name|String|BlockString|Int|Float)) "[\s\S]*$/, '$1'],
  [/^(Syntax Error: (?:Invalid|Unterminated|Unexpected) [a-z ]+?)[,:.][\s\S]*$/, '$1'],
];

/** A message of graphql-js without the value that it complains of. */
export function discreet(message: string): string {
  for (const [pattern, replacement] of REPEATING)
    if (pattern.test(message)) return message.replace(pattern, replacement);
  return message;
}

/** The message of a request's fault: for a variable, its path and what was expected there. */
function requestMessage(error: GraphQLError): string {
  const inner = error.originalError;
  const place = /^Variable "(\$\w+)" got invalid value/.exec(error.message)?.[1];
  if (!place || !(inner instanceof GraphQLError)) return discreet(error.message);
  const outer = error.message.slice(0, -inner.message.length - 2);
  const path = / at "\w+((?:\.\w+|\[\d+\])*)"$/.exec(outer)?.[1] ?? '';
  return `${place}${path}: ${discreet(inner.message)}`;
}

function appErrorOf(error: unknown): AppError | undefined {
  if (error instanceof GraphQLError) return error.originalError ? appErrorOf(error.originalError) : undefined;
  const fault = asUnavailable(error);
  return fault instanceof AppError ? fault : undefined;
}

/** Whether it is the request that is at fault: graphql-js made the error, and nothing of ours threw it. */
const isRequestFault = (error: unknown): error is GraphQLError =>
  error instanceof GraphQLError && (!error.originalError || isRequestFault(error.originalError));

/** The field that failed, by its name in the schema: an alias in the path has what a client wrote. */
const fieldOf = (error: unknown): string | undefined => {
  const node = error instanceof GraphQLError && error.path ? error.nodes?.[0] : undefined;
  return node?.kind === Kind.FIELD ? node.name.value : undefined;
};

/** What was thrown, where GraphQL's error only says where. */
const faultOf = (error: unknown): unknown =>
  error instanceof GraphQLError && error.originalError ? error.originalError : error;

/** Errors that this process has answered, by code. */
const answered = new Map<string, number>(ERROR_CODES.map((code) => [code, 0]));
export const answeredErrors: ReadonlyMap<string, number> = answered;

/** Formats, counts and logs an error. Does not throw, whatever it is given. */
export function formatFailure(error: unknown, log: Log): GraphQLFormattedError {
  const known = appErrorOf(error);
  const places = error instanceof GraphQLError ? error.toJSON() : undefined;
  const formatted = (message: string, code: string, level: LogLevel): GraphQLFormattedError => {
    answered.set(code, (answered.get(code) ?? 0) + 1);
    log[level](
      { code, field: fieldOf(error), ...(level === 'error' && { fault: describeFault(faultOf(error)) }) },
      'answered an error',
    );
    return {
      message,
      ...(places?.locations && { locations: places.locations }),
      ...(places?.path && { path: places.path }),
      extensions: { code },
    };
  };
  if (known) return formatted(known.message, known.code, known.logLevel);
  if (isRequestFault(error)) {
    const code = String(error.extensions.code ?? '');
    const given = error.message.startsWith('Syntax Error') ? 'GRAPHQL_PARSE_FAILED' : code;
    return formatted(requestMessage(error), REQUEST_CODES.has(given) ? given : 'BAD_USER_INPUT', 'debug');
  }
  return formatted('Internal error', 'INTERNAL', 'error');
}
