// The React face: all eight boxes as one component, or single ones that share one subscription.
import { createContext, type ReactNode, useContext } from 'react';
import { Board, type BoardProps, type Theme } from '../boxes/board.js';
import type { OnBoxClick } from '../boxes/box.js';
import type { BoxName } from '../boxes/boxes.js';
import type { Messages } from '../boxes/messages.js';
import type { Snapshot } from '../feed/snapshot.js';
import { en } from '../locales/en.js';
import { ShadowHost } from './shadow-host.js';
import { type Analytics, useCampaignAnalytics } from './use-campaign-analytics.js';

/** How boxes look and speak. */
export interface BoxOptions {
  /** BCP 47, for numbers and times; left out, the `lang` of the page around. */
  readonly locale?: string | undefined;
  /** English where it is left out; `@campaign-analytics/widget/locales/es` and others give whole languages. */
  readonly messages?: Partial<Messages> | undefined;
  /** Left out, the page's own `color-scheme`. */
  readonly theme?: Theme | undefined;
  /** Called when a box's definition is asked for; false keeps it from opening. */
  readonly onBoxClick?: OnBoxClick | undefined;
  /** Of the page's content security policy, for the style in a server's HTML. */
  readonly nonce?: string | undefined;
}

export interface CampaignAnalyticsProviderProps extends BoxOptions {
  readonly campaignId: string;
  /** Shown until the first live numbers come, on the server as well. */
  readonly initialSnapshot?: Snapshot | undefined;
  readonly children?: ReactNode;
}

type Shared = CampaignAnalyticsProviderProps & { readonly analytics: Analytics };

const SharedAnalytics = createContext<Shared | undefined>(undefined);

/** One subscription for all boxes inside; what it is given holds for each of them. */
export function CampaignAnalyticsProvider(props: CampaignAnalyticsProviderProps) {
  const analytics = useCampaignAnalytics(props.campaignId);
  return (
    <SharedAnalytics.Provider value={{ ...props, analytics }}>{props.children}</SharedAnalytics.Provider>
  );
}

interface Placed {
  /** For the host element, in the page's own CSS. */
  readonly className?: string | undefined;
}

/** One campaign's eight boxes, live. */
export const CampaignAnalytics = ({
  className,
  ...props
}: Omit<CampaignAnalyticsProviderProps, 'children'> & Placed) => (
  <CampaignAnalyticsProvider {...props}>
    <SharedBoard className={className} />
  </CampaignAnalyticsProvider>
);

/** One box on its own, inside a `CampaignAnalyticsProvider`. */
export const AnalyticsBox = ({ name, className }: { readonly name: BoxName } & Placed) => (
  <SharedBoard className={className} names={[name]} hasStatusLine={false} />
);

/** How live the boxes are, and the reader's switch to hold them still: give it to your single boxes once. */
export const AnalyticsStatus = ({ className }: Placed) => <SharedBoard className={className} names={[]} />;

function SharedBoard({ className, ...only }: Pick<BoardProps, 'names' | 'hasStatusLine'> & Placed) {
  const shared = useContext(SharedAnalytics);
  if (!shared) throw new Error('expected a CampaignAnalyticsProvider around this box');
  const { analytics, campaignId, initialSnapshot, locale, messages, nonce, ...options } = shared;
  return (
    <ShadowHost className={className} nonce={nonce}>
      {(around) => (
        <Board
          {...options}
          {...analytics}
          {...only}
          initialSnapshot={initialSnapshot?.campaignId === campaignId ? initialSnapshot : undefined}
          messages={{ ...en, ...messages }}
          locale={locale ?? around}
          timeZone={typeof document === 'undefined' ? 'UTC' : undefined}
          onPause={analytics.pause}
          onResume={analytics.resume}
        />
      )}
    </ShadowHost>
  );
}
