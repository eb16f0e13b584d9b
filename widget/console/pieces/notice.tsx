import type { ReactNode } from 'react';

export interface NoticeProps {
  readonly title: string;
  readonly children?: ReactNode;
  readonly onRetry?: () => void;
}

/** Stands where a page has nothing else to show. */
export function Notice({ title, children, onRetry }: NoticeProps) {
  return (
    <div className="notice" role="status">
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {onRetry && (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
