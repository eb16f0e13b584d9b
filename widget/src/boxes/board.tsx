// A state comes in, the boxes go out, in the texts they are given. No data fetching; any renderer with React's hooks.
import type { Snapshot } from '../feed/snapshot.js';
import { type State, snapshotIn } from '../feed/state.js';
import { Box, type OnBoxClick } from './box.js';
import { BOXES, type BoxName } from './boxes.js';
import { figuresIn } from './figures.js';
import type { Messages } from './messages.js';
import { readingOf } from './reading.js';
import { StatusLine } from './status-line.js';

/** `auto`, which is also what is meant where it is left out, takes the `color-scheme` that the page has there. */
export type Theme = 'light' | 'dark' | 'auto';

export interface BoardProps {
  readonly state: State;
  readonly messages: Messages;
  /** BCP 47, for numbers and times; the browser's language where it is left out. */
  readonly locale?: string | undefined;
  /** IANA name; the reader's own where it is left out. */
  readonly timeZone?: string | undefined;
  readonly theme?: Theme | undefined;
  /** Shown while loading, until the first live numbers come. */
  readonly initialSnapshot?: Snapshot | undefined;
  /** Which boxes; all eight where it is left out. */
  readonly names?: readonly BoxName[] | undefined;
  readonly hasStatusLine?: boolean | undefined;
  readonly onPause?: (() => void) | undefined;
  readonly onResume?: (() => void) | undefined;
  readonly onBoxClick?: OnBoxClick | undefined;
}

/** Looks as intended only beside its stylesheet, in one shadow root. */
export function Board(props: BoardProps) {
  const { state, messages, names, hasStatusLine = true } = props;
  const figures = figuresIn(props.locale, props.timeZone);
  const snapshot = state.phase === 'loading' ? props.initialSnapshot : snapshotIn(state);
  const all = BOXES.map((box) => ({ box, reading: snapshot && readingOf(box, snapshot, figures, messages) }));
  const shown = names ? all.filter(({ box }) => names.includes(box.name)) : all;
  return (
    // biome-ignore lint/a11y/useSemanticElements: no landmark, as a page may hold many of these, and no form either
    <section
      part="root"
      role="group"
      aria-label={messages.title}
      aria-busy={state.phase === 'loading'}
      lang={messages.language}
      dir={messages.direction}
      data-state={state.phase}
      data-status={snapshot?.status}
      data-theme={props.theme}
    >
      {shown.length > 0 && (
        <dl part="boxes">
          {shown.map(({ box, reading }) => (
            <Box key={box.name} {...props} box={box} snapshot={snapshot} reading={reading} />
          ))}
        </dl>
      )}
      {hasStatusLine && (
        <StatusLine
          state={state}
          snapshot={snapshot}
          messages={messages}
          figures={figures}
          facts={shown.map(({ box, reading }) => `${messages[box.name]}: ${reading?.spoken}`)}
          onPause={props.onPause}
          onResume={props.onResume}
        />
      )}
    </section>
  );
}
