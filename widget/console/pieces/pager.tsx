import { Link, withParameters } from '../router.js';

const PAGED = { isPaged: true };

export interface PagerProps {
  /** Of the page that is shown: `after` in it is where it begins. */
  readonly address: URL;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null };
}

/** Cursors lead onwards only: the way back is the way that was come. */
export function Pager({ address, pageInfo: { hasNextPage, endCursor } }: PagerProps) {
  const isFirst = !address.searchParams.get('after');
  const isPaged = (history.state as { isPaged?: boolean } | null)?.isPaged === true;
  if (isFirst && !hasNextPage) return null;
  return (
    <nav className="pager" aria-label="Pages">
      {!isFirst && <Link href={withParameters(address, { after: null })}>First page</Link>}
      {!isFirst && isPaged && (
        <button type="button" className="plain" onClick={() => history.back()}>
          Previous page
        </button>
      )}
      {hasNextPage && (
        <Link href={withParameters(address, { after: endCursor })} state={PAGED}>
          Next page
        </Link>
      )}
    </nav>
  );
}
