// The composition root of the console: session -> client -> page.
import { ApolloProvider } from '@apollo/client/react';
import { useCallback, useEffect, useState } from 'react';
import { type OpenClient, openClient } from './client.js';
import { Outlet } from './outlet.js';
import { Notice } from './pieces/notice.js';
import { findSession, type Session, signIn, signOut } from './session.js';
import { Shell } from './shell.js';
import { SignIn } from './sign-in/sign-in.js';

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
    open && (
      <ApolloProvider client={open.client}>
        <Shell connection={open.connection} onSignOut={session.isDemo ? undefined : () => leave(null)}>
          <Outlet />
        </Shell>
      </ApolloProvider>
    )
  );
}
