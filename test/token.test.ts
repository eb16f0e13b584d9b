// The life of an embed token on the page, told by a table of every state and every event.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  beginToken,
  stepToken,
  type TokenEffect,
  type TokenEvent,
  type TokenState,
} from '../widget/src/feed/token.ts';

type Phase = TokenState['phase'];
type Type = TokenEvent['type'];
type State<P extends Phase> = Extract<TokenState, { phase: P }>;
type Event<T extends Type> = Extract<TokenEvent, { type: T }>;
/** What comes of it; 'stays' is the same state and nothing to do. */
type Outcome = 'stays' | readonly [TokenState, ...TokenEffect[]];

const REFUSAL = { code: 'TOKEN_REVOKED', message: 'no' };
const EXPIRY = { code: 'TOKEN_EXPIRED', message: 'over' };

const STATES: { readonly [P in Phase]: State<P> } = {
  fixed: { phase: 'fixed', token: 'A' },
  asking: { phase: 'asking', attempt: 3 },
  waiting: { phase: 'waiting', attempt: 3 },
  held: { phase: 'held', token: 'A', attempt: 0 },
  renewing: { phase: 'renewing', token: 'A', attempt: 3 },
  retrying: { phase: 'retrying', token: 'A', attempt: 3 },
  refused: { phase: 'refused' },
};

/** About the token in hand, where they are about one. */
const EVENTS: { readonly [T in Type]: Event<T> } = {
  given: { type: 'given', token: 'B', lifetimeMs: 900_000 },
  failed: { type: 'failed' },
  denied: { type: 'denied', refusal: REFUSAL },
  due: { type: 'due' },
  woken: { type: 'woken' },
  accepted: { type: 'accepted', token: 'A' },
  expired: { type: 'expired', token: 'A', refusal: EXPIRY },
  rejected: { type: 'rejected', token: 'A', refusal: REFUSAL },
};

const isOver = (refusal = REFUSAL): Outcome => [{ phase: 'refused' }, { do: 'refuse', refusal }];
const takesIt: Outcome = [
  { phase: 'held', token: 'B', attempt: 4 },
  { do: 'renew', lifetimeMs: 900_000 },
  { do: 'offer', token: 'B' },
];

const TABLE: { readonly [P in Phase]: { readonly [T in Type]: Outcome } } = {
  fixed: {
    given: 'stays',
    failed: 'stays',
    denied: 'stays',
    due: 'stays',
    woken: 'stays',
    accepted: 'stays',
    expired: isOver(EXPIRY),
    rejected: isOver(),
  },
  asking: {
    given: takesIt,
    failed: [
      { phase: 'waiting', attempt: 4 },
      { do: 'retry', attempt: 3 },
    ],
    denied: isOver(),
    due: 'stays',
    woken: 'stays',
    accepted: 'stays',
    expired: 'stays',
    rejected: 'stays',
  },
  waiting: {
    given: 'stays',
    failed: 'stays',
    denied: 'stays',
    due: [{ phase: 'asking', attempt: 3 }, { do: 'ask' }],
    woken: [{ phase: 'asking', attempt: 3 }, { do: 'ask' }],
    accepted: 'stays',
    expired: 'stays',
    rejected: 'stays',
  },
  held: {
    given: 'stays',
    failed: 'stays',
    denied: 'stays',
    due: [{ phase: 'renewing', token: 'A', attempt: 0 }, { do: 'ask' }],
    woken: 'stays',
    accepted: [{ phase: 'held', token: 'A', attempt: 0 }],
    expired: [{ phase: 'asking', attempt: 0 }, { do: 'ask' }],
    rejected: isOver(),
  },
  renewing: {
    given: takesIt,
    failed: [
      { phase: 'retrying', token: 'A', attempt: 4 },
      { do: 'retry', attempt: 3 },
    ],
    denied: isOver(),
    due: 'stays',
    woken: 'stays',
    accepted: 'stays',
    expired: [{ phase: 'asking', attempt: 3 }],
    rejected: isOver(),
  },
  retrying: {
    given: 'stays',
    failed: 'stays',
    denied: 'stays',
    due: [{ phase: 'renewing', token: 'A', attempt: 3 }, { do: 'ask' }],
    woken: [{ phase: 'renewing', token: 'A', attempt: 3 }, { do: 'ask' }],
    accepted: 'stays',
    expired: [{ phase: 'waiting', attempt: 3 }],
    rejected: isOver(),
  },
  refused: {
    given: 'stays',
    failed: 'stays',
    denied: 'stays',
    due: 'stays',
    woken: 'stays',
    accepted: 'stays',
    expired: 'stays',
    rejected: 'stays',
  },
};

