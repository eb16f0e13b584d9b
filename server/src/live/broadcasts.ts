// Readers in, each to the broadcast of its operation; a broadcast lives from its first reader to its last.
import { Distribution, DURATIONS_MS } from '../distribution.js';
import { Broadcast, type LiveCounts, type Outlet, type Program } from './broadcast.js';
import type { Snapshot } from './mailbox.js';

export interface Broadcasts<S extends Snapshot> {
  /**
   * Seats a reader. Readers of one `name` share a broadcast, so it tells apart whatever makes results differ: operation,
   * variables and reach.
   *
   * @param known - of each campaign of the operation what the reader may not see less than.
   * @returns what leaves; the outlet hears nothing afterwards.
   */
  join(name: string, program: Program<S>, known: readonly S[], outlet: Outlet): () => void;
  readonly counts: Readonly<LiveCounts>;
  /** From a change's recording to its last reader, once an execution; by two clocks where the database has its own. */
  readonly lagMs: Distribution;
  /** Operations that share an execution, and their readers, now. */
  sizes(): { readonly broadcasts: number; readonly readers: number };
}

export function openBroadcasts<S extends Snapshot>(): Broadcasts<S> {
  const counts: LiveCounts = { executions: 0, deliveries: 0 };
  const lagMs = new Distribution(DURATIONS_MS);
  const broadcasts = new Map<string, Broadcast<S>>();
  return {
    counts,
    lagMs,
    sizes: () => ({
      broadcasts: broadcasts.size,
      readers: [...broadcasts.values()].reduce((sum, each) => sum + each.readers, 0),
    }),
    join(name, program, known, outlet) {
      let broadcast = broadcasts.get(name);
      if (!broadcast?.isWhole) {
        const fresh = new Broadcast(program, counts, lagMs, () => {
          if (broadcasts.get(name) === fresh) broadcasts.delete(name);
        });
        broadcasts.set(name, fresh);
        broadcast = fresh;
      }
      return broadcast.join(outlet, known);
    },
  };
}
