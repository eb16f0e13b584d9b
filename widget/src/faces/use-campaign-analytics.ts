// The hook without any looks: one campaign's state on the host's own Apollo Client, from the nearest ApolloProvider.
import { useApolloClient } from '@apollo/client/react';
import { useEffect, useRef, useState } from 'react';
import { type Feed, openFeed } from '../feed/feed.js';
import type { Snapshot } from '../feed/snapshot.js';
import { LOADING, type State, snapshotIn } from '../feed/state.js';
import { apolloSource } from './apollo.js';
import { startPainter } from './frame.js';

export interface Analytics {
  readonly state: State;
  /** The numbers to show, where there are any. */
  readonly snapshot: Snapshot | undefined;
  /** Holds the numbers still; a refusal still takes them off the page. */
  pause(): void;
  /** Shows at once what is known by now. */
  resume(): void;
}

/** The subscription lives as long as the component; a new campaign begins as `loading`, and unpaused. */
export function useCampaignAnalytics(campaignId: string): Analytics {
  const client = useApolloClient();
  const [state, setState] = useState(LOADING);
  const feed = useRef<Feed>(undefined);
  useEffect(() => {
    setState(LOADING);
    const painter = startPainter(setState);
    const opened = openFeed(apolloSource(client, campaignId), painter.show);
    feed.current = opened;
    return () => {
      opened.close();
      painter.stop();
    };
  }, [client, campaignId]);
  return {
    state,
    snapshot: snapshotIn(state),
    pause: () => feed.current?.pause(),
    resume: () => feed.current?.resume(),
  };
}
