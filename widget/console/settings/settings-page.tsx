// Settings, a section an address: the account, its API keys, embedding, who is signed in, and what was done.
import type { ComponentType } from 'react';
import type { PageProps } from '../pages.js';
import { Notice } from '../pieces/notice.js';
import { Link } from '../router.js';
import { useSession } from '../session.js';
import { AccountSection } from './account-section.js';
import { AuditSection } from './audit-section.js';
import { EmbeddingSection } from './embedding/embedding-section.js';
import { KeysSection } from './keys/keys-section.js';
import { SessionsSection } from './sessions-section.js';
import './settings.css';

export interface SectionProps {
  readonly address: URL;
}

interface SettingsSection {
  readonly path: string;
  readonly name: string;
  readonly isForAdmins: boolean;
  readonly Section: ComponentType<SectionProps>;
}

const SECTIONS: readonly SettingsSection[] = [
  { path: '', name: 'Account', isForAdmins: false, Section: AccountSection },
  { path: 'keys', name: 'API keys', isForAdmins: true, Section: KeysSection },
  { path: 'embedding', name: 'Embedding', isForAdmins: false, Section: EmbeddingSection },
  { path: 'sessions', name: 'Signed in', isForAdmins: true, Section: SessionsSection },
  { path: 'audit', name: 'Audit', isForAdmins: true, Section: AuditSection },
];

export function SettingsPage({ address, parts }: PageProps) {
  const { scopes } = useSession();
  const section = SECTIONS.find(({ path }) => path === parts.rest);
  return (
    <div className="settings">
      <title>{`${section && section.path !== '' ? `${section.name} – ` : ''}Settings – Campaign Analytics`}</title>
      <div className="heading">
        <h1>Settings</h1>
      </div>
      <nav className="settings-sections" aria-label="Settings">
        {SECTIONS.map(({ path, name }) => (
          <Link
            key={path}
            href={path ? `/settings/${path}` : '/settings'}
            aria-current={path === parts.rest ? 'page' : undefined}
          >
            {name}
          </Link>
        ))}
      </nav>
      {!section && <Notice title="There is nothing at this address" />}
      {section &&
        (section.isForAdmins && !scopes.includes('ADMIN') ? (
          <Notice title="Your key may not see this">
            Sign in with one that has the scope ADMIN, or with a one-time link.
          </Notice>
        ) : (
          <section.Section address={address} />
        ))}
    </div>
  );
}
