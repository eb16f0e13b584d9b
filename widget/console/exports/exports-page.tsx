// Exports: ask for a file above, follow and download it below. Whatever runs goes on without the page.
import { useQuery } from '@apollo/client/react';
import { type ExportJobFragment, ExportsDocument } from '@campaign-analytics/schema/graphql';
import type { PageProps } from '../pages.js';
import { useAnnouncer } from '../pieces/announcement.js';
import { Failure } from '../pieces/failure.js';
import { Notice } from '../pieces/notice.js';
import { Pager } from '../pieces/pager.js';
import { Skeleton } from '../pieces/skeleton.js';
import { readdress, withParameters } from '../router.js';
import { ExportForm } from './export-form.js';
import { ExportItem } from './export-item.js';
import './exports.css';

const PAGE_SIZE = 20;
const POLL_MS = 5_000;

export function ExportsPage({ address }: PageProps) {
  const after = address.searchParams.get('after');
  const { say, element: announcement } = useAnnouncer();
  const query = useQuery(ExportsDocument, {
    variables: { first: PAGE_SIZE, after },
    // In the cache the numbers of a summary would take the place of the campaign's own, which have moved on since.
    fetchPolicy: 'no-cache',
    pollInterval: POLL_MS,
    skipPollAttempt: () => document.hidden,
  });
  const connection = (query.data ?? query.previousData)?.exports;
  const { refetch } = query;

  const started = (): void => {
    say('The export was started.');
    if (after) readdress(withParameters(address, { after: null }));
    else void refetch();
  };
  return (
    <>
      <title>Exports – Campaign Analytics</title>
      <div className="heading">
        <h1>Exports</h1>
      </div>
      <ExportForm address={address} onStart={started} />
      {announcement}
      {!connection && !query.error && <Skeleton of="exports" rows={3} rowHeight={92} />}
      {!connection && query.error && (
        <Failure title="The exports could not be read" error={query.error} onRetry={() => void refetch()} />
      )}
      {connection?.totalCount === 0 && (
        <Notice title="No exports yet">
          A file is made in the background, even while this page is closed, and kept here for a while.
        </Notice>
      )}
      {connection && connection.edges.length > 0 && (
        <ul className="exports" aria-label="Exports">
          {connection.edges.map(({ node }) => (
            <ExportItem
              key={node.id}
              read={node}
              onEnd={(job) => say(endText(job))}
              onChange={() => void refetch()}
            />
          ))}
        </ul>
      )}
      {connection && <Pager address={address} pageInfo={connection.pageInfo} />}
    </>
  );
}

const endText = (job: ExportJobFragment): string =>
  job.state === 'DONE'
    ? `${job.fileName} is ready.`
    : `${job.fileName} ${job.state === 'FAILED' ? 'failed' : 'was canceled'}.`;
