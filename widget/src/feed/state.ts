// What a reader may see at any moment, and the only ways from one such state to the next. Pure.
import type { Refusal } from './refusal.js';
import type { Snapshot } from './snapshot.js';

/** Only a state that holds a snapshot can show numbers: a refusal takes them off the page by its type. */
export type State =
  | { readonly phase: 'loading' }
  | { readonly phase: 'live'; readonly snapshot: Snapshot }
  /** The reader stopped the numbers; `since` is when, in milliseconds of the client's clock, here as below. */
  | { readonly phase: 'paused'; readonly snapshot: Snapshot; readonly since: number }
  /** The last numbers known; `since` is when they stopped being live. */
  | { readonly phase: 'reconnecting'; readonly snapshot: Snapshot; readonly since: number }
  /** Reconnecting for longer than `STALE_AFTER_MS`: the numbers stay, clearly marked with their age. */
  | { readonly phase: 'stale'; readonly snapshot: Snapshot; readonly since: number }
  /** Final until the reader asks for something else; the numbers are off the page. */
  | { readonly phase: 'error'; readonly code: string; readonly message: string };

export const STALE_AFTER_MS = 60_000;

export const LOADING: State = { phase: 'loading' };

export const live = (snapshot: Snapshot): State => ({ phase: 'live', snapshot });

export const refused = ({ code, message }: Refusal): State => ({ phase: 'error', code, message });

/** Numbers stay on the page, marked; without numbers nothing changes. */
export const interrupted = (state: State, since: number): State =>
  state.phase === 'live' ? { phase: 'reconnecting', snapshot: state.snapshot, since } : state;

/** The interruption has lasted; its beginning stays the same. */
export const staled = (state: State): State =>
  state.phase === 'reconnecting' ? { ...state, phase: 'stale' } : state;

/** The numbers stand still as they are; without numbers there is nothing to stop. */
export const paused = (state: State, since: number): State =>
  'snapshot' in state && state.phase !== 'paused'
    ? { phase: 'paused', snapshot: state.snapshot, since }
    : state;

/** @param known the state that would be on the page, had nobody paused it */
export const resumed = (state: State, known: State): State => (state.phase === 'paused' ? known : state);

/** The numbers that this state shows, if any. */
export const snapshotIn = (state: State): Snapshot | undefined =>
  'snapshot' in state ? state.snapshot : undefined;
