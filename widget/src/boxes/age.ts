// How long ago something was, as it grows.
import { useEffect, useReducer } from 'react';

const TICK_MS = 1_000;

/** @returns milliseconds since then, anew every second; 0 where there is no `since`, and then without a timer */
export function useAge(since: number | undefined): number {
  const [, tick] = useReducer((ticks: number) => ticks + 1, 0);
  useEffect(() => {
    if (since === undefined) return;
    const timer = setInterval(tick, TICK_MS);
    return () => clearInterval(timer);
  }, [since]);
  return since === undefined ? 0 : Math.max(0, Date.now() - since);
}
