// Under the boxes: how live they are, since when, and the reader's switch to hold them still (WCAG 2.2.2).
import type { Snapshot } from '../feed/snapshot.js';
import type { State } from '../feed/state.js';
import { useAge } from './age.js';
import { useAnnouncement } from './announcement.js';
import type { Figures } from './figures.js';
import { fill, type Messages } from './messages.js';
import { statusText } from './status.js';

export interface StatusLineProps {
  readonly state: State;
  readonly snapshot: Snapshot | undefined;
  readonly messages: Messages;
  readonly figures: Figures;
  /** What the boxes say, in words. */
  readonly facts: readonly string[];
  readonly onPause?: (() => void) | undefined;
  readonly onResume?: (() => void) | undefined;
}

export function StatusLine(props: StatusLineProps) {
  const { state, snapshot, messages, figures, facts, onPause, onResume } = props;
  const status = statusText(state, messages);
  const said = useAnnouncement(status, state.phase === 'live' ? facts : []);
  const isPaused = state.phase === 'paused';
  const press = isPaused ? onResume : onPause;
  const label = isPaused ? messages.resume : messages.pause;
  // When the numbers last changed; once they are no longer live, until when they were, and their age.
  const since = 'since' in state ? state.since : undefined;
  const age = figures.age(useAge(since));
  const at = since === undefined ? snapshot?.updatedAt : new Date(since).toISOString();
  const text = at && fill(since ? messages.asOf : messages.updated, { time: figures.instant(at), age });
  return (
    <div part="footer">
      {/* Keys: another text in another place is another element, not one that moved. */}
      <p key={status} part="status" aria-hidden="true">
        {status}
      </p>
      {/* Apart from what is seen, because it also tells news of the numbers. */}
      <p role="status" data-spoken="">
        {said}
      </p>
      {text && (
        <time key={text} part="updated" dateTime={at}>
          {text}
        </time>
      )}
      {press && state.phase !== 'error' && (
        <button type="button" part="pause" onClick={press}>
          <span key={label}>{label}</span>
        </button>
      )}
    </div>
  );
}
