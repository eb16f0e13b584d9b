import type { ReactNode } from 'react';

export interface NoticeProps {
  readonly title: string;
  readonly children?: ReactNode;
  readonly onRetry?: () => void;
  /** There is nothing else on the page: its title is the page's. */
  readonly isPage?: boolean;
}

/** Stands where a page has nothing else to show. */
export function Notice({ title, children, onRetry, isPage = false }: NoticeProps) {
  const Title = isPage ? 'h1' : 'h2';
  return (
    <div className="notice" role="status">
      <Title>{title}</Title>
      {children && <p>{children}</p>}
      {onRetry && (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
