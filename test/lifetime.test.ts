// How long a token has to live, read from itself: the clock of the machine that holds it has no say.

import { expect, test } from 'vitest';
import { lifetimeMs, renewalMs } from '../widget/src/feed/lifetime.ts';

const token = (claims: object): string =>
  ['e30', Buffer.from(JSON.stringify(claims)).toString('base64url'), 'signature'].join('.');
const ISSUED = 1_800_000_000;

test('a token lives from its issue to its expiry, whatever time it is here', () => {
  expect(lifetimeMs(token({ iat: ISSUED, exp: ISSUED + 900 }))).toBe(900_000);
  expect(lifetimeMs(token({ iat: ISSUED, exp: ISSUED + 900, text: '¿ÿ?>' }))).toBe(900_000);
});

test('a token that lay in a cache has what is left by the clock of its source', () => {
  expect(lifetimeMs(token({ iat: ISSUED, exp: ISSUED + 900 }), (ISSUED + 600) * 1_000)).toBe(300_000);
});

test.each(['opaque', '', 'a.b.c', token({}), token({ exp: ISSUED }), token({ iat: 'x', exp: 'y' })])(
  'of %j nothing is known',
  (opaque) => {
    expect(lifetimeMs(opaque)).toBeUndefined();
  },
);

test.each([
  [900_000, 675_000],
  [86_400_000, 64_800_000],
  [1_000, 5_000],
  [-5, 5_000],
  [1e12, 2_147_483_647],
])('of %i ms the renewal comes after %i ms', (life, renewal) => {
  expect(renewalMs(life)).toBe(renewal);
});
