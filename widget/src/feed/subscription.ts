// One campaign's snapshots over shared sockets, with whatever token is in hand. Promised: `revision` never falls within a
// connection, a new connection's first snapshot is taken as it is (a restored database may stand at a lower one), and when
// the token is renewed the old connection goes only after the new one has its numbers: no update is missed.
import query from 'operation:WatchCampaignAnalytics';
import { type Feed, type Sink, type Source, succeedFeed } from './feed.js';
import { type Holder, shareHolder } from './holder.js';
import { refusalIn } from './refusal.js';
import type { Snapshot } from './snapshot.js';
import { shareSocket } from './socket.js';
import type { State } from './state.js';
import { sourceKey, type TokenSource } from './token-source.js';

/** What a reader follows. */
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
  const feed = succeedFeed(old, heldSource(url, campaignId, holder), report);
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

/** A subscription that moves from one token's connection to the next one's. */
const heldSource =
  (url: string, campaignId: string, holder: Holder): Source =>
  (sink) => {
    let leaveCurrent = (): void => {};
    let leaveNext = (): void => {};
    let hasCurrent = false;

    const unfollow = holder.follow({
      refuse: sink.refuse,
      offer(token) {
        leaveNext();
        let isCurrent = !hasCurrent;
        hasCurrent = true;
        const leave = tokenSource(
          url,
          token,
          campaignId,
        )({
          next(snapshot) {
            if (!isCurrent) {
              leaveCurrent();
              leaveCurrent = leave;
              leaveNext = () => {};
              isCurrent = true;
            }
            holder.tell({ type: 'accepted', token });
            sink.next(snapshot);
          },
          end(reason) {
            const refusal = refusalIn(reason);
            // Errors are the operation's own, a close is about the token.
            if (refusal && !Array.isArray(reason))
              holder.tell({
                type: refusal.code === 'TOKEN_EXPIRED' ? 'expired' : 'rejected',
                token,
                refusal,
              });
            // Until it has numbers, what becomes of the next one is no matter: the current one has them.
            if (isCurrent) sink.end(Array.isArray(reason) ? reason : undefined);
            else leave();
          },
          refuse: sink.refuse,
        });
        if (isCurrent) leaveCurrent = leave;
        else leaveNext = leave;
      },
    });
    return () => {
      unfollow();
      leaveNext();
      leaveCurrent();
    };
  };

/** A subscription with one token stays on one connection and ends with it. */
const tokenSource =
  (url: string, token: string, campaignId: string): Source =>
  (sink: Sink) => {
    const { client, leave } = shareSocket(url, token);
    let newest = -1;
    // After a normal closure (1000) the client comes back by itself, with the subscription still standing.
    const stopListening = client.on('connected', () => {
      newest = -1;
    });
    const unsubscribe = client.subscribe<{ campaignAnalytics: Snapshot }>(
      { query, variables: { campaignId } },
      {
        next({ data, errors }) {
          if (!data) return sink.end(errors);
          const snapshot = data.campaignAnalytics;
          if (snapshot.revision <= newest) return;
          newest = snapshot.revision;
          sink.next(snapshot);
        },
        error: (reason) => sink.end(reason),
        complete: () => sink.end(),
      },
    );
    return () => {
      stopListening();
      unsubscribe();
      leave();
    };
  };
