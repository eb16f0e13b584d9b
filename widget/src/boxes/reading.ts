// One box of one snapshot comes in; out goes what it shows, what it shows where there is no room, and what is read aloud.
import type { Snapshot } from '../feed/snapshot.js';
import type { Box } from './boxes.js';
import type { Figures } from './figures.js';
import { type Counted, fill, type Messages } from './messages.js';

export interface Reading {
  /** "8 / 13", "10", "38%" or "1:6". */
  readonly full: string;
  /** "8.1K / 12K"; small numbers are the same as in `full`. */
  readonly compact: string;
  /** How much room `full` takes; the stylesheet knows in which layouts that is too much. */
  readonly room: 's' | 'm' | 'l';
  /** The full value in words. */
  readonly spoken: string;
  /** Numerator and denominator, in words. */
  readonly basis: string;
}

/** Stands where a ratio has nothing to divide by. */
const NONE = '—';

export function readingOf(box: Box, snapshot: Snapshot, figures: Figures, messages: Messages): Reading {
  const part = snapshot[box.part];
  const whole = snapshot[box.whole];
  const say = (text: Counted, numerator: number, denominator: number): string =>
    fill(typeof text === 'string' ? text : figures.isOne(denominator) ? text.one : text.other, {
      part: figures.count(numerator),
      whole: figures.count(denominator),
    });
  const { replyPercent, contactsPerSender } = snapshot;

  const write = (count: (value: number) => string): string => {
    if (box.kind === 'share') return `${count(part)} / ${count(whole)}`;
    if (box.kind === 'count') return count(part);
    if (box.kind === 'percent') return replyPercent === null ? NONE : figures.percent(replyPercent);
    return contactsPerSender === null ? NONE : `${count(1)}:${count(contactsPerSender)}`;
  };

  const speak = (): string => {
    if (full === NONE) return messages.none;
    if (box.kind === 'share') return say(messages.share, part, whole);
    if (box.kind === 'ratio') return say(messages.ratio, 1, contactsPerSender ?? 0);
    return full;
  };

  const full = write(figures.count);
  const compact = write(figures.compact);
  return {
    full,
    compact,
    room: compact === full ? 's' : roomOf(full),
    spoken: speak(),
    basis: say(messages[box.basis], part, whole),
  };
}

/** In digits' widths, about: a separator takes half of one, and the whole of a share is written smaller. */
function roomOf(text: string): Reading['room'] {
  const [value = 0, whole = 0] = text
    .split('/')
    .map((part) => part.length - part.replace(/[^\s.,:’٬٫]/g, '').length / 2);
  const room = value + 0.7 * whole;
  if (room <= 7) return 's';
  return room <= 11.5 ? 'm' : 'l';
}
