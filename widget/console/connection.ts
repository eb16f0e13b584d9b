// Whether the server answers, as the requests and the socket of the pages find it. Once lost, it is asked again and again
// whether it is back; then whatever is on the page is read anew.

export interface Connection {
  isLost(): boolean;
  subscribe(onChange: () => void): () => void;
}

export interface WatchedConnection extends Connection {
  /** A request or the socket found no server. */
  lose(): void;
  /** The server answered. */
  find(): void;
  close(): void;
}

export interface ConnectionOptions {
  /** Rejects or is false while there is no server. */
  ask(): Promise<boolean>;
  /** How long to wait before the next question. */
  waitMs(attempt: number): number;
  onReturn(): void;
}

export function openConnection({ ask, waitMs, onReturn }: ConnectionOptions): WatchedConnection {
  const readers = new Set<() => void>();
  let isLost = false;
  let isClosed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const set = (next: boolean): void => {
    if (isClosed || isLost === next) return;
    isLost = next;
    clearTimeout(timer);
    if (isLost) askLater(0);
    else onReturn();
    for (const reader of readers) reader();
  };
  const askLater = (attempt: number): void => {
    timer = setTimeout(async () => {
      const isBack = await ask().catch(() => false);
      if (isClosed || !isLost) return;
      if (isBack) set(false);
      else askLater(attempt + 1);
    }, waitMs(attempt));
  };

  return {
    isLost: () => isLost,
    subscribe(onChange) {
      readers.add(onChange);
      return () => readers.delete(onChange);
    },
    lose: () => set(true),
    find: () => set(false),
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
