// What became of the items of each mutation, since the process began: one addition a call, read by whoever wants to know.
import type { RecordPayload } from './inputs.js';

export interface OutcomeCounts {
  recorded: number;
  duplicates: number;
  rejected: number;
  /** Of calls that failed as a whole: nothing of them was acknowledged. */
  refused: number;
}

/** The last argument has the items. */
type Recording<Args extends readonly unknown[]> = (...args: Args) => Promise<RecordPayload>;

export interface Outcomes {
  readonly counts: ReadonlyMap<string, Readonly<OutcomeCounts>>;
  /** The same, counted under this name. */
  counted<Args extends readonly [...unknown[], readonly unknown[]]>(
    name: string,
    record: Recording<Args>,
  ): Recording<Args>;
}

export function openOutcomes(): Outcomes {
  const counts = new Map<string, OutcomeCounts>();
  return {
    counts,
    counted(name, record) {
      const count: OutcomeCounts = { recorded: 0, duplicates: 0, rejected: 0, refused: 0 };
      counts.set(name, count);
      return async (...args) => {
        try {
          const payload = await record(...args);
          count.recorded += payload.recorded;
          count.duplicates += payload.duplicates;
          count.rejected += payload.rejected.length;
          return payload;
        } catch (error) {
          count.refused += (args.at(-1) as readonly unknown[]).length;
          throw error;
        }
      };
    },
  };
}
