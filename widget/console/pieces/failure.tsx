// What went wrong, in words that say what to do next.
import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';
import { Notice } from './notice.js';
import './failure.css';

/** The scope that a credential lacked, or null where the error is another. */
export function lackedScope(error: unknown): string | null {
  const first = CombinedGraphQLErrors.is(error) ? error.errors[0] : undefined;
  if (first?.extensions?.code !== 'FORBIDDEN') return null;
  return first.message.match(/\b(READ|RECORD|ADMIN)\b/)?.[1] ?? 'for it';
}

/** What the API says, as a person reads it: "phones: expected a number" is "Expected a number." */
export function sentence(message: string): string {
  const text = message.replace(/^\w+: /, '');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** A sentence or two about why something could not be done. */
export function failureText(error: unknown): string {
  const scope = lackedScope(error);
  if (scope) return `You are signed in without the scope ${scope}. Sign in with a key that has it.`;
  if (CombinedGraphQLErrors.is(error)) {
    const [first] = error.errors;
    const code = first?.extensions?.code;
    if (code === 'RATE_LIMITED' || code === 'OVERLOADED' || code === 'UNAVAILABLE')
      return 'The server is busy right now. Nothing was done; try again in a moment.';
    if (code === 'TOO_MANY_JOBS')
      return 'Many exports and imports are under way. Try again when one of them has ended.';
    if (code === 'INTERNAL') return 'Something went wrong on the server. Its log has the details.';
    if (first) return sentence(first.message);
  }
  if (ServerError.is(error) && error.statusCode === 413) return 'This is more than the server takes at once.';
  // What fetch says of a server out of reach.
  if (ServerError.is(error) || error instanceof TypeError)
    return 'The server does not answer. Try again in a moment.';
  return error instanceof Error ? sentence(error.message) : 'It could not be done. Try again.';
}

export interface FailureProps {
  /** "The exports could not be read" */
  readonly title: string;
  readonly error: unknown;
  onRetry(): void;
}

/** In the place of what could not be read. */
export const Failure = ({ title, error, onRetry }: FailureProps) =>
  lackedScope(error) ? (
    <Notice title={title}>{failureText(error)}</Notice>
  ) : (
    <Notice title={title} onRetry={onRetry}>
      {failureText(error)}
    </Notice>
  );
