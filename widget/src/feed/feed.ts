// Snapshots of one campaign come in from a source, states go out. Promised: trouble is retried for ever, a refusal ends
// it, and after close() nothing is reported and no timer, listener or subscription remains.
import { backoffMs } from './backoff.js';
import { refusalIn } from './refusal.js';
import type { Snapshot } from './snapshot.js';
import { interrupted, LOADING, live, refused, type State } from './state.js';

/** Where one subscription delivers: any number of snapshots, then at most one end. */
export interface Sink {
  next(snapshot: Snapshot): void;
  /** `reason` is what `refusalIn` reads. */
  end(reason?: unknown): void;
}

/** Subscribes once and returns what unsubscribes, which may be called twice and after the end. */
export type Source = (sink: Sink) => () => void;

export interface Feed {
  close(): void;
}

/** Begins as `loading`, which is not reported; then reports each state that differs from the one before. */
export function openFeed(source: Source, report: (state: State) => void): Feed {
  let state = LOADING;
  let attempt = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let unsubscribe = (): void => {};

  const move = (next: State): void => {
    if (next === state) return;
    state = next;
    report(next);
  };

  const subscribe = (): void => {
    let isOver = false;
    let leave = (): void => {};
    retry = undefined;
    unsubscribe = () => {
      isOver = true;
      leave();
    };
    leave = source({
      next(snapshot) {
        if (isOver) return;
        attempt = 0;
        move(live(snapshot));
      },
      end(reason) {
        if (isOver) return;
        unsubscribe();
        const refusal = refusalIn(reason);
        if (!refusal) retry = setTimeout(subscribe, backoffMs(attempt++, Math.random()));
        move(refusal ? refused(refusal) : interrupted(state, Date.now()));
      },
    });
  };

  // Back from a dead zone, nobody should sit out the rest of a long wait.
  const hurry = (): void => {
    if (retry === undefined) return;
    clearTimeout(retry);
    subscribe();
  };

  addEventListener('online', hurry);
  subscribe();
  return {
    close() {
      removeEventListener('online', hurry);
      clearTimeout(retry);
      retry = undefined;
      unsubscribe();
    },
  };
}

/** Opens a feed that takes over from another: the old one goes on reporting until the new one has something to say. */
export function succeedFeed(old: Feed | undefined, source: Source, report: (state: State) => void): Feed {
  const feed = openFeed(source, (state) => {
    old?.close();
    report(state);
  });
  return {
    close() {
      old?.close();
      feed.close();
    },
  };
}
