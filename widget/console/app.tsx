// The composition root of the console: session -> client -> page.
import { ApolloProvider } from '@apollo/client/react';
import { useCallback, useEffect, useState } from 'react';
import { type OpenClient, openClient } from './client.js';
import { Outlet } from './outlet.js';
import { Notice } from './pieces/notice.js';
import { readdress, useAddress } from './router.js';
import { findSession, type Session, SessionContext, signOut } from './session.js';
import { Shell } from './shell.js';
import { SignIn } from './sign-in/sign-in.js';

type Access = 'looking' | 'unreachable' | 'ended' | Session | null;

export function App() {
  const { pathname } = useAddress();
  const [access, setAccess] = useState<Access>('looking');
  const [open, setOpen] = useState<OpenClient>();
  const session = typeof access === 'string' ? null : access;

  const look = (): void => {
    setAccess('looking');
    findSession().then(setAccess, () => setAccess('unreachable'));
  };

  /** Somebody may have signed in anew, in another tab: the page goes on in that session. */
  const lookForOther = useCallback(({ id }: Session): void => {
    findSession().then(
      (found) => setAccess(found && found.id !== id ? found : 'ended'),
      // A server that does not answer has ended nothing.
      () => undefined,
    );
  }, []);

  useEffect(look, []);
  useEffect(() => {
    if (!session) return;
    const opened = openClient(() => lookForOther(session));
    setOpen(opened);
    return () => {
      setOpen(undefined);
      opened.close();
    };
  }, [session, lookForOther]);

  if (access === 'looking') return null;
  if (access === 'unreachable')
    return (
      <Notice title="The server does not answer" onRetry={look}>
        Check that it is running.
      </Notice>
    );
  const isAtSignIn = pathname === '/sign-in';
  if (!session || isAtSignIn)
    return (
      <SignIn
        session={session}
        isEnded={access === 'ended'}
        onSignedIn={(next) => {
          if (isAtSignIn) readdress('/');
          setAccess(next);
        }}
      />
    );
  const leave = (): void =>
    void signOut().then(
      () => setAccess(null),
      () => undefined,
    );
  return (
    open && (
      <SessionContext value={session}>
        <ApolloProvider client={open.client}>
          <Shell connection={open.connection} onSignOut={session.isDemo ? undefined : leave}>
            <Outlet />
          </Shell>
        </ApolloProvider>
      </SessionContext>
    )
  );
}
