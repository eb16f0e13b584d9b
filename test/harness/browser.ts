// A real Chromium, headless: the one inside the npm package, which needs no installation of its own.
import bundled from '@sparticuz/chromium';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';

/** Flags that keep it from looking for anything beyond this machine. */
const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-quic',
  '--disable-sync',
  '--no-first-run',
];

/** Starts it. What the package asks for beside its path serves other machines than a test's. */
export const launchBrowser = async (): Promise<Browser> =>
  chromium.launch({
    executablePath: await bundled.executablePath(),
    args: ['--no-sandbox', '--disable-gpu', '--headless=shell', ...QUIET],
  });

export interface TestBrowser {
  /** A new page in a context of its own; every fault on it is collected in `faults`. */
  open(options?: BrowserContextOptions): Promise<{ page: Page; faults: string[] }>;
}

/** A browser for this test file. */
export function useBrowser(): TestBrowser {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  return {
    async open(options) {
      const context = await browser.newContext(options);
      const page = await context.newPage();
      const faults: string[] = [];
      page.on('pageerror', (error) => faults.push(error.message));
      page.on('console', (line) => {
        if (line.type() === 'error') faults.push(line.text());
      });
      return { page, faults };
    },
  };
}
