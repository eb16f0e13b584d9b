import { figuresIn } from '../../src/boxes/figures.js';
import { type Direction, SortHeading } from '../pieces/sort-heading.js';
import { readdress, withParameters } from '../router.js';
import type { BreakdownRead } from './live-breakdown.js';
import '../pieces/table.css';

type Row = BreakdownRead['senders'][number];

const { count } = figuresIn('en');
const COLUMNS = [
  ['assigned', 'Assigned', 'assigned'],
  ['sent', 'Sent', 'messagesSent'],
  ['replies', 'Replies', 'replies'],
  ['opt-outs', 'Opt outs', 'optOuts'],
] as const satisfies readonly (readonly [string, string, keyof Row])[];

const nameOf = ({ name, senderId }: Row): string => name ?? senderId ?? 'Nobody';

export interface SenderTableProps {
  readonly senders: readonly Row[];
  readonly address: URL;
}

export function SenderTable({ senders, address }: SenderTableProps) {
  const [, sort = 'sent', way = 'desc'] =
    address.searchParams.get('senders')?.match(/^(.+)-(asc|desc)$/) ?? [];
  const direction: Direction = way === 'asc' ? 'ASC' : 'DESC';
  const field = COLUMNS.find(([name]) => name === sort)?.[2];
  const ascending = (one: Row, other: Row): number =>
    field ? one[field] - other[field] : nameOf(other).localeCompare(nameOf(one));
  const rows = senders.toSorted((one, other) => (direction === 'ASC' ? 1 : -1) * ascending(one, other));
  const headingOf = (name: string) => ({
    sorted: sort === name ? direction : null,
    onSort: () => {
      const next = sort === name && direction === 'DESC' ? 'asc' : 'desc';
      readdress(withParameters(address, { senders: `${name}-${next}` }));
    },
  });
  if (rows.length === 0) return <p className="panel muted">Nobody has been made a sender yet.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is to be scrolled by key
    <section className="table-room tall" tabIndex={0} aria-label="Senders">
      <table className="table">
        <thead>
          <tr>
            <SortHeading {...headingOf('name')}>Sender</SortHeading>
            {COLUMNS.map(([name, text]) => (
              <SortHeading key={name} isNumber {...headingOf(name)}>
                {text}
              </SortHeading>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.senderId ?? ''}>
              <th scope="row">
                {row.senderId ? nameOf(row) : <span className="muted">Nobody</span>}
                {row.senderId && !row.isActive && <span className="tag">inactive</span>}
              </th>
              {COLUMNS.map(([name, , each]) => (
                <td key={name} className="number">
                  {count(row[each])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
