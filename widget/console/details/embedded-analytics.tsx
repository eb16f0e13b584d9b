// The eight boxes by the very element that a host page embeds, with a token that the console mints as a host would.
import { useMutation } from '@apollo/client/react';
import { CreateEmbedTokenDocument } from '@campaign-analytics/schema/graphql';
import { type DetailedHTMLProps, type HTMLAttributes, useCallback, useEffect, useState } from 'react';
import { loadElement } from '../pieces/element.js';
import { Notice } from '../pieces/notice.js';

const TOKEN_LIFE_S = 86_400;
const RETRY_MS = 3_000;

export interface EmbeddedAnalyticsProps {
  readonly campaignId: string;
  /** Left out, it follows the page. */
  readonly theme?: 'light' | 'dark';
}

export function EmbeddedAnalytics({ campaignId, theme }: EmbeddedAnalyticsProps) {
  const [createEmbedToken, { error }] = useMutation(CreateEmbedTokenDocument);
  const [token, setToken] = useState<string>();
  const [isMissing, setMissing] = useState(false);

  const load = useCallback(async () => {
    await loadElement().then(
      () => setMissing(false),
      () => setMissing(true),
    );
  }, []);
  const mint = useCallback(async () => {
    const { data } = await createEmbedToken({
      variables: { input: { campaignIds: [campaignId], expiresInSeconds: TOKEN_LIFE_S } },
    }).catch(() => ({ data: undefined }));
    setToken((before) => data?.createEmbedToken.token ?? before);
  }, [createEmbedToken, campaignId]);

  const renewOnExpiry = useCallback(
    (element: HTMLElement) => {
      const renew = (event: Event): void => {
        if ((event as CustomEvent<{ code: string }>).detail.code === 'TOKEN_EXPIRED') void mint();
      };
      element.addEventListener('error', renew);
      return () => element.removeEventListener('error', renew);
    },
    [mint],
  );

  useEffect(() => void load(), [load]);
  useEffect(() => void mint(), [mint]);

  const isFailed = isMissing || error !== undefined;
  const open = useCallback(() => {
    void load();
    if (!token) void mint();
  }, [load, mint, token]);
  // It goes on by itself as the rest of the page does.
  useEffect(() => {
    if (!isFailed) return;
    const timer = setInterval(open, RETRY_MS);
    return () => clearInterval(timer);
  }, [isFailed, open]);

  return (
    <div className="analytics-room">
      {token && (
        <campaign-analytics ref={renewOnExpiry} campaign-id={campaignId} token={token} theme={theme} />
      )}
      {!token && isFailed && <Notice title="The numbers could not be opened" onRetry={open} />}
    </div>
  );
}

interface CampaignAnalyticsAttributes extends HTMLAttributes<HTMLElement> {
  readonly 'campaign-id': string;
  readonly token: string;
  readonly theme?: string | undefined;
}

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'campaign-analytics': DetailedHTMLProps<CampaignAnalyticsAttributes, HTMLElement>;
    }
  }
}
