// Puts a real token into the snippet, and takes it back: one that went astray is revoked.
import { useMutation } from '@apollo/client/react';
import { IssueEmbedTokenDocument, RevokeEmbedTokenDocument } from '@campaign-analytics/schema/graphql';
import { failureText } from '../../pieces/failure.js';
import { instantText } from '../../pieces/times.js';
import type { TokenWish } from './snippets.js';

export interface TokenMakerProps {
  readonly wish: TokenWish;
  /** With the token, or with null when it was revoked. */
  onMade(token: string | null): void;
}

export function TokenMaker({ wish, onMade }: TokenMakerProps) {
  const [issue, { data, error, loading, reset }] = useMutation(IssueEmbedTokenDocument, {
    fetchPolicy: 'no-cache',
  });
  const [revoke, revoking] = useMutation(RevokeEmbedTokenDocument);
  const made = data?.createEmbedToken;

  const make = async (): Promise<void> => {
    if (loading) return;
    const answer = await issue({ variables: { input: wish } }).catch(() => undefined);
    if (answer?.data) onMade(answer.data.createEmbedToken.token);
  };
  const takeBack = async (id: string): Promise<void> => {
    if (revoking.loading) return;
    const answer = await revoke({ variables: { id } }).catch(() => undefined);
    if (!answer) return;
    reset();
    onMade(null);
  };
  const fault = error ?? revoking.error;
  return (
    <>
      <p role={fault ? 'alert' : 'status'} className={fault ? 'fault' : 'muted'}>
        {fault ? failureText(fault) : made && `With a token that lives until ${instantText(made.expiresAt)}`}
      </p>
      {made ? (
        <button type="button" onClick={() => void takeBack(made.id)}>
          Revoke the token
        </button>
      ) : (
        <button type="button" aria-disabled={loading} onClick={() => void make()}>
          Put a token in
        </button>
      )}
    </>
  );
}
