// The eight boxes by the very element that a host page embeds, with a token that the console mints as a host would.
import { useMutation } from '@apollo/client/react';
import { CreateEmbedTokenDocument } from '@campaign-analytics/schema/graphql';
import { type DetailedHTMLProps, type HTMLAttributes, useCallback, useEffect, useState } from 'react';
import { Notice } from '../pieces/notice.js';

const TOKEN_LIFE_S = 86_400;

export function EmbeddedAnalytics({ campaignId }: { readonly campaignId: string }) {
  const [createEmbedToken, { error }] = useMutation(CreateEmbedTokenDocument);
  const [token, setToken] = useState<string>();

  const mint = useCallback(async () => {
    const { data } = await createEmbedToken({
      variables: { input: { campaignIds: [campaignId], expiresInSeconds: TOKEN_LIFE_S } },
    }).catch(() => ({ data: undefined }));
    setToken(data?.createEmbedToken.token);
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

  useEffect(() => void mint(), [mint]);

  if (token) return <campaign-analytics ref={renewOnExpiry} campaign-id={campaignId} token={token} />;
  if (error) return <Notice title="The numbers could not be opened" onRetry={() => void mint()} />;
  return <div className="analytics-room" />;
}

interface CampaignAnalyticsAttributes extends HTMLAttributes<HTMLElement> {
  readonly 'campaign-id': string;
  readonly token: string;
}

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'campaign-analytics': DetailedHTMLProps<CampaignAnalyticsAttributes, HTMLElement>;
    }
  }
}
