// The newest breakdown of a campaign: read again, every two seconds at most, while the campaign's revision moves, and until
// what moved last is in it.
import { useQuery, useSubscription } from '@apollo/client/react';
import {
  type ActivityInterval,
  CampaignBreakdownDocument,
  type CampaignBreakdownQuery,
  WatchCampaignAnalyticsDocument,
} from '@campaign-analytics/schema/graphql';
import { useEffect, useRef, useState } from 'react';

const EVERY_MS = 2_000;

export type BreakdownRead = NonNullable<CampaignBreakdownQuery['campaignBreakdown']>;

export interface LiveBreakdown {
  /** Undefined until it is read for the first time. */
  readonly breakdown: BreakdownRead | undefined;
  readonly isFailed: boolean;
  retry(): void;
}

export function useLiveBreakdown(campaignId: string, interval: ActivityInterval): LiveBreakdown {
  const [moved, setMoved] = useState(0);
  const newest = useRef(0);
  const [read, setRead] = useState({ revision: 0, times: 0 });
  const { data, previousData, error, refetch } = useQuery(CampaignBreakdownDocument, {
    variables: { campaignId, interval },
    fetchPolicy: 'cache-and-network',
  });
  useSubscription(WatchCampaignAnalyticsDocument, {
    variables: { campaignId },
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData({ data: { data } }) {
      newest.current = data?.campaignAnalytics.revision ?? newest.current;
      setMoved(newest.current);
    },
  });
  const breakdown = (data ?? previousData)?.campaignBreakdown ?? undefined;
  const isBehind = breakdown !== undefined && (moved > read.revision || !breakdown.isSettled);

  useEffect(() => {
    if (!isBehind) return;
    let isOver = false;
    const again = async (): Promise<void> => {
      const revision = newest.current;
      // While nobody looks there is no hurry.
      if (!document.hidden) await refetch().catch(() => undefined);
      if (!isOver) setRead({ revision: document.hidden ? 0 : revision, times: read.times + 1 });
    };
    const timer = setTimeout(again, EVERY_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
    // What moves while it waits does not put it off.
  }, [isBehind, read.times, refetch]);

  return { breakdown, isFailed: error !== undefined, retry: () => void refetch().catch(() => undefined) };
}
