// How a batch answers an item that it does not take.
import { expect } from 'vitest';

/** A rejection whose message names this field and what was expected. */
export const rejection = (index: number, code: string, field: string) => ({
  index,
  code,
  message: expect.stringMatching(new RegExp(`^${field}: expected `)) as string,
});
