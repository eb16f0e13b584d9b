import { figuresIn } from '../../src/boxes/figures.js';
import { isNow, monthName, type UsageMonth } from './usage-months.js';
import '../pieces/table.css';

export interface UsageTableProps {
  /** Oldest first; shown the other way round. */
  readonly months: readonly UsageMonth[];
  readonly now: Date;
}

const { count } = figuresIn('en');

export const UsageTable = ({ months, now }: UsageTableProps) => (
  <div className="table-room">
    <table className="table cards usage">
      <caption className="unseen">Usage by month, newest first</caption>
      <thead>
        <tr>
          <th scope="col">Month (UTC)</th>
          <th scope="col" className="number">
            Messaged contacts
          </th>
          <th scope="col" className="number">
            SMS messages
          </th>
          <th scope="col" className="number">
            SMS segments
          </th>
          <th scope="col" className="number">
            MMS messages
          </th>
        </tr>
      </thead>
      <tbody>
        {months.toReversed().map((usage) => (
          <tr key={usage.month}>
            <th scope="row">
              {monthName(usage.month)}
              {isNow(usage.month, now) && <span className="muted so-far"> so far</span>}
            </th>
            <td className="number" data-label="Messaged contacts">
              {count(usage.messagedContacts)}
            </td>
            <Split label="SMS messages" all={usage.smsMessages} sent={usage.sentSmsMessages} />
            <Split label="SMS segments" all={usage.smsSegments} sent={usage.sentSmsSegments} />
            <Split label="MMS messages" all={usage.mmsMessages} sent={usage.sentMmsMessages} />
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

interface SplitProps {
  readonly label: string;
  readonly all: number;
  readonly sent: number;
}

/** A number of both directions, with its two parts below. */
const Split = ({ label, all, sent }: SplitProps) => (
  <td className="number" data-label={label}>
    {count(all)}
    {all > 0 && (
      <span className="split">
        {count(sent)} sent, {count(all - sent)} received
      </span>
    )}
  </td>
);
