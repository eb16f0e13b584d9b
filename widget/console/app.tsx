// The composition root of the console: session -> client -> page.
import { ApolloProvider } from '@apollo/client/react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { CampaignDetails } from './campaign-details.js';
import { CampaignList } from './campaign-list.js';
import { type OpenClient, openClient } from './client.js';
import icon from './icon.svg';
import { Notice } from './notice.js';
import { Link, useAddress } from './router.js';
import { findSession, type Session, signIn, signOut } from './session.js';
import { SignIn } from './sign-in.js';

type Access = 'looking' | 'unreachable' | 'refused' | Session | null;

export function App() {
  const [access, setAccess] = useState<Access>('looking');
  const [open, setOpen] = useState<OpenClient>();
  const session = typeof access === 'string' ? null : access;

  const look = (): void => {
    setAccess('looking');
    findSession().then(setAccess, () => setAccess('unreachable'));
  };
  const leave = useCallback((next: Access): void => {
    signOut();
    setAccess(next);
  }, []);

  useEffect(look, []);
  useEffect(() => {
    if (!session) return;
    const opened = openClient(session.apiKey, () => leave('refused'));
    setOpen(opened);
    return () => {
      setOpen(undefined);
      opened.close();
    };
  }, [session, leave]);

  if (access === 'looking') return null;
  if (access === 'unreachable')
    return (
      <Notice title="The server does not answer" onRetry={look}>
        Check that it is running.
      </Notice>
    );
  if (!session)
    return <SignIn isRefused={access === 'refused'} onSignIn={(apiKey) => setAccess(signIn(apiKey))} />;
  return (
    <>
      <header className="bar">
        <Link href="/" className="brand">
          <img src={icon} alt="" width="24" height="24" /> Campaign Analytics
        </Link>
        {!session.isDemo && (
          <button type="button" onClick={() => leave(null)}>
            Sign out
          </button>
        )}
      </header>
      {open && (
        <ApolloProvider client={open.client}>
          <Page />
        </ApolloProvider>
      )}
    </>
  );
}

function Page() {
  const { pathname, searchParams } = useAddress();
  const main = useRef<HTMLElement>(null);
  const shown = useRef(pathname);

  // As after the load of a page, a keyboard or a screen reader begins with what is new.
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    main.current?.focus();
  }, [pathname]);

  return (
    <main ref={main} tabIndex={-1}>
      {pageAt(pathname, searchParams)}
    </main>
  );
}

function pageAt(pathname: string, searchParams: URLSearchParams) {
  const [, id] = pathname.match(/^\/campaigns\/([^/]+)\/?$/) ?? [];
  if (id) return <CampaignDetails key={id} id={decodeURIComponent(id)} />;
  if (pathname === '/')
    return <CampaignList after={searchParams.get('after')} search={searchParams.get('search')} />;
  return <Notice title="There is nothing at this address" />;
}
