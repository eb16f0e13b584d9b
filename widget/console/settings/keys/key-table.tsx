import { instantText } from '../../pieces/times.js';
import { useSession } from '../../session.js';
import type { ApiKey } from './keys-section.js';
import '../../pieces/table.css';

export interface KeyTableProps {
  readonly label: string;
  readonly keys: readonly ApiKey[];
  /** Left out where there is nothing left to revoke. */
  readonly onRevoke?: (key: ApiKey) => void;
}

export function KeyTable({ label, keys, onRevoke }: KeyTableProps) {
  const session = useSession();
  return (
    <div className="table-room">
      <table className="table cards" aria-label={label}>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Begins with</th>
            <th scope="col">May</th>
            <th scope="col">Made</th>
            <th scope="col">{onRevoke ? <span className="unseen">What to do</span> : 'Ended'}</th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key.id}>
              <th scope="row">
                {key.name}
                {key.id === session.keyId && <span className="mark">Signed in with it</span>}
                {onRevoke && key.revokedAt && <span className="mark">Ends {instantText(key.revokedAt)}</span>}
              </th>
              <td data-label="Begins with">
                {key.prefix ? <code>{key.prefix}…</code> : <span className="muted">Not known</span>}
              </td>
              <td data-label="May">{key.scopes.map((scope) => scope.toLowerCase()).join(', ')}</td>
              <td data-label="Made">{instantText(key.createdAt)}</td>
              {onRevoke ? (
                <td className="number">
                  {/* The demo goes on at its next start with the key that it has. */}
                  {!(session.isDemo && key.id === session.keyId) && (
                    <button type="button" aria-label={`Revoke ${key.name}`} onClick={() => onRevoke(key)}>
                      Revoke
                    </button>
                  )}
                </td>
              ) : (
                <td data-label="Ended">{key.revokedAt && instantText(key.revokedAt)}</td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
