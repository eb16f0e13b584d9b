// One box: its label, which opens its definition, and its value.
import type { Snapshot } from '../feed/snapshot.js';
import type { BoxName, Box as BoxOf } from './boxes.js';
import type { Messages } from './messages.js';
import type { Reading } from './reading.js';
import { useTint } from './tint.js';

/** Called when a definition is asked for; false keeps it from opening. */
export type OnBoxClick = (box: BoxName, snapshot: Snapshot | undefined) => boolean | undefined;

export interface BoxProps {
  readonly box: BoxOf;
  readonly messages: Messages;
  readonly snapshot: Snapshot | undefined;
  readonly reading: Reading | undefined;
  readonly onBoxClick?: OnBoxClick | undefined;
}

export function Box({ box, messages, snapshot, reading, onBoxClick }: BoxProps) {
  return (
    <div part="box">
      <dt>
        <button
          ref={openDefinition}
          type="button"
          part="label"
          onClick={(event) => {
            if (onBoxClick?.(box.name, snapshot) === false) event.preventDefault();
          }}
        >
          {messages[box.name]}
        </button>
      </dt>
      <dd>
        <Value box={box} reading={reading} />
        {reading && <span data-spoken="">{reading.spoken}</span>}
        {snapshot && box.kind === 'share' && (
          // Says again what the figures say, so it is for the eye alone. A zero `max` would be read as 1.
          <progress
            part="track"
            aria-hidden="true"
            max={snapshot[box.whole] || 1}
            value={snapshot[box.part]}
          />
        )}
      </dd>
      <dd part="definition" popover="auto">
        {messages[`${box.name}Means`]}
        {reading && <strong part="basis">{reading.basis}</strong>}
      </dd>
    </div>
  );
}

/** By property, because React 18 and 19 want the attribute in different spellings. */
function openDefinition(button: HTMLButtonElement | null): void {
  const definition = button?.closest('div')?.querySelector<HTMLElement>('[popover]');
  if (button && definition) button.popoverTargetElement = definition;
}

/** For the eye: digits and strokes are read aloud in words instead, and in full where they are shown short. */
function Value({ box, reading }: Pick<BoxProps, 'box' | 'reading'>) {
  const element = useTint(reading?.full);
  return (
    <span ref={element} part="value" data-box={box.name} data-room={reading?.room} aria-hidden="true">
      {reading && <Written text={reading.full} length="full" />}
      {reading && reading.compact !== reading.full && <Written text={reading.compact} length="compact" />}
    </span>
  );
}

/** A short form longer than "8.1M / 12M" has words in it. */
const WORDY = 13;

/** Isolated and left to right in every language, or `1:6` and `8 / 13` would turn around among Arabic letters. */
function Written({ text, length }: { readonly text: string; readonly length: 'full' | 'compact' }) {
  const [value, whole] = text.split(' / ');
  return (
    <bdi
      dir="ltr"
      data-length={length}
      data-wordy={(length === 'compact' && text.length > WORDY) || undefined}
    >
      <bdi>{value}</bdi>
      {whole && (
        <span part="whole">
          {' / '}
          <bdi>{whole}</bdi>
        </span>
      )}
    </bdi>
  );
}
