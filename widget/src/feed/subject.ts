// What a reader follows: one campaign, at one endpoint, with one source of tokens.
import { type Feed, succeedFeed } from './feed.js';
import { handoverSource } from './handover.js';
import { shareHolder } from './holder.js';
import type { State } from './state.js';
import { sourceKey, type TokenSource } from './token-source.js';

export interface Subject {
  /** ws: or wss: */
  readonly url: string;
  readonly source: TokenSource;
  readonly campaignId: string;
}

/** Whether following one is following the other. */
export const isSameSubject = (one: Subject, other: Subject): boolean =>
  one.url === other.url &&
  one.campaignId === other.campaignId &&
  sourceKey(one.source) === sourceKey(other.source);

/** Opens the feed of a subject; an old one goes on reporting until this one has something to say. */
export function followSubject(
  { url, source, campaignId }: Subject,
  old: Feed | undefined,
  report: (state: State) => void,
): Feed {
  const { holder, leave } = shareHolder(url, source);
  const feed = succeedFeed(old, handoverSource(url, campaignId, holder), report);
  let hasLeft = false;
  return {
    ...feed,
    close() {
      feed.close();
      if (!hasLeft) leave();
      hasLeft = true;
    },
  };
}
