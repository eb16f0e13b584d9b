// Snapshots of one campaign come in from a source, states go out. Promised: trouble is retried for ever, a refusal ends
// it, a pause holds the numbers still but hides no refusal, and after close() nothing is reported and no timer, listener
// or subscription remains.
import { backoffMs } from './backoff.js';
import { type Refusal, refusalIn } from './refusal.js';
import type { Snapshot } from './snapshot.js';
import {
  interrupted,
  LOADING,
  live,
  paused,
  refused,
  resumed,
  STALE_AFTER_MS,
  type State,
  staled,
} from './state.js';
import { onWake } from './wake.js';

/** Where one subscription delivers: any number of snapshots, then at most one end. */
export interface Sink {
  next(snapshot: Snapshot): void;
  /** `reason` is what `refusalIn` reads. */
  end(reason?: unknown): void;
  /** The end for good. */
  refuse(refusal: Refusal): void;
}

/** Subscribes once and returns what unsubscribes, which may be called twice and after the end. */
export type Source = (sink: Sink) => () => void;

export interface Feed {
  /** Holds the numbers as they are, or as they first come; what comes later is kept for `resume()`. */
  pause(): void;
  /** Shows at once what is known by now. */
  resume(): void;
  close(): void;
}

/** Begins as `loading`, which is not reported; then reports each state that differs from the one before. */
export function openFeed(source: Source, report: (state: State) => void): Feed {
  let known = LOADING;
  let shown = LOADING;
  let isPaused = false;
  let attempt = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let ageing: ReturnType<typeof setTimeout> | undefined;
  let unsubscribe = (): void => {};

  const show = (next: State): void => {
    if (next === shown) return;
    shown = next;
    report(next);
  };

  const move = (next: State): void => {
    if (next === known) return;
    known = next;
    if (next.phase !== 'stale') clearTimeout(ageing);
    if (next.phase === 'reconnecting') ageing = setTimeout(() => move(staled(known)), STALE_AFTER_MS);
    if (!isPaused || next.phase === 'error') show(next);
    else if (shown.phase !== 'paused') show(paused(next, Date.now()));
  };

  const subscribe = (): void => {
    let isOver = false;
    let leave = (): void => {};
    retry = undefined;
    unsubscribe = () => {
      isOver = true;
      leave();
    };
    const refuse = (refusal: Refusal): void => {
      if (isOver) return;
      unsubscribe();
      move(refused(refusal));
    };
    leave = source({
      next(snapshot) {
        if (isOver) return;
        attempt = 0;
        move(live(snapshot));
      },
      end(reason) {
        const refusal = refusalIn(reason);
        if (refusal) return refuse(refusal);
        if (isOver) return;
        unsubscribe();
        retry = setTimeout(subscribe, backoffMs(attempt++, Math.random()));
        move(interrupted(known, Date.now()));
      },
      refuse,
    });
    // A source may have ended before it returned.
    if (isOver) leave();
  };

  // Back from a dead zone, nobody should sit out the rest of a long wait.
  const stopWaking = onWake(() => {
    if (retry === undefined) return;
    clearTimeout(retry);
    subscribe();
  });

  subscribe();
  return {
    pause() {
      isPaused = true;
      show(paused(shown, Date.now()));
    },
    resume() {
      isPaused = false;
      show(resumed(shown, known));
    },
    close() {
      stopWaking();
      clearTimeout(retry);
      clearTimeout(ageing);
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
    pause() {
      old?.pause();
      feed.pause();
    },
    resume() {
      old?.resume();
      feed.resume();
    },
    close() {
      old?.close();
      feed.close();
    },
  };
}
