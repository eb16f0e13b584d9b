// The account's imports of opt-outs, newest first.
import { useApolloClient, useQuery } from '@apollo/client/react';
import {
  OptOutCountDocument,
  type OptOutImportJobFragment,
  OptOutImportsDocument,
  OptOutsDocument,
} from '@campaign-analytics/schema/graphql';
import { isOver } from '../jobs/job.js';

const SHOWN = 20;
const POLL_MS = 5_000;
const RECENT_MS = 600_000;

export interface Imports {
  readonly imports: readonly OptOutImportJobFragment[];
  /** Reads them anew, and who is opted out. */
  refresh(): void;
}

export function useImports(): Imports {
  const client = useApolloClient();
  const query = useQuery(OptOutImportsDocument, {
    variables: { first: SHOWN },
    fetchPolicy: 'no-cache',
    pollInterval: POLL_MS,
    skipPollAttempt: () => document.hidden,
  });
  return {
    imports: (query.data ?? query.previousData)?.optOutImports ?? [],
    refresh() {
      const include = [OptOutImportsDocument, OptOutsDocument, OptOutCountDocument];
      void client.refetchQueries({ include });
    },
  };
}

/** Still running, or ended a few minutes ago: what the reader is likely to look for. */
export const isRecent = (job: OptOutImportJobFragment): boolean =>
  !isOver(job) || Date.now() - Date.parse(job.finishedAt ?? job.createdAt) < RECENT_MS;
