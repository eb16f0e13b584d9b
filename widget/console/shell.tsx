// What stands around every page: the way to the others, who is signed in, and a word when the server does not answer.
import { type ReactNode, useSyncExternalStore } from 'react';
import type { Connection } from './connection.js';
import icon from './icon.svg';
import { pageAt, SECTIONS } from './pages.js';
import { SectionIcon } from './pieces/section-icon.js';
import { Link, useAddress } from './router.js';
import './shell.css';

export interface ShellProps {
  readonly connection: Connection;
  /** Left out where there is nothing to sign out of. */
  readonly onSignOut?: (() => void) | undefined;
  readonly children: ReactNode;
}

export function Shell({ connection, onSignOut, children }: ShellProps) {
  const { pathname } = useAddress();
  const isLost = useSyncExternalStore(connection.subscribe, connection.isLost);
  const section = pageAt(pathname)?.page.section;
  return (
    <>
      <a className="skip" href="#page">
        Skip to the page
      </a>
      <header className="bar">
        <Link href="/" className="brand">
          <img src={icon} alt="" width="24" height="24" /> Campaign Analytics
        </Link>
        <nav className="sections" aria-label="Sections">
          {SECTIONS.map(({ href, name }) => (
            <Link key={href} href={href} aria-current={href === section ? 'page' : undefined}>
              <SectionIcon href={href} />
              {name}
            </Link>
          ))}
        </nav>
        {onSignOut && (
          <button type="button" className="quiet" onClick={onSignOut}>
            Sign out
          </button>
        )}
      </header>
      <p className="lost" role="status">
        {isLost && 'The server does not answer. What is shown may be old; it goes on by itself.'}
      </p>
      {children}
    </>
  );
}
