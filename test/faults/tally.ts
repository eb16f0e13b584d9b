// What many schedules come to, as figures for people.
import type { Outcome } from './schedule.ts';

const share = (sorted: readonly number[], part: number): number =>
  Math.round(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN);

/** The median, the 99th of a hundred and the greatest, in whole milliseconds. */
export function spreadOf(values: readonly number[]): { n: number; p50: number; p99: number; most: number } {
  const sorted = values.toSorted((one, other) => one - other);
  return { n: sorted.length, p50: share(sorted, 0.5), p99: share(sorted, 0.99), most: share(sorted, 1) };
}

export function tallyOf(outcomes: readonly Outcome[]) {
  const sum = (of: (each: Outcome) => number): number => outcomes.reduce((all, each) => all + of(each), 0);
  const kinds = [...new Set(outcomes.flatMap(({ injected }) => [...injected.keys()]))].sort();
  const recoveries = outcomes.flatMap((each) => each.recoveries);
  return {
    schedules: outcomes.length,
    violations: sum((each) => each.violations.length),
    messages: sum((each) => each.messages),
    requests: {
      acknowledged: sum((each) => each.acknowledged),
      refused: sum((each) => each.refused),
      lost: sum((each) => each.lost),
    },
    reads: sum((each) => each.reads),
    convergenceMs: spreadOf(outcomes.map((each) => each.convergenceMs)),
    faults: Object.fromEntries(
      kinds.map((kind) => [
        kind,
        {
          injected: sum((each) => each.injected.get(kind) ?? 0),
          recoveryMs: spreadOf(recoveries.flatMap((each) => (each.kind === kind ? each.ms : []))),
        },
      ]),
    ),
  };
}
