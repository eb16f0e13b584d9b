// One campaign's snapshots over a shared socket, with one token. Promised: `revision` never falls within a connection, and a
// new connection's first snapshot is taken as it is (a restored database may stand at a lower one).
import query from 'operation:WatchCampaignAnalytics';
import type { Source } from './feed.js';
import type { Snapshot } from './snapshot.js';
import { shareSocket } from './socket.js';

export interface Place {
  /** ws: or wss: */
  readonly url: string;
  readonly token: string;
  readonly campaignId: string;
}

/** A subscription stays on one connection and ends with it. */
export const socketSource =
  ({ url, token, campaignId }: Place): Source =>
  (sink) => {
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
