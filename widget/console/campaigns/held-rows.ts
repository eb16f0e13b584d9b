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

/** @param listing - what is read and how; another listing shows at once. Null: another one is on its way. */
export function useHeldRows<Read extends Row>(read: readonly Read[], listing: string | null): HeldRows<Read> {
  const [isHolding, setHolding] = useState(false);
  const [held, setHeld] = useState<Held<Read> | null>(null);
  if (isHolding && listing !== null && held?.listing !== listing) setHeld({ listing, rows: read });
  if (!isHolding && held) setHeld(null);
  const newest = new Map(read.map((row) => [row.id, row]));
  const isHeld = held !== null && held.listing === listing && held.rows.length > 0;
  const hold = (): void => setHolding(true);
  const release = (): void => setHolding(false);
  return {
    rows: isHeld ? held.rows.map((row) => newest.get(row.id) ?? row) : read,
    holder: { onPointerEnter: hold, onPointerLeave: release, onFocus: hold, onBlur: release },
  };
}
