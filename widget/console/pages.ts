// The console's pages: which address shows which, each a module of its own that is loaded when it is first gone to.
import type { ComponentType } from 'react';

export interface PageProps {
  readonly address: URL;
  /** What stands in the address for each name in its pattern, decoded: `/campaigns/:id` has `id`. */
  readonly parts: Readonly<Record<string, string>>;
}

export interface Page {
  /** `:name` stands for one part of the path, a `*` at the end for any rest. */
  readonly pattern: string;
  /** The section of the navigation that it belongs to. */
  readonly section: string;
  load(): Promise<ComponentType<PageProps>>;
}

export interface Section {
  readonly href: string;
  readonly name: string;
}

export const SECTIONS: readonly Section[] = [
  { href: '/', name: 'Campaigns' },
  { href: '/exports', name: 'Exports' },
  { href: '/usage', name: 'Usage' },
  { href: '/opt-outs', name: 'Opt Outs' },
  { href: '/settings', name: 'Settings' },
];

const PAGES: readonly Page[] = [
  {
    pattern: '/',
    section: '/',
    load: async () => (await import('./campaigns/campaign-list.js')).CampaignList,
  },
  {
    pattern: '/campaigns/:id',
    section: '/',
    load: async () => (await import('./details/campaign-details.js')).CampaignDetails,
  },
  {
    pattern: '/exports',
    section: '/exports',
    load: async () => (await import('./exports/exports-page.js')).ExportsPage,
  },
  {
    pattern: '/usage',
    section: '/usage',
    load: async () => (await import('./usage/usage-analytics.js')).UsageAnalytics,
  },
  {
    pattern: '/opt-outs',
    section: '/opt-outs',
    load: async () => (await import('./opt-outs/opt-out-management.js')).OptOutManagement,
  },
  {
    pattern: '/settings/*',
    section: '/settings',
    load: async () => (await import('./settings/settings-page.js')).SettingsPage,
  },
];

export interface Found {
  readonly page: Page;
  readonly parts: Readonly<Record<string, string>>;
}

/** The page at a path, or null where there is none. */
export function pageAt(pathname: string): Found | null {
  const given = pathname.split('/').filter(Boolean);
  for (const page of PAGES) {
    const parts = match(page.pattern.split('/').filter(Boolean), given);
    if (parts) return { page, parts };
  }
  return null;
}

function match(pattern: readonly string[], given: readonly string[]): Record<string, string> | null {
  const isOpen = pattern.at(-1) === '*';
  const named = isOpen ? pattern.slice(0, -1) : pattern;
  if (isOpen ? given.length < named.length : given.length !== named.length) return null;
  const parts: Record<string, string> = {};
  for (const [index, name] of named.entries()) {
    const part = given[index] ?? '';
    if (name.startsWith(':')) parts[name.slice(1)] = decoded(part);
    else if (name !== part) return null;
  }
  if (isOpen) parts.rest = given.slice(named.length).map(decoded).join('/');
  return parts;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
