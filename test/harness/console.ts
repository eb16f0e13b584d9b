// The console as somebody sees it who signs in with a key.
import type { Page } from 'playwright-core';
import type { TestBrowser } from './browser.ts';

export interface OpenConsole {
  readonly page: Page;
  /** Faults of the page; those that the browser itself notes of answers and lost connections left out. */
  faults(): string[];
}

/** @param path - what is gone to after signing in */
export async function openConsole(
  browser: TestBrowser,
  url: string,
  key: string,
  path = '/',
  options: Parameters<TestBrowser['open']>[0] = {},
): Promise<OpenConsole> {
  const { page, faults } = await browser.open(options);
  await page.goto(url);
  await page.getByLabel('API key').fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Sections' }).waitFor();
  if (path !== '/') await page.goto(url + path);
  return {
    page,
    faults: () =>
      faults.filter((fault) => !/Failed to load resource|WebSocket connection to|ERR_CONNECTION/.test(fault)),
  };
}
