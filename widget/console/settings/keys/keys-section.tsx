// The account's API keys: those that work, those that ended, a new one, and the end of one.
import { useQuery } from '@apollo/client/react';
import { ApiKeysDocument, type ApiKeysQuery } from '@campaign-analytics/schema/graphql';
import { useState } from 'react';
import { Notice } from '../../pieces/notice.js';
import { Skeleton } from '../../pieces/skeleton.js';
import { KeyTable } from './key-table.js';
import { NewKey } from './new-key.js';
import { Revocation } from './revocation.js';

export type ApiKey = ApiKeysQuery['apiKeys'][number];

/** A key that was replaced ends some time ahead. */
const isOver = ({ revokedAt }: ApiKey): boolean => revokedAt != null && new Date(revokedAt) <= new Date();

export function KeysSection() {
  const [revoking, setRevoking] = useState<ApiKey>();
  const { data, error, refetch } = useQuery(ApiKeysDocument, { fetchPolicy: 'cache-and-network' });
  if (!data)
    return error ? (
      <Notice title="The keys could not be read" onRetry={() => refetch()} />
    ) : (
      <Skeleton of="API keys" rows={3} />
    );
  const working = data.apiKeys.filter((key) => !isOver(key));
  const over = data.apiKeys.filter(isOver);
  return (
    <>
      <p className="muted lead">
        With a key, your servers report messages and ask for embed tokens. A key belongs on a server, never in
        a page.
      </p>
      <NewKey />
      {working.length > 0 ? (
        <KeyTable label="Keys that work" keys={working} onRevoke={setRevoking} />
      ) : (
        <Notice title="No key works">Make one, or nothing can be recorded.</Notice>
      )}
      {over.length > 0 && (
        <details className="over">
          <summary>Keys that ended ({over.length})</summary>
          <KeyTable label="Keys that ended" keys={over} />
        </details>
      )}
      {revoking && (
        <Revocation
          apiKey={revoking}
          isLast={working.every(({ id, revokedAt }) => id === revoking.id || revokedAt != null)}
          onClose={() => setRevoking(undefined)}
        />
      )}
    </>
  );
}
