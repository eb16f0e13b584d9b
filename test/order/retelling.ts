// The same history told otherwise, as promise P4 allows: events in another order within the stretch between two commands,
// any of them again there or later, in batches of any size. All of it follows from one seed.
import type { Event, History } from './history.ts';

/** Numbers from 0 to `sides` - 1, always the same ones from one seed (mulberry32). */
export function openDice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) % sides;
  };
}

/** In another order, some of them again, with some of what had been told earlier. */
function shuffled(
  events: readonly Event[],
  earlier: readonly Event[],
  roll: (sides: number) => number,
): Event[] {
  const again = [...events, ...earlier].filter(() => roll(4) === 0);
  return [...events, ...again]
    .map((each) => [roll(1_000_000), each] as const)
    .sort(([one], [two]) => one - two)
    .map(([, each]) => each);
}

/** The same history, told as promise P4 allows it to be. What was told before a campaign was made comes not again after. */
export function retold({ isAutoOptOut, stretches }: History, seed: number): History {
  const roll = openDice(seed);
  let earlier: readonly Event[] = [];
  return {
    isAutoOptOut,
    stretches: stretches.map(({ commands, events }) => {
      if (commands.some((each) => each.kind === 'create')) earlier = [];
      const told = shuffled(events, earlier, roll);
      earlier = [...earlier, ...events];
      return { commands, events: told };
    }),
  };
}

/** The events in batches of any size. */
export function batched(events: readonly Event[], seed: number): Event[][] {
  const roll = openDice(seed);
  const most = 1 + roll(12);
  const batches: Event[][] = [];
  for (const each of events)
    if (batches.length === 0 || roll(most) === 0) batches.push([each]);
    else batches.at(-1)?.push(each);
  return batches;
}
