// Awaiting an outcome, but not for ever.

import { setTimeout as delay } from 'node:timers/promises';

export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

/** A promise that is settled from outside. */
export function deferred<T>(): Deferred<T> {
  let resolve: Deferred<T>['resolve'] = () => undefined;
  let reject: Deferred<T>['reject'] = () => undefined;
  const promise = new Promise<T>((fulfil, refuse) => {
    resolve = fulfil;
    reject = refuse;
  });
  return { promise, resolve, reject };
}

/** The promise's own outcome, or an error that says what did not happen in time. */
export async function within<T>(
  promise: Promise<T>,
  what: string | (() => string),
  withinMs = 8_000,
): Promise<T> {
  const patience = new AbortController();
  const late = delay(withinMs, undefined, { signal: patience.signal }).then(() => {
    throw new Error(`Expected ${typeof what === 'string' ? what : what()} within ${withinMs} ms`);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    late.catch(() => undefined);
    patience.abort();
  }
}

/** Asks again and again until the answer is as expected, for what can only be asked. */
export async function eventually<T>(
  ask: () => Promise<T>,
  is: (answer: T) => boolean,
  withinMs = 8_000,
): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (is(answer)) return answer;
    if (performance.now() > end) throw new Error(`Expected another answer than ${JSON.stringify(answer)}`);
    await delay(20);
  }
}
