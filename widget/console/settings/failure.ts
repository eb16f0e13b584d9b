import { CombinedGraphQLErrors } from '@apollo/client/errors';

/** What to tell the reader of a mutation that failed: the server's own words say what it expected. */
export const faultText = (error: unknown): string =>
  CombinedGraphQLErrors.is(error)
    ? (error.errors[0]?.message ?? 'It could not be done.')
    : 'The server does not answer. Try again in a moment.';
