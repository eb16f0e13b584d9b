// WCAG 2.2 AA over every state of the boxes, in a real Chromium.
import { expect, test } from 'vitest';
import { violationsOn } from './harness/axe.ts';
import { useBrowser } from './harness/browser.ts';
import { choose, openGallery } from './harness/gallery.ts';
import { useSite } from './harness/site.ts';

const site = useSite();
const browser = useBrowser();

const views = ['light', 'dark'].flatMap((theme) =>
  [1280, 390].flatMap((width) => ['en', 'ar'].map((locale) => ({ theme, width, locale }))),
);

test.each(views)('axe finds nothing in any state: $theme, $width px, $locale', async (view) => {
  const { page } = await browser.open();
  await page.setViewportSize({ width: view.width, height: 900 });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openGallery(site, page, { theme: view.theme as 'light', locale: view.locale as 'en' });
  expect(await page.locator('figure').count()).toBe(13);
  expect(await violationsOn(page)).toEqual([]);
  if (!process.env.LONG) return;
  for (const numbers of ['none', 'large'] as const) {
    await choose(page, { numbers });
    expect(await violationsOn(page)).toEqual([]);
  }
});

test('axe finds nothing while a definition is open, nor under forced colours', async () => {
  const { page } = await browser.open();
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openGallery(site, page, { state: 'live' });
  await page.getByRole('button', { name: 'Reply %' }).click();
  expect(await page.locator('[popover]:popover-open').count()).toBe(1);
  expect(await violationsOn(page)).toEqual([]);
  await page.emulateMedia({ forcedColors: 'active' });
  expect(await violationsOn(page)).toEqual([]);
});

test('a keyboard goes through the definitions in reading order, then to the pause control', async () => {
  const { page } = await browser.open();
  await openGallery(site, page, { state: 'live' });
  await page.locator('select[name="width"]').focus();
  const stops: string[] = [];
  for (let stop = 0; stop < 9; stop++) {
    await page.keyboard.press('Tab');
    stops.push(await page.locator(':focus').last().innerText());
  }
  expect(stops).toEqual([
    ...['Initials Sent', 'Segments', 'Replies', 'Reply %', 'Senders:Contacts'],
    ...['Auto Opt Outs', 'Manual Opt Outs', 'Total Opt Outs', 'Pause'],
  ]);
});

test('a definition opens by key and touch, tells its numbers, and closes by Escape with the focus where it was', async () => {
  const { page } = await browser.open();
  await openGallery(site, page, { state: 'live' });
  const label = page.getByRole('button', { name: 'Reply %' });
  const definition = page.locator('[popover]:popover-open');
  await label.press('Enter');
  expect(await definition.innerText()).toContain('Replies per conversation whose initial was sent');
  expect(await definition.innerText()).toContain('3 of 8 conversations whose initial was sent');
  expect(await label.evaluate((button) => button.matches(':focus'))).toBe(true);
  await choose(page, { numbers: 'large' });
  expect(await definition.innerText()).toContain('1,204,998 of 8,123,456');
  await page.keyboard.press('Escape');
  expect(await definition.count()).toBe(0);
  await label.press(' ');
  expect(await definition.count()).toBe(1);
  await label.click();
  expect(await definition.count()).toBe(0);
  expect(await label.evaluate((button) => button.matches(':focus'))).toBe(true);
});

test('a definition lies wholly in the window, wherever its box is', async () => {
  const { page } = await browser.open();
  for (const width of [320, 1280])
    for (const locale of ['en', 'ar'] as const) {
      await page.setViewportSize({ width, height: 700 });
      await openGallery(site, page, { state: 'live', locale });
      for (const label of await page.locator('[part="label"]').all()) {
        await label.click();
        const box = await page.locator('[popover]:popover-open').boundingBox();
        expect(box!.x).toBeGreaterThanOrEqual(0);
        expect(box!.x + box!.width).toBeLessThanOrEqual(width);
        expect(box!.y).toBeGreaterThanOrEqual(0);
        expect(box!.y + box!.height).toBeLessThanOrEqual(700);
        await page.keyboard.press('Escape');
      }
    }
});

test.each([
  { width: 320, size: '14px' },
  { width: 320, size: '28px' },
  { width: 1280, size: '28px' },
])('at $width px with text of $size nothing is cut, and every target has 24 px', async ({ width, size }) => {
  const { page } = await browser.open();
  await page.setViewportSize({ width, height: 900 });
  await openGallery(site, page);
  await page.addStyleTag({ content: `figure > div { --ca-font-size: ${size} }` });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  const cut = await page
    .locator('[part="label"], [part="value"], [part="status"], [part="updated"], [part="pause"]')
    .evaluateAll((parts) =>
      parts
        .filter(
          (part) => part.scrollWidth > part.clientWidth + 1 || part.scrollHeight > part.clientHeight + 4,
        )
        .map((part) => part.textContent),
    );
  expect(cut).toEqual([]);
  const sizes = await page
    .locator('figure button')
    .evaluateAll((buttons) =>
      buttons
        .map((button) => button.getBoundingClientRect())
        .map(({ width, height }) => Math.min(width, height)),
    );
  expect(Math.min(...sizes.filter((least) => least > 0))).toBeGreaterThanOrEqual(24);
});

test('values are a description list whose terms are the labels, and are told in words', async () => {
  const { page } = await browser.open();
  await openGallery(site, page, { state: 'live' });
  const told = await page
    .locator('dl > div')
    .evaluateAll((boxes) =>
      boxes.map(
        (box) => `${box.children[0]?.textContent}: ${box.querySelector('[data-spoken]')?.textContent}`,
      ),
    );
  expect(told).toEqual([
    ...['Initials Sent: 8 of 13', 'Segments: 10', 'Replies: 3', 'Reply %: 38%'],
    ...[
      'Senders:Contacts: 1 sender to 6 contacts',
      'Auto Opt Outs: 0',
      'Manual Opt Outs: 2',
      'Total Opt Outs: 2',
    ],
  ]);
  expect(await page.getByRole('status').count()).toBe(1);
  expect(await page.getByRole('group', { name: 'Campaign analytics' }).count()).toBe(1);
});
