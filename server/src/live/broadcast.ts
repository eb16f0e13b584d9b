// Snapshots of one operation in, its payload to every reader out: executed and serialised once a revision, however many
// readers there are and whatever tokens they hold. What a reader cannot take now is for its outlet to keep.
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import type { Distribution } from '../distribution.js';
import type { Mailbox, Snapshot } from './mailbox.js';

/** One reader's way out. */
export interface Outlet {
  /** The newest payload of a campaign, in the place of any older one that was not taken yet. */
  put(campaignId: string, payload: string): void;
  /** Nothing more comes, because of `error` if there is one. */
  end(error?: unknown): void;
}

/** What an operation's execution is asked for. */
export interface Program<S extends Snapshot> {
  /** Opens the operation's mailbox. */
  open(): Mailbox<S>;
  /** Executes the operation on a snapshot and writes the result; what it has not selected is not in it. */
  render(snapshot: S): Promise<string>;
}

/** What this process has done for its readers so far. */
export interface LiveCounts {
  /** Executions of an operation on a snapshot, each serialised once. */
  executions: number;
  /** Payloads handed to outlets. */
  deliveries: number;
}

interface Seat {
  readonly outlet: Outlet;
  /** Campaigns of which it has had nothing yet, each with the revision below which it may have none; most have no such. */
  awaited: Map<string, number> | undefined;
}

/** After so many readers everybody else in the process has a turn. */
const READERS_A_TURN = 250;
/** Time spent on deliveries that is not worth a pause after it. */
const WORTH_A_PAUSE_MS = 1;

export class Broadcast<S extends Snapshot> {
  private readonly seats = new Set<Seat>();
  private readonly newest = new Map<string, { readonly revision: number; readonly payload: string }>();
  private readonly mailbox: Mailbox<S>;

  /** @param onEnd - called when its last reader has left and when its mailbox ends: nobody may join any more. */
  constructor(
    private readonly program: Program<S>,
    private readonly counts: LiveCounts,
    private readonly lagMs: Distribution,
    private readonly onEnd: () => void,
  ) {
    this.mailbox = program.open();
    void this.run();
  }

  get readers(): number {
    return this.seats.size;
  }

  /** Whether all its campaigns are there still; who comes later needs another broadcast where one is not. */
  get isWhole(): boolean {
    return !this.mailbox.hasLost;
  }

  /**
   * Gives the outlet each campaign's newest payload, none older than what is `known`, and then every one that differs
   * from the one before. @returns what leaves.
   */
  join(outlet: Outlet, known: readonly S[]): () => void {
    const seat: Seat = { outlet, awaited: undefined };
    this.seats.add(seat);
    for (const { campaignId, revision } of known) {
      const newest = this.newest.get(campaignId);
      if (newest && newest.revision >= revision) this.give(seat, campaignId, newest.payload);
      else {
        seat.awaited ??= new Map();
        seat.awaited.set(campaignId, revision);
      }
    }
    return () => {
      if (!this.seats.delete(seat) || this.seats.size > 0) return;
      // At once, so that nobody sits down in what is about to end.
      this.onEnd();
      void this.mailbox.return();
    };
  }

  private give(seat: Seat, campaignId: string, payload: string): void {
    this.counts.deliveries++;
    seat.outlet.put(campaignId, payload);
  }

  private async run(): Promise<void> {
    let fault: unknown;
    try {
      for await (const snapshot of this.mailbox) {
        const spentMs = await this.publish(snapshot);
        // Half of the time at most goes to deliveries, the rest to recording and to everybody else's requests.
        if (spentMs > WORTH_A_PAUSE_MS) await delay(spentMs);
      }
    } catch (error) {
      fault = error;
    }
    this.onEnd();
    for (const { outlet } of this.seats) outlet.end(fault);
    this.seats.clear();
  }

  /** @returns the milliseconds that the deliveries took. */
  private async publish(snapshot: S): Promise<number> {
    const { campaignId, revision, updatedAt } = snapshot;
    const payload = await this.program.render(snapshot);
    this.counts.executions++;
    const last = this.newest.get(campaignId);
    const isSame = last?.payload === payload;
    this.newest.set(campaignId, { revision, payload });
    let spentMs = 0;
    // Those who come meanwhile get this payload as they join.
    const seats = [...this.seats];
    for (let from = 0; from < seats.length; from += READERS_A_TURN) {
      if (from > 0) await turn();
      const startedMs = performance.now();
      for (const seat of seats.slice(from, from + READERS_A_TURN)) {
        const least = seat.awaited?.get(campaignId);
        const isWanted = least === undefined ? !isSame : revision >= least;
        if (!isWanted || !this.seats.has(seat)) continue;
        if (seat.awaited?.delete(campaignId) && seat.awaited.size === 0) seat.awaited = undefined;
        this.give(seat, campaignId, payload);
      }
      spentMs += performance.now() - startedMs;
    }
    // The first was recorded some time before anybody looked.
    if (last && updatedAt) this.lagMs.add(Math.max(0, Date.now() - updatedAt.getTime()));
    return spentMs;
  }
}
