// What was done to the account, newest first.
import { useQuery } from '@apollo/client/react';
import {
  ApiKeysDocument,
  AuditEntriesDocument,
  type AuditEntriesQuery,
} from '@campaign-analytics/schema/graphql';
import { Notice } from '../pieces/notice.js';
import { Skeleton } from '../pieces/skeleton.js';
import { instantText } from '../pieces/times.js';
import { Link, withParameters } from '../router.js';
import type { SectionProps } from './settings-page.js';
import '../pieces/table.css';

type AuditEntry = AuditEntriesQuery['auditEntries'][number];

const FIRST = 50;
const MOST = 1_000;

const WORDS: Readonly<Record<string, string>> = {
  API_KEY_CREATED: 'API key made',
  API_KEY_REVOKED: 'API key revoked',
  AUTO_OPT_OUT_SET: 'Automatic opt-out set',
  BODY_RETENTION_SET: 'Retention of bodies set',
  CONTACT_ERASED: 'Contact erased',
  DEFAULT_COUNTRY_SET: 'Default country set',
  SIGN_IN_LINK_CREATED: 'Sign-in link made',
  SIGN_IN_LINK_USED: 'Sign-in link used',
};
/** "AUTO_OPT_OUT_SET": "Auto opt out set". */
const plain = (action: string): string =>
  action.charAt(0) + action.slice(1).toLowerCase().replaceAll('_', ' ');

export function AuditSection({ address }: SectionProps) {
  const isAll = address.searchParams.has('all');
  const keys = useQuery(ApiKeysDocument);
  const query = useQuery(AuditEntriesDocument, {
    variables: { first: isAll ? MOST : FIRST },
    fetchPolicy: 'cache-and-network',
  });
  const entries = (query.data ?? query.previousData)?.auditEntries;
  const nameOf = (id: string): string | undefined => keys.data?.apiKeys.find((key) => key.id === id)?.name;
  if (!entries)
    return query.error ? (
      <Notice title="The audit could not be read" onRetry={() => query.refetch()} />
    ) : (
      <Skeleton of="the audit" rows={6} />
    );
  if (entries.length === 0)
    return (
      <Notice title="Nothing was done yet">Keys made and revoked, and settings changed, appear here.</Notice>
    );
  return (
    <>
      <div className="table-room">
        <table className="table cards" aria-label="What was done">
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">When</th>
              <th scope="col">By</th>
              <th scope="col">Of</th>
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) => (
              <tr key={entry.id}>
                <th scope="row">{WORDS[entry.action] ?? plain(entry.action)}</th>
                <td data-label="When">{instantText(entry.at)}</td>
                <td data-label="By">{actorText(entry, nameOf)}</td>
                <td data-label="Of">{subjectText(entry, nameOf)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {!isAll && entries.length === FIRST && (
        <nav className="pager" aria-label="More">
          <Link href={withParameters(address, { all: 'yes' })}>Show up to {MOST.toLocaleString('en')}</Link>
        </nav>
      )}
    </>
  );
}

function actorText({ action, keyId }: AuditEntry, nameOf: (id: string) => string | undefined): string {
  if (keyId) return nameOf(keyId) ?? keyId;
  if (action === 'SIGN_IN_LINK_CREATED') return 'Command line';
  return action === 'SIGN_IN_LINK_USED' ? 'Who had the link' : 'Command line or link';
}

function subjectText({ action, subject }: AuditEntry, nameOf: (id: string) => string | undefined) {
  if (action === 'BODY_RETENTION_SET') return subject ? `${subject} days` : 'Kept';
  if (!subject || action.startsWith('SIGN_IN_LINK')) return '';
  return nameOf(subject) ?? subject;
}
