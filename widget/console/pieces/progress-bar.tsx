import type { ReactNode } from 'react';

export interface ProgressBarProps {
  readonly label: string;
  readonly done: number;
  /** Null or left out until it is known: the bar then only says that something goes on. */
  readonly total?: number | null;
  /** Stands below: rate, remaining time. */
  readonly children?: ReactNode;
}

export const ProgressBar = ({ label, done, total, children }: ProgressBarProps) => (
  <div className="progress-bar">
    <progress aria-label={label} max={total || 1} value={total ? Math.min(done, total) : undefined} />
    {children && <p className="muted">{children}</p>}
  </div>
);
