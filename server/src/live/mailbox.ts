// A reader's mailbox: the newest snapshot of each campaign it watches, and no more. While it does not take them it holds one a
// campaign; older ones are gone, and nobody else waits for it. The hub's readers are broadcasts, each with readers of its own.

export interface Snapshot {
  readonly campaignId: string;
  readonly revision: number;
  /** When what makes it newer was recorded, where that is known. */
  readonly updatedAt?: Date;
}

export class Mailbox<S extends Snapshot> implements AsyncIterableIterator<S> {
  private readonly newest = new Map<string, S>();
  /** The highest revision ever put in, so that what is read out never falls. */
  private readonly revisions = new Map<string, number>();
  private wake: (() => void) | undefined;
  private end: { readonly error?: unknown } | undefined;

  /** A campaign that it watched is gone, and would not be seen here if there were one of its id again. */
  hasLost = false;

  /** @param onClose - called once, when the reader leaves or the mailbox is ended. */
  constructor(private readonly onClose: () => void) {}

  /** Puts a snapshot in, in the place of an older one of its campaign; one that is not newer is left aside. */
  put(snapshot: S): void {
    if (this.end || snapshot.revision <= (this.revisions.get(snapshot.campaignId) ?? -1)) return;
    this.revisions.set(snapshot.campaignId, snapshot.revision);
    this.newest.set(snapshot.campaignId, snapshot);
    this.wake?.();
  }

  /** Ends the reader's iteration after what is in the mailbox, with an error if there is one. */
  close(error?: unknown): void {
    if (this.end) return;
    this.end = error === undefined ? {} : { error };
    this.wake?.();
    this.onClose();
  }

  /** Settles with the oldest waiting campaign's newest snapshot. Call it again after it has settled, not before. */
  async next(): Promise<IteratorResult<S>> {
    while (this.newest.size === 0) {
      if (this.end?.error !== undefined) throw this.end.error;
      if (this.end) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.wake = undefined;
    }
    const [campaignId, snapshot] = this.newest.entries().next().value as [string, S];
    this.newest.delete(campaignId);
    return { done: false, value: snapshot };
  }

  async return(): Promise<IteratorResult<S>> {
    this.newest.clear();
    this.close();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
