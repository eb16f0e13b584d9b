// One campaign's snapshots with whatever token is in hand. Promised: when the token is renewed, the old connection goes only
// after the new one has its numbers, so that no update is missed.
import type { Source } from './feed.js';
import type { Holder } from './holder.js';
import { refusalIn } from './refusal.js';
import { socketSource } from './subscription.js';

/** A subscription that moves from one token's connection to the next one's. */
export const handoverSource =
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
        let hasLeft = false;
        const stop = (): void => {
          hasLeft = true;
          leave();
        };
        hasCurrent = true;
        const leave = socketSource({ url, token, campaignId })({
          next(snapshot) {
            if (!isCurrent) {
              leaveCurrent();
              leaveCurrent = stop;
              leaveNext = () => {};
              isCurrent = true;
            }
            holder.tell({ type: 'accepted', token });
            sink.next(snapshot);
          },
          end(reason) {
            // Leaving is an end as well, of which nobody needs to hear.
            if (hasLeft) return;
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
            else stop();
          },
          refuse: sink.refuse,
        });
        if (isCurrent) leaveCurrent = stop;
        else leaveNext = stop;
      },
    });
    return () => {
      unfollow();
      leaveNext();
      leaveCurrent();
    };
  };
