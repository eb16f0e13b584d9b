// What a reader may see at any moment, and the only ways from one such state to the next. Pure.
import type { Refusal } from './refusal.js';
import type { Snapshot } from './snapshot.js';

/** Only a state that holds a snapshot can show numbers: a refusal takes them off the page by its type. */
export type State =
  | { readonly phase: 'loading' }
  | { readonly phase: 'live'; readonly snapshot: Snapshot }
  /** The last numbers known; `since` is when they stopped being live, in milliseconds of the client's clock. */
  | { readonly phase: 'reconnecting'; readonly snapshot: Snapshot; readonly since: number }
  /** Final, until the reader asks for something else. */
  | { readonly phase: 'error'; readonly code: string; readonly message: string };

export const LOADING: State = { phase: 'loading' };

export const live = (snapshot: Snapshot): State => ({ phase: 'live', snapshot });

export const refused = ({ code, message }: Refusal): State => ({ phase: 'error', code, message });

/** Numbers stay on the page, marked; without numbers nothing changes. */
export const interrupted = (state: State, since: number): State =>
  state.phase === 'live' ? { phase: 'reconnecting', snapshot: state.snapshot, since } : state;

/** The numbers that this state shows, if any. */
export const snapshotIn = (state: State): Snapshot | undefined =>
  'snapshot' in state ? state.snapshot : undefined;
