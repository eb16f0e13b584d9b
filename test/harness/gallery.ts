// The page of all states, as the demo has it, on a site of the test's own.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Site } from './site.ts';

const WIDGET = join(import.meta.dirname, '../../widget');
const read = (path: string): string => readFileSync(join(WIDGET, path), 'utf8');

export interface Choice {
  readonly state?: string;
  readonly numbers?: 'usual' | 'none' | 'large';
  readonly theme?: 'auto' | 'light' | 'dark';
  readonly locale?: 'en' | 'es' | 'fr' | 'ar' | 'de';
  readonly width?: '100%' | '640px' | '360px' | '220px';
}

export async function openGallery(site: Site, page: Page, choice: Choice = {}): Promise<void> {
  site.put('/gallery.css', read('demo/gallery.css'));
  site.put('/gallery.js', read('dist/demo/gallery.js'));
  const address = site.put('/gallery.html', read('demo/gallery.html'));
  await page.goto(address);
  await choose(page, choice);
}

/** Sets the form as a visitor would; what is left out stays. */
export async function choose(page: Page, choice: Choice): Promise<void> {
  for (const [name, value] of Object.entries(choice))
    await page.locator(`select[name="${name}"]`).selectOption(value);
}
