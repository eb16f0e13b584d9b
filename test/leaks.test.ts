// The search of all the run's logs finds what it is there for, and nothing else.
import { generateKey } from '@campaign-analytics/server/accounts/keys.js';
import { SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { phone } from './harness/campaign.ts';
import { CANARY, leaksIn } from './harness/leaks.ts';

const line = (value: unknown): string =>
  `{"level":"info"}\n${JSON.stringify({ level: 'warn', reason: value })}\n{"level":"info"}\n`;

test.each<[what: string, value: () => unknown]>([
  ['a phone number', () => `Key (contact)=(${phone(7)}) exists`],
  ['a phone number', () => `${phone(599)} `],
  ['a phone number', () => ({ a: [phone(0)] })],
  ['a national phone number', () => '(202) 555-0142'],
  ['an API key', generateKey],
  ['an API key', () => `key=${generateKey()};`],
  ['a session', () => `campaign-analytics=${generateKey().replace('cak', 'cas')}`],
  ['a link', () => `/sign-in#code=${generateKey().replace('cak', 'cal')}`],
  [
    'a token',
    () => new SignJWT({ campaigns: ['a'] }).setProtectedHeader({ alg: 'HS256' }).sign(new Uint8Array(32)),
  ],
  ['a credential', () => 'Bearer x'],
  ['a planted word', () => `x${CANARY}x`],
])('%s is found', async (what, value) => {
  const found = leaksIn(line(await value()));
  expect(found).toContainEqual(expect.stringMatching(new RegExp(`^${what} in \\{"level":"warn"`)));
});

test.each([
  '2026-11-24T17:00:00+05:30',
  '0b5551d2-5550-4155-a012-202555012345',
  'expected a phone number in E.164 form, such as +14155550123'.replace('+14155550123', '…'),
  'authorization: expected "Bearer " and an API key or embed token',
  '127.0.0.1:41555 12025 1764000000000 0.2025550100',
])('%s is none of it', (text) => {
  expect(leaksIn(line(text))).toEqual([]);
});
