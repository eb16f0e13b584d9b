// Many asks in, few look-ups out: what is asked while one is under way, or soon after it began, is answered by the next.

import { setTimeout as delay } from 'node:timers/promises';

/** Settles with the answer of a look-up that began after the call; rejects with that look-up's fault. */
export type Ask<Key, Answer> = (key: Key) => Promise<Answer>;

/** Nobody's many asks make a look-up too large for the others that share it. */
const MOST_TOGETHER = 500;

interface Asked<Key, Answer> {
  readonly key: Key;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * @param look - answers all these keys at once.
 * @param everyMs - from the beginning of one look-up to that of the next; the first after a pause begins at once.
 */
export function gather<Key, Answer>(
  look: (keys: readonly Key[]) => Promise<Answer>,
  everyMs: number,
): Ask<Key, Answer> {
  const waiting: Asked<Key, Answer>[] = [];
  let isBusy = false;
  /** On performance.now()'s clock. */
  let notBeforeMs = 0;

  async function answer(those: readonly Asked<Key, Answer>[]): Promise<void> {
    try {
      const found = await look(those.map(({ key }) => key));
      for (const { resolve } of those) resolve(found);
    } catch (error) {
      for (const { reject } of those) reject(error);
    }
  }

  async function run(): Promise<void> {
    isBusy = true;
    while (waiting.length > 0) {
      // At least one turn of the event loop, which gathers those that arrived together.
      await delay(Math.max(0, notBeforeMs - performance.now()));
      const those = waiting.splice(0, MOST_TOGETHER);
      notBeforeMs = performance.now() + everyMs;
      await answer(those);
    }
    isBusy = false;
  }

  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      if (!isBusy) void run();
    });
}
