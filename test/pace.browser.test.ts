// However fast numbers come, the React face paints at most once a frame, and the boxes speak at most every 15 seconds.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser } from './harness/browser.ts';
import { bundle } from './harness/bundle.ts';
import { useBurst } from './harness/burst.ts';
import { choose, openGallery } from './harness/gallery.ts';
import { useSite } from './harness/site.ts';

const site = useSite();
const browser = useBrowser();
const burst = useBurst();

test('a thousand snapshots at once are painted at most once a frame, and the last one is seen', async () => {
  const { page, faults } = await browser.open();
  const edit = (example: string): string =>
    example.replaceAll('ws://localhost:4000', burst.url.replace('http', 'ws'));
  site.put('/react.js', `${await bundle('react-app.tsx', { edit })}\nmount();`);
  const body = '<!doctype html><title>A host</title><div id="root"></div>';
  await page.goto(site.put('/react.html', `${body}<script type="module" src="/react.js"></script>`));
  const first = page.locator('.analytics [part="value"]').first();
  await expect.poll(() => first.innerText(), { timeout: 10_000 }).toBe('0 / 1,000,000');
  await page.evaluate(() => {
    const seen = { frames: 0, changes: 0 };
    Object.assign(window, { seen });
    const count = (): void => {
      seen.frames++;
      requestAnimationFrame(count);
    };
    count();
    const shadow = document.querySelector('.analytics')?.shadowRoot as ShadowRoot;
    const looking = { subtree: true, childList: true, characterData: true };
    new MutationObserver(() => seen.changes++).observe(shadow.querySelector('dl') as Element, looking);
  });
  for (let round = 0; round < 10; round++) {
    burst.send(100);
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  await expect.poll(() => first.innerText(), { timeout: 10_000 }).toBe('1,000 / 1,000,000');
  const { frames, changes } = await page.evaluate(
    () => (window as unknown as { seen: { frames: number; changes: number } }).seen,
  );
  expect(changes).toBeGreaterThan(1);
  expect(changes).toBeLessThanOrEqual(frames);
  expect(faults).toEqual([]);
});

test('news of the numbers is told at most every 15 seconds, a change of the connection at once', async () => {
  const { page } = await browser.open();
  await page.clock.install();
  await openGallery(site, page, { state: 'live' });
  const told = async (): Promise<string> => {
    await page.clock.runFor(100);
    return page.getByRole('status').innerText();
  };
  expect(await told()).toBe('Live');
  await page.clock.runFor(15_000);
  await choose(page, { numbers: 'large' });
  expect(await told()).toContain('Initials Sent: 8,123,456 of 12,345,678, Segments: 16,402,119');
  await choose(page, { numbers: 'none' });
  await page.clock.runFor(7_000);
  await choose(page, { numbers: 'usual' });
  await page.clock.runFor(7_000);
  expect(await told()).toContain('8,123,456');
  await page.clock.runFor(1_000);
  expect(await told()).toMatch(/^Initials Sent: 8 of 13, .*Total Opt Outs: 2$/);
  await choose(page, { state: 'reconnecting' });
  expect(await told()).toBe('Reconnecting…');
  expect(await age(page)).toContain('ago');
});

test('the age of numbers that are no longer live grows by itself', async () => {
  const { page } = await browser.open();
  await page.clock.install();
  await openGallery(site, page, { state: 'reconnecting' });
  expect(await age(page)).toContain('12 sec. ago');
  await page.clock.runFor(5_000);
  expect(await age(page)).toContain('17 sec. ago');
  await page.clock.runFor(120_000);
  expect(await age(page)).toContain('2 min. ago');
  expect(await page.getByRole('status').innerText()).toBe('Reconnecting…');
});

const age = (page: Page): Promise<string> => page.locator('[part="updated"]').innerText();
