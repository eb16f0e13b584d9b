import './skeleton.css';

export interface SkeletonProps {
  /** What comes: "campaigns". */
  readonly of: string;
  readonly rows: number;
  /** Of one row, in pixels, as what comes will have it. */
  readonly rowHeight?: number;
}

/** Keeps the room of what is being read. It appears after a moment only: what comes at once needs no announcement. */
export const Skeleton = ({ of, rows, rowHeight = 56 }: SkeletonProps) => (
  <div className="skeleton" role="status" aria-label={`Reading ${of}`}>
    <svg aria-hidden="true" width="100%" height={rows * rowHeight}>
      {Array.from({ length: rows }, (_, row) => (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: rows are nothing but their place
          key={row}
          x="20"
          y={row * rowHeight + rowHeight / 2 - 6}
          width={`${[38, 24, 46, 31][row % 4]}%`}
          height="12"
          rx="6"
        />
      ))}
    </svg>
  </div>
);
