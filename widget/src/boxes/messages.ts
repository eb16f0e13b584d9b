// The texts around the numbers. A host may replace any of them; `{part}`, `{whole}`, `{time}` and `{age}` are filled in.
import type { BoxName } from './boxes.js';

/** A text that depends on the number of its `{whole}`; the plain string where a language words it for every number. */
export type Counted = string | { readonly one: string; readonly other: string };

export interface Messages
  extends Readonly<Record<BoxName, string>>,
    Readonly<Record<`${BoxName}Means`, string>> {
  /** BCP 47 of these texts. */
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  /** Names the group of boxes to assistive technology. */
  readonly title: string;

  /** Under a definition: its numerator and denominator as they are now. */
  readonly ofConversations: Counted;
  readonly inInitials: Counted;
  readonly ofInitials: Counted;
  readonly perSender: Counted;

  /** "8 / 13", "1:6" and "—" as they are read aloud. */
  readonly share: Counted;
  readonly ratio: Counted;
  readonly none: string;

  /** What the status line says: by the phase, and while live by the campaign's status. */
  readonly loading: string;
  readonly reconnecting: string;
  readonly stale: string;
  readonly paused: string;
  readonly DRAFT: string;
  readonly ACTIVE: string;
  readonly PAUSED: string;
  readonly ARCHIVED: string;

  readonly pause: string;
  readonly resume: string;
  readonly updated: string;
  readonly asOf: string;

  /** In place of the numbers, by the error's code. */
  readonly FORBIDDEN: string;
  readonly NOT_FOUND: string;
  readonly TOKEN_EXPIRED: string;
  readonly TOKEN_REVOKED: string;
  /** Every other code: a fault in how the page embeds the boxes, which its developer finds in the `error` event. */
  readonly error: string;
}

/** Writes values into a text. */
export const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
