import type { BoxName } from '../boxes/eight-boxes.js';
import type { Refusal } from '../feed/refusal.js';
import type { Snapshot } from '../feed/snapshot.js';
import type { State } from '../feed/state.js';

/** Which box a reader asked about, and what it showed. */
export interface BoxClick {
  readonly box: BoxName;
  readonly snapshot: Snapshot | undefined;
}

/** What the element tells its page. All but `error` bubble and cross shadow roots. */
export interface CampaignAnalyticsEventMap {
  /** Numbers are on the screen for the first time. */
  ready: CustomEvent<null>;
  /** Other numbers are on the screen; at most once an animation frame. */
  update: CustomEvent<Snapshot>;
  /** Another phase: loading, live, paused, reconnecting, stale or error. */
  statechange: CustomEvent<State>;
  /** The numbers are gone until something is changed, or `refresh()` is called. Like `error` of images, it does not bubble. */
  error: CustomEvent<Refusal>;
  /** A reader asks what a box means; `preventDefault()` keeps the definition from opening. */
  boxclick: CustomEvent<BoxClick>;
}
