// The React face: the boxes on the host's own Apollo Client, from the nearest ApolloProvider.
import { useApolloClient } from '@apollo/client/react';
import { useEffect, useState } from 'react';
import { EightBoxes, type Theme } from '../boxes/eight-boxes.js';
import { openFeed } from '../feed/feed.js';
import { LOADING, type State } from '../feed/state.js';
import { apolloSource } from './apollo.js';
import { localeOf } from './shadow.js';
import { ShadowHost } from './shadow-host.js';

export interface CampaignAnalyticsProps {
  readonly campaignId: string;
  /** Left out, the theme follows the reader's system. */
  readonly theme?: Theme;
  /** For the host element, in the page's own CSS. */
  readonly className?: string;
}

/** One campaign's eight boxes, live. */
export function CampaignAnalytics({ campaignId, theme, className }: CampaignAnalyticsProps) {
  const state = useCampaignAnalytics(campaignId);
  return (
    <ShadowHost className={className}>
      {(host) => <EightBoxes state={state} locale={localeOf(host)} theme={theme} />}
    </ShadowHost>
  );
}

/** The same numbers for boxes of your own. The subscription lives as long as the component. */
export function useCampaignAnalytics(campaignId: string): State {
  const client = useApolloClient();
  const [state, setState] = useState(LOADING);
  useEffect(() => {
    setState(LOADING);
    const feed = openFeed(apolloSource(client, campaignId), setState);
    return () => feed.close();
  }, [client, campaignId]);
  return state;
}
