import type { ApolloLink } from '@apollo/client';
import type { Snapshot } from '@campaign-analytics/widget';

/** `widget/examples/react-server.tsx`; the build of the page puts it here. */
export declare const Page: (props: { link: ApolloLink; snapshot: Snapshot }) => React.JSX.Element;
export declare const readSnapshot: (campaignId: string) => Promise<Snapshot>;
