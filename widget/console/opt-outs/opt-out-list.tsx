// The contacts opted out now, newest first, a page of them, read again every few seconds.
import { useQuery } from '@apollo/client/react';
import { OptOutsDocument, type OptOutsQuery } from '@campaign-analytics/schema/graphql';
import { useState } from 'react';
import { Failure } from '../pieces/failure.js';
import { Notice } from '../pieces/notice.js';
import { Pager } from '../pieces/pager.js';
import { Skeleton } from '../pieces/skeleton.js';
import { OptOutRow } from './opt-out-row.js';
import { RemovalDialog } from './removal-dialog.js';
import '../pieces/table.css';
import './opt-out-list.css';

const PAGE_SIZE = 25;
const POLL_MS = 5_000;

export type OptedOut = OptOutsQuery['optOuts']['edges'][number]['node'];

export interface OptOutListProps {
  readonly address: URL;
  readonly search: string | null;
  readonly mayRemove: boolean;
  onSay(sentence: string): void;
}

export function OptOutList({ address, search, mayRemove, onSay }: OptOutListProps) {
  const after = address.searchParams.get('after');
  const query = useQuery(OptOutsDocument, {
    variables: { first: PAGE_SIZE, after, search },
    fetchPolicy: 'cache-and-network',
    pollInterval: POLL_MS,
    skipPollAttempt: () => document.hidden,
  });
  const [leaving, setLeaving] = useState<OptedOut | null>(null);
  const connection = (query.data ?? query.previousData)?.optOuts;
  const contacts = connection?.edges.map(({ node }) => node) ?? [];
  if (!connection)
    return query.error ? (
      <Failure
        title="The opt outs could not be read"
        error={query.error}
        onRetry={() => void query.refetch()}
      />
    ) : (
      <Skeleton of="opt outs" rows={6} />
    );
  if (contacts.length === 0) return <Nobody search={search} />;
  return (
    <>
      <div className="table-room">
        <table className="table cards opt-outs">
          <caption className="unseen">Contacts opted out now, newest first</caption>
          <thead>
            <tr>
              <th scope="col">Contact</th>
              <th scope="col">Opted out</th>
              <th scope="col">Where and by whom</th>
              <th scope="col">
                <span className="unseen">Opt in again</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {contacts.map((contact) => (
              <OptOutRow
                key={contact.contact}
                contact={contact}
                onRemove={mayRemove ? setLeaving : undefined}
              />
            ))}
          </tbody>
        </table>
      </div>
      <Pager address={address} pageInfo={connection.pageInfo} />
      {leaving && (
        <RemovalDialog
          contact={leaving}
          onRemoved={() => onSay(`${leaving.contact} is opted in again.`)}
          onClose={() => setLeaving(null)}
        />
      )}
    </>
  );
}

const Nobody = ({ search }: { readonly search: string | null }) =>
  search ? (
    <Notice title="No opted-out contact has this number">Try fewer digits of it.</Notice>
  ) : (
    <Notice title="Nobody is opted out">
      Contacts appear here when they answer STOP, when a sender opts them out, and when you add them.
    </Notice>
  );
