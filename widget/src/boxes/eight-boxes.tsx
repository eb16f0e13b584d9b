// A state comes in, the eight boxes go out: no data fetching, no timers, no hooks, so that any renderer can have it.
import type { Snapshot } from '../feed/snapshot.js';
import { type State, snapshotIn } from '../feed/state.js';
import { BOXES, type Box } from './boxes.js';
import { type Figures, figuresIn } from './figures.js';
import { statusText } from './wording.js';

/** Left out, the theme follows the reader's system. */
export type Theme = 'light' | 'dark';

export interface EightBoxesProps {
  readonly state: State;
  /** BCP 47; the browser's language where it is left out. */
  readonly locale?: string | undefined;
  readonly theme?: Theme | 'auto' | undefined;
  readonly messages?: object | undefined;
  readonly onPause?: (() => void) | undefined;
  readonly onResume?: (() => void) | undefined;
  readonly onBoxClick?: ((box: string, snapshot: Snapshot | undefined) => boolean | undefined) | undefined;
}

/** Looks as intended only beside its stylesheet, `eight-boxes.css`, in one shadow root. */
export function EightBoxes({ state, locale, theme }: EightBoxesProps) {
  const snapshot = snapshotIn(state);
  const figures = figuresIn(locale);
  return (
    // biome-ignore lint/a11y/useSemanticElements: no landmark, as a page may hold many of these, and no form either
    <section
      part="root"
      role="group"
      dir="ltr"
      aria-label="Campaign analytics"
      aria-busy={state.phase === 'loading'}
      data-state={state.phase}
      data-status={snapshot?.status}
      data-theme={theme}
    >
      <dl part="boxes">
        {BOXES.map((box) => (
          <div key={box.name} part="box">
            <dt part="label">{box.label}</dt>
            <dd part="value" data-box={box.name}>
              {snapshot && <Value box={box} snapshot={snapshot} figures={figures} />}
            </dd>
          </div>
        ))}
      </dl>
      <div part="footer">
        {/* Only the connection is announced: a reader who wants a number goes to it, undisturbed by the other seven. */}
        <p part="status" role="status">
          {statusText(state)}
        </p>
        {snapshot && (
          <time part="updated" dateTime={snapshot.updatedAt}>
            Updated {figures.instant(snapshot.updatedAt)}
          </time>
        )}
      </div>
    </section>
  );
}

interface ValueProps {
  readonly box: Box;
  readonly snapshot: Snapshot;
  readonly figures: Figures;
}

function Value({ box, snapshot, figures }: ValueProps) {
  const share = box.share?.(snapshot);
  return (
    <>
      {box.value(snapshot, figures)}
      {share && (
        <>
          {' '}
          <span part="whole">/ {figures.count(share.whole)}</span>
          {/* Says again what the figures say, so it is for the eye alone. A zero `max` would be read as 1. */}
          <progress part="track" aria-hidden="true" max={share.whole || 1} value={share.part} />
        </>
      )}
    </>
  );
}
