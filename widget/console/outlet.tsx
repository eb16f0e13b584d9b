// Where the page of the address is shown. The one before stays until the next one is loaded.
import { type ComponentType, useEffect, useRef, useState } from 'react';
import { type Found, type PageProps, pageAt } from './pages.js';
import { loadElement } from './pieces/element.js';
import { Notice } from './pieces/notice.js';
import { useAddress } from './router.js';

interface Shown extends Found {
  readonly pathname: string;
  readonly Component: ComponentType<PageProps> | null;
}

export function Outlet() {
  const address = useAddress();
  const { pathname } = address;
  const [shown, setShown] = useState<Shown>();
  const main = useRef<HTMLElement>(null);
  const focused = useRef(pathname);
  const found = pageAt(pathname);

  useEffect(() => {
    const found = pageAt(pathname);
    if (!found) return;
    let isOver = false;
    const show = (Component: Shown['Component']): void => {
      if (!isOver) setShown({ ...found, pathname, Component });
    };
    found.page.load().then(
      // A component is a function, which a setter would call.
      (Component) => {
        show(Component);
        // Behind the page itself; whoever needs it at once calls for it, and tells where it cannot be had.
        loadElement().catch(() => undefined);
      },
      () => show(null),
    );
    return () => {
      isOver = true;
    };
  }, [pathname]);

  // As after the load of a page, a keyboard or a screen reader begins with what is new.
  const at = found ? shown?.pathname : pathname;
  useEffect(() => {
    if (at === undefined || focused.current === at) return;
    focused.current = at;
    main.current?.focus();
  }, [at]);

  return (
    <main ref={main} id="page" tabIndex={-1}>
      {found ? shown && <Content shown={shown} address={address} /> : <Nothing />}
    </main>
  );
}

function Content({ shown, address }: { readonly shown: Shown; readonly address: URL }) {
  const { Component, page, parts } = shown;
  // While the next page is loaded the one before keeps the address that it was shown for.
  const kept = useRef(address);
  if (address.pathname === shown.pathname) kept.current = address;
  if (Component)
    return (
      <Component
        key={page.pattern.endsWith('*') ? page.pattern : shown.pathname}
        address={kept.current}
        parts={parts}
      />
    );
  return (
    <Notice isPage title="The page could not be loaded" onRetry={() => location.reload()}>
      The server does not answer, or was renewed.
    </Notice>
  );
}

const Nothing = () => (
  <>
    <title>Not found – Campaign Analytics</title>
    <Notice isPage title="There is nothing at this address" />
  </>
);
