import { useQuery } from '@apollo/client/react';
import { AccountDocument } from '@campaign-analytics/schema/graphql';
import { Notice } from '../pieces/notice.js';
import { Skeleton } from '../pieces/skeleton.js';
import { useSession } from '../session.js';
import { RetentionForm } from './retention-form.js';

export function AccountSection() {
  const { scopes } = useSession();
  const { data, error, refetch } = useQuery(AccountDocument, { fetchPolicy: 'cache-and-network' });
  if (!data)
    return error ? (
      <Notice title="The account could not be read" onRetry={() => refetch()} />
    ) : (
      <Skeleton of="the account" rows={3} />
    );
  const { account } = data;
  return (
    <>
      <section className="panel settings-part">
        <h2>Account</h2>
        <dl className="settings-facts">
          <dt>Name</dt>
          <dd>{account.name}</dd>
          <dt>Id</dt>
          <dd>
            <code>{account.id}</code>
          </dd>
        </dl>
      </section>
      <section className="panel settings-part">
        <h2>Message bodies</h2>
        <RetentionForm bodyDays={account.bodyDays ?? null} mayChange={scopes.includes('ADMIN')} />
      </section>
    </>
  );
}
