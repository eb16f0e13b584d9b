// Holds the token of one endpoint and source for all readers that have both in common: runs the machine of `token.ts`
// against the real clock, network and page. Promised: nothing remains after the last reader has left.
import { backoffMs } from './backoff.js';
import { renewalMs } from './lifetime.js';
import type { Refusal } from './refusal.js';
import { beginToken, stepToken, type TokenEvent, type TokenStep } from './token.js';
import { requestToken, sourceKey, type TokenSource } from './token-source.js';
import { onWake } from './wake.js';

/** Told of every token in turn, the one in hand at once; after a refusal of nothing more. */
export interface TokenReader {
  offer(token: string): void;
  refuse(refusal: Refusal): void;
}

export interface Holder {
  /** @returns what stops following */
  follow(reader: TokenReader): () => void;
  /** What the server said of a token. */
  tell(event: TokenEvent): void;
}

interface OpenHolder extends Holder {
  close(): void;
}

interface Shared {
  readonly endpoint: string;
  readonly key: unknown;
  readonly holder: OpenHolder;
  readers: number;
}

/** Longer than this, no source is waited for. */
const ANSWER_WAIT_MS = 10_000;

const holders = new Set<Shared>();

/** A reader's hold on the holder of this endpoint and source. `leave` it once. */
export function shareHolder(
  endpoint: string,
  source: TokenSource,
): { readonly holder: Holder; leave(): void } {
  const key = sourceKey(source);
  const isIt = (each: Shared): boolean => each.endpoint === endpoint && each.key === key;
  const shared: Shared = [...holders].find(isIt) ?? {
    endpoint,
    key,
    // Once refused it is not shared any more: who asks anew gets a new one.
    holder: openHolder(source, () => holders.delete(shared)),
    readers: 0,
  };
  holders.add(shared);
  shared.readers++;
  return {
    holder: shared.holder,
    leave() {
      if (--shared.readers > 0) return;
      shared.holder.close();
      holders.delete(shared);
    },
  };
}

function openHolder(source: TokenSource, onRefused: () => void): OpenHolder {
  const readers = new Set<TokenReader>();
  let step: TokenStep = beginToken('token' in source ? source.token : undefined);
  let refusal: Refusal | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let dueMs = Number.POSITIVE_INFINITY;
  let request: AbortController | undefined;

  const rest = (): void => {
    clearTimeout(timer);
    dueMs = Number.POSITIVE_INFINITY;
    request?.abort();
    request = undefined;
  };
  const wait = (ms: number): void => {
    clearTimeout(timer);
    dueMs = performance.now() + ms;
    timer = setTimeout(() => tell({ type: 'due' }), ms);
  };

  const ask = (): void => {
    if ('token' in source) return;
    const own = new AbortController();
    const settle = (event: TokenEvent): void => {
      if (request !== own) return;
      rest();
      tell(event);
    };
    request = own;
    timer = setTimeout(() => settle({ type: 'failed' }), ANSWER_WAIT_MS);
    requestToken(source, own.signal).then(settle, (error: unknown) => {
      if (request !== own) return;
      // A fault in the host's own function would otherwise be seen by nobody.
      console.warn('campaign-analytics: no token yet,', error);
      settle({ type: 'failed' });
    });
  };

  const act = (): void => {
    for (const effect of step.effects)
      switch (effect.do) {
        case 'ask':
          rest();
          ask();
          break;
        case 'retry':
          wait(backoffMs(effect.attempt, Math.random()));
          break;
        case 'renew':
          wait(renewalMs(effect.lifetimeMs));
          break;
        case 'offer':
          for (const reader of [...readers]) reader.offer(effect.token);
          break;
        case 'refuse':
          rest();
          refusal = effect.refusal;
          onRefused();
          for (const reader of [...readers]) reader.refuse(effect.refusal);
      }
  };

  const tell = (event: TokenEvent): void => {
    step = stepToken(step.state, event);
    act();
  };

  const stopWaking = onWake(() => tell({ type: performance.now() >= dueMs ? 'due' : 'woken' }));
  act();
  return {
    tell,
    follow(reader) {
      readers.add(reader);
      if (refusal) reader.refuse(refusal);
      else if ('token' in step.state) reader.offer(step.state.token);
      return () => readers.delete(reader);
    },
    close() {
      stopWaking();
      rest();
    },
  };
}
