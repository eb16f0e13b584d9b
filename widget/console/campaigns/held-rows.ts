// Rows keep their places while somebody points at them or has the focus among them. What was read meanwhile, a new order
// above all, shows afterwards.
import { useState } from 'react';

interface Row {
  readonly id: string;
}

interface Held<Read> {
  readonly listing: string;
  readonly rows: readonly Read[];
}

export interface HeldRows<Read> {
  readonly rows: readonly Read[];
  /** For the element that holds the rows. */
  readonly holder: Record<'onPointerEnter' | 'onPointerLeave' | 'onFocus' | 'onBlur', () => void>;
}

/** @param listing - what is listed and how: another listing shows at once */
export function useHeldRows<Read extends Row>(read: readonly Read[], listing: string): HeldRows<Read> {
  const [held, setHeld] = useState<Held<Read> | null>(null);
  const newest = new Map(read.map((row) => [row.id, row]));
  const rows =
    held?.listing === listing && held.rows.length > 0
      ? held.rows.map((row) => newest.get(row.id) ?? row)
      : read;
  const hold = (): void => setHeld((before) => (before?.listing === listing ? before : { listing, rows }));
  const release = (): void => setHeld(null);
  return {
    rows,
    holder: { onPointerEnter: hold, onPointerLeave: release, onFocus: hold, onBlur: release },
  };
}
