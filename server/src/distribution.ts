// Values in, how many fell between which bounds out. Counting one is a few comparisons; whoever wants to know reads it later.

/** Bounds of durations, in milliseconds. */
export const DURATIONS_MS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000,
] as const;

export class Distribution {
  /** Values up to each bound that are above the one before it; the last place has those above all. */
  readonly counts: number[];
  sum = 0;

  /** @param bounds - in rising order, in the unit of the values. */
  constructor(readonly bounds: readonly number[]) {
    this.counts = new Array(bounds.length + 1).fill(0);
  }

  add(value: number): void {
    let place = 0;
    while (value > (this.bounds[place] ?? Number.POSITIVE_INFINITY)) place++;
    this.counts[place] = (this.counts[place] ?? 0) + 1;
    this.sum += value;
  }
}
