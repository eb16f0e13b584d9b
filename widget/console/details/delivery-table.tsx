import type { MessageStatus } from '@campaign-analytics/schema/graphql';
import { figuresIn } from '../../src/boxes/figures.js';
import type { BreakdownRead } from './live-breakdown.js';
import '../pieces/table.css';

const { count, percent } = figuresIn('en');

const STATUSES: Record<MessageStatus, readonly [name: string, meaning: string]> = {
  SENT: ['Sent', 'handed to the provider'],
  DELIVERED: ['Delivered', 'confirmed by the carrier'],
  UNDELIVERED: ['Undelivered', 'lost or refused by a carrier'],
  FAILED: ['Failed', 'refused by the provider, in no box'],
};

export interface DeliveryTableProps {
  readonly deliveries: BreakdownRead['deliveries'];
}

export function DeliveryTable({ deliveries }: DeliveryTableProps) {
  const all = deliveries.reduce((sum, { messages }) => sum + messages, 0);
  if (all === 0) return <p className="panel muted">No message has been sent yet.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is to be scrolled by key
    <section className="table-room tall" tabIndex={0} aria-label="Deliveries">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Status</th>
            <th scope="col">Error code</th>
            <th scope="col" className="number">
              Messages
            </th>
            <th scope="col" className="number">
              Share
            </th>
          </tr>
        </thead>
        <tbody>
          {deliveries.map(({ status, errorCode, messages }, index) => (
            <tr key={`${status} ${errorCode}`}>
              <th scope="row">
                {STATUSES[status][0]}{' '}
                {deliveries.findIndex((each) => each.status === status) === index && (
                  <span className="meaning">{STATUSES[status][1]}</span>
                )}
              </th>
              <td>{errorCode ?? <span className="muted">—</span>}</td>
              <td className="number">{count(messages)}</td>
              <td className="number muted">{percent(Math.round((1_000 * messages) / all) / 10)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
