import type { OptOutSource } from '@campaign-analytics/schema/graphql';
import { instantText } from '../pieces/times.js';
import { Link } from '../router.js';
import type { OptedOut } from './opt-out-list.js';

type OptOut = OptedOut['optOuts'][number];

export interface OptOutRowProps {
  readonly contact: OptedOut;
  /** Left out where the reader may not. */
  readonly onRemove?: ((contact: OptedOut) => void) | undefined;
}

export function OptOutRow({ contact, onRemove }: OptOutRowProps) {
  const [newest, ...earlier] = contact.optOuts;
  return (
    <tr>
      <th scope="row">{contact.contact}</th>
      <td data-label="Opted out">{instantText(contact.at)}</td>
      <td data-label="Where and by whom">
        {newest && <Where optOut={newest} />}
        {earlier.length > 0 && (
          <details>
            <summary>and {earlier.length} earlier</summary>
            <ul>
              {earlier.map((optOut) => (
                <li key={`${optOut.at} ${optOut.source} ${optOut.campaignId} ${optOut.senderId}`}>
                  <Where optOut={optOut} /> <span className="muted">{instantText(optOut.at)}</span>
                </li>
              ))}
            </ul>
          </details>
        )}
      </td>
      <td className="number">
        {onRemove && (
          <button type="button" aria-label={`Remove ${contact.contact}`} onClick={() => onRemove(contact)}>
            Remove
          </button>
        )}
      </td>
    </tr>
  );
}

const WAYS: Readonly<Record<OptOutSource, string>> = {
  AUTO: 'by answering',
  MANUAL: 'by hand',
  ACCOUNT: 'for the whole account',
};

/** "River clean-up, by Ana Ruiz", "Food bank, by answering", "Whole account". */
function Where({
  optOut: { source, campaignId, campaignName, senderId, senderName },
}: {
  readonly optOut: OptOut;
}) {
  const sender = senderName ?? senderId;
  const way = sender ? `by ${sender}` : WAYS[source];
  if (!campaignId) return sender ? `Whole account, ${way}` : 'Whole account';
  return (
    <>
      {campaignName ? (
        <Link href={`/campaigns/${encodeURIComponent(campaignId)}`}>{campaignName}</Link>
      ) : (
        'A deleted campaign'
      )}
      , {source === 'ACCOUNT' && sender ? `${way}, ${WAYS.ACCOUNT}` : way}
    </>
  );
}