const phases = Object.keys(TABLE) as Phase[];
const types = Object.keys(EVENTS) as Type[];

describe.each(phases)('a token %s', (phase) => {
  test.each(types)('and then %s', (type) => {
    const { state, effects } = stepToken(STATES[phase], EVENTS[type]);
    const outcome = TABLE[phase][type];
    const [next, ...rest] = outcome === 'stays' ? [STATES[phase]] : outcome;
    expect({ state, effects }).toEqual({ state: next, effects: rest });
  });

  test('does not care what the server says of another token', () => {
    for (const type of ['accepted', 'expired', 'rejected'] as const)
      expect(stepToken(STATES[phase], { ...EVENTS[type], token: 'old' })).toEqual({
        state: STATES[phase],
        effects: [],
      });
  });
});

test('it begins with the token of the attribute, or by asking', () => {
  expect(beginToken('A')).toEqual({ state: STATES.fixed, effects: [{ do: 'offer', token: 'A' }] });
  expect(beginToken()).toEqual({ state: { phase: 'asking', attempt: 0 }, effects: [{ do: 'ask' }] });
});

test('a source that gives what has expired already is asked ever more slowly, and at once again after success', () => {
  const { state: held } = stepToken({ phase: 'asking', attempt: 0 }, { ...EVENTS.given, token: 'A' });
  const over = stepToken(held, EVENTS.expired);
  expect(over).toEqual({ state: { phase: 'waiting', attempt: 1 }, effects: [{ do: 'retry', attempt: 1 }] });
  const accepted = stepToken(held, EVENTS.accepted);
  expect(stepToken(accepted.state, EVENTS.expired)).toEqual({
    state: { phase: 'asking', attempt: 0 },
    effects: [{ do: 'ask' }],
  });
});

test('the same token again is renewed later, but not offered again; one that does not say its life is not renewed', () => {
  expect(stepToken(STATES.renewing, { type: 'given', token: 'A', lifetimeMs: 60_000 }).effects).toEqual([
    { do: 'renew', lifetimeMs: 60_000 },
  ]);
  expect(stepToken(STATES.asking, { type: 'given', token: 'A', lifetimeMs: undefined }).effects).toEqual([
    { do: 'offer', token: 'A' },
  ]);
});

test('whatever happens in whatever order, no second request begins before the first is answered, and nothing after a refusal', () => {
  const event = fc.constantFrom(...types).map((type): TokenEvent => EVENTS[type]);
  const about = fc
    .tuple(event, fc.constantFrom('A', 'B'))
    .map(([each, token]): TokenEvent => ('token' in each ? { ...each, token } : each));
  fc.assert(
    fc.property(fc.array(about, { maxLength: 60 }), (events) => {
      let { state } = beginToken();
      let isAsked = true;
      for (const each of events) {
        const isAnswer = ['given', 'failed', 'denied'].includes(each.type);
        if (isAnswer && !isAsked) continue;
        if (isAnswer) isAsked = false;
        const wasRefused = state.phase === 'refused';
        const step = stepToken(state, each);
        if (wasRefused) expect(step.effects).toEqual([]);
        for (const effect of step.effects) {
          if (effect.do !== 'ask') continue;
          expect(isAsked).toBe(false);
          isAsked = true;
        }
        state = step.state;
        if (state.phase === 'refused') isAsked = false;
        else expect(isAsked).toBe(state.phase === 'asking' || state.phase === 'renewing');
      }
    }),
    { numRuns: 500 },
  );
});
