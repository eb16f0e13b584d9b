// Who is signed in to the console, and the end of it.
import { useMutation, useQuery } from '@apollo/client/react';
import {
  ApiKeysDocument,
  ConsoleSessionsDocument,
  type ConsoleSessionsQuery,
  EndConsoleSessionDocument,
} from '@campaign-analytics/schema/graphql';
import { useState } from 'react';
import { Confirmation } from '../pieces/confirmation.js';
import { Notice } from '../pieces/notice.js';
import { Skeleton } from '../pieces/skeleton.js';
import { instantText } from '../pieces/times.js';
import '../pieces/table.css';

type ConsoleSession = ConsoleSessionsQuery['consoleSessions'][number];

export function SessionsSection() {
  const [ending, setEnding] = useState<ConsoleSession>();
  const keys = useQuery(ApiKeysDocument);
  const { data, error, refetch } = useQuery(ConsoleSessionsDocument, { fetchPolicy: 'cache-and-network' });
  const [end] = useMutation(EndConsoleSessionDocument, { refetchQueries: [ConsoleSessionsDocument] });
  if (!data)
    return error ? (
      <Notice title="The sessions could not be read" onRetry={() => refetch()} />
    ) : (
      <Skeleton of="sessions" rows={3} />
    );
  const nameOf = ({ keyId }: ConsoleSession): string =>
    keyId == null ? 'A one-time link' : (keys.data?.apiKeys.find(({ id }) => id === keyId)?.name ?? 'A key');
  return (
    <>
      <p className="muted lead">
        Everybody who is signed in to these pages. A session ends with its key; one that a link began ends
        here.
      </p>
      <div className="table-room">
        <table className="table cards" aria-label="Signed in">
          <thead>
            <tr>
              <th scope="col">With</th>
              <th scope="col">Since</th>
              <th scope="col">Until</th>
              <th scope="col">
                <span className="unseen">What to do</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {data.consoleSessions.map((session) => (
              <tr key={session.id}>
                <th scope="row">
                  {nameOf(session)}
                  {session.isCurrent && <span className="mark">This is you</span>}
                </th>
                <td data-label="Since">{instantText(session.createdAt)}</td>
                <td data-label="Until">{instantText(session.expiresAt)}</td>
                <td className="number">
                  {!session.isCurrent && (
                    <button
                      type="button"
                      aria-label={`Sign out: ${nameOf(session)}, since ${instantText(session.createdAt)}`}
                      onClick={() => setEnding(session)}
                    >
                      Sign out
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {ending && (
        <Confirmation
          title="Sign this session out?"
          action="Sign out"
          isDangerous
          onConfirm={() => end({ variables: { id: ending.id } })}
          onClose={() => setEnding(undefined)}
        >
          <p>
            {nameOf(ending)}, since {instantText(ending.createdAt)}. Its pages ask for a key within seconds.
          </p>
        </Confirmation>
      )}
    </>
  );
}
