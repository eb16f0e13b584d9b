import { readdress, withParameters } from '../router.js';
import { type MonthRange, monthName, monthsOffered } from './usage-months.js';

export interface RangeChooserProps {
  readonly address: URL;
  readonly range: MonthRange;
  readonly now: Date;
}

/** The first and the last month; where they cross, they change places. */
export function RangeChooser({ address, range, now }: RangeChooserProps) {
  const months = monthsOffered(range, now);
  const choose = (from: string, to: string): void => readdress(withParameters(address, { from, to }));
  return (
    <div className="months">
      <MonthSelect
        label="From"
        months={months}
        month={range.from}
        onChoose={(from) => choose(from, range.to)}
      />
      <MonthSelect label="To" months={months} month={range.to} onChoose={(to) => choose(range.from, to)} />
    </div>
  );
}

interface MonthSelectProps {
  readonly label: string;
  readonly months: readonly string[];
  readonly month: string;
  onChoose(month: string): void;
}

function MonthSelect({ label, months, month, onChoose }: MonthSelectProps) {
  return (
    <label>
      <span className="muted">{label}</span>
      <select value={month} onChange={({ target }) => onChoose(target.value)}>
        {months.map((each) => (
          <option key={each} value={each}>
            {monthName(each)}
          </option>
        ))}
      </select>
    </label>
  );
}
