import { useQuery } from '@apollo/client/react';
import { OptOutCountDocument } from '@campaign-analytics/schema/graphql';
import { figuresIn } from '../../src/boxes/figures.js';

const POLL_MS = 30_000;

/** How many there are. In an account of very many it takes longer than a page of them, so it is asked for apart. */
export function OptOutCount({ search }: { readonly search: string | null }) {
  const { data } = useQuery(OptOutCountDocument, {
    variables: { search },
    fetchPolicy: 'cache-and-network',
    pollInterval: POLL_MS,
    skipPollAttempt: () => document.hidden,
  });
  return <p className="muted">{data && figuresIn('en').count(data.optOuts.totalCount)}</p>;
}
