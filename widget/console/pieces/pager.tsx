import { Link } from '../router.js';

const PAGED = { isPaged: true };

export interface PagerProps {
  readonly firstHref: string;
  /** Null on the last page. */
  readonly nextHref: string | null;
  /** Whether the page shown is the first one. */
  readonly isFirst: boolean;
}

/** Cursors lead onwards only: the way back is the way that was come. */
export function Pager({ firstHref, nextHref, isFirst }: PagerProps) {
  const isPaged = (history.state as { isPaged?: boolean } | null)?.isPaged === true;
  if (isFirst && !nextHref) return null;
  return (
    <nav className="pager" aria-label="Pages">
      {!isFirst && <Link href={firstHref}>First page</Link>}
      {!isFirst && isPaged && (
        <button type="button" className="plain" onClick={() => history.back()}>
          Previous page
        </button>
      )}
      {nextHref && (
        <Link href={nextHref} state={PAGED}>
          Next page
        </Link>
      )}
    </nav>
  );
}
