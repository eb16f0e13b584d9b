import { useMutation } from '@apollo/client/react';
import { ApiKeysDocument, RevokeApiKeyDocument } from '@campaign-analytics/schema/graphql';
import { Confirmation } from '../../pieces/confirmation.js';
import { useSession } from '../../session.js';
import type { ApiKey } from './keys-section.js';

export interface RevocationProps {
  readonly apiKey: ApiKey;
  /** No other key goes on after it. */
  readonly isLast: boolean;
  onClose(): void;
}

export function Revocation({ apiKey: { id, name }, isLast, onClose }: RevocationProps) {
  const session = useSession();
  const [revoke] = useMutation(RevokeApiKeyDocument, { refetchQueries: [ApiKeysDocument] });
  return (
    <Confirmation
      title={`Revoke “${name}”?`}
      action="Revoke"
      isDangerous
      onConfirm={() => revoke({ variables: { id } })}
      onClose={onClose}
    >
      <p>
        Whatever uses it is refused within seconds, for good. Embed tokens that it made go on to their end.
      </p>
      {isLast && (
        <p className="warning">
          It is the last key. Nothing is recorded until there is a new one, which then only{' '}
          <code>npm run account -- create-key</code> on the server can make, or somebody whom a one-time link
          signs in.
        </p>
      )}
      {id === session.keyId && <p className="warning">You are signed in with it: it signs you out.</p>}
    </Confirmation>
  );
}
