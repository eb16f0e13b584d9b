// What was opened, to be closed again: last in, first out, each once, whatever fails on the way.

export interface Releases {
  /** Keeps `release` for later. */
  add(release: () => unknown): void;
  /** Runs what was added, newest first. Settles when all have run; throws the first fault after the last has run. */
  close(): Promise<void>;
}

export function openReleases(): Releases {
  const stack: (() => unknown)[] = [];
  let closing: Promise<void> | undefined;

  async function empty(): Promise<void> {
    const faults: unknown[] = [];
    for (let release = stack.pop(); release; release = stack.pop())
      try {
        await release();
      } catch (error) {
        faults.push(error);
      }
    if (faults.length > 0) throw faults[0];
  }

  return {
    add: (release) => stack.push(release),
    close: () => {
      closing ??= empty();
      return closing;
    },
  };
}
