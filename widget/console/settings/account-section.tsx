import { useQuery } from '@apollo/client/react';
import { AccountSettingsDocument } from '@campaign-analytics/schema/graphql';
import { AutoSwitch } from '../pieces/auto-switch.js';
import { Notice } from '../pieces/notice.js';
import { Skeleton } from '../pieces/skeleton.js';
import { useSession } from '../session.js';
import { CountryForm } from './country-form.js';
import { RetentionForm } from './retention-form.js';

export function AccountSection() {
  const { scopes } = useSession();
  const { data, error, refetch } = useQuery(AccountSettingsDocument, { fetchPolicy: 'cache-and-network' });
  if (!data)
    return error ? (
      <Notice title="The account could not be read" onRetry={() => refetch()} />
    ) : (
      <Skeleton of="the account" rows={3} />
    );
  const { account } = data;
  const mayChange = scopes.includes('ADMIN');
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
      {!mayChange && <p className="muted">To change this, sign in with a key that has the scope ADMIN.</p>}
      <AutoSwitch settings={account} />
      <section className="panel settings-part">
        <h2>National numbers</h2>
        <CountryForm country={account.defaultCountry} mayChange={mayChange} />
      </section>
      <section className="panel settings-part">
        <h2>Message bodies</h2>
        <RetentionForm bodyDays={account.bodyDays ?? null} mayChange={mayChange} />
      </section>
    </>
  );
}
