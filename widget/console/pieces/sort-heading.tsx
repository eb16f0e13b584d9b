import type { ReactNode } from 'react';

export type Direction = 'ASC' | 'DESC';

export interface SortHeadingProps {
  /** The direction in which the table is sorted by this column; null where it is by another. */
  readonly sorted: Direction | null;
  readonly isNumber?: boolean;
  readonly children: ReactNode;
  onSort(): void;
}

/** The head of a column by which a table may be sorted. */
export const SortHeading = ({ sorted, isNumber = false, children, onSort }: SortHeadingProps) => (
  <th
    scope="col"
    className={isNumber ? 'number' : undefined}
    aria-sort={sorted ? (sorted === 'ASC' ? 'ascending' : 'descending') : undefined}
  >
    <button type="button" className="sort" onClick={onSort}>
      {children}
    </button>
  </th>
);
