// Numbers as people read them: languages, directions, room, change, and nothing on the page that jumps.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser } from './harness/browser.ts';
import { type Choice, choose, openGallery } from './harness/gallery.ts';
import { useSite } from './harness/site.ts';

const site = useSite();
const browser = useBrowser();

const values = (page: Page): Promise<string[]> => page.locator('[part="value"]').allInnerTexts();
const labels = (page: Page): Promise<string[]> => page.locator('[part="label"]').allInnerTexts();

async function openAt(width: number, choice: Choice): Promise<Page> {
  const { page } = await browser.open();
  await page.setViewportSize({ width, height: 900 });
  await openGallery(site, page, choice);
  return page;
}

/** Left edges, row by row. */
const rows = (page: Page): Promise<number[]> =>
  page.locator('[part="box"]').evaluateAll((boxes) => {
    const tops = boxes.map((box) => Math.round(box.getBoundingClientRect().top));
    return [...new Set(tops)].map((top) => tops.filter((each) => each === top).length);
  });

test.each([
  { width: '100%' as const, layout: [5, 3] },
  { width: '640px' as const, layout: [4, 4] },
  { width: '360px' as const, layout: [2, 2, 2, 2] },
  { width: '220px' as const, layout: [1, 1, 1, 1, 1, 1, 1, 1] },
])('in a container of $width the boxes stand as $layout', async ({ width, layout }) => {
  const page = await openAt(1280, { state: 'live', width });
  expect(await rows(page)).toEqual(layout);
});

test('each language has its labels, and its own way to write numbers', async () => {
  const page = await openAt(1280, { state: 'live', locale: 'es' });
  expect((await labels(page)).slice(0, 2)).toEqual(['Iniciales enviados', 'Segmentos']);
  expect((await values(page))[3]).toBe('38\u00a0%');
  await choose(page, { locale: 'fr' });
  expect((await labels(page)).slice(0, 2)).toEqual(['Initiaux envoyés', 'Segments']);
  await choose(page, { locale: 'de', numbers: 'large', width: '360px' });
  expect((await labels(page))[0]).toBe('Initials Sent');
  expect((await values(page)).slice(0, 2)).toEqual(['8,1\u00a0Mio. / 12\u00a0Mio.', '16.402.119']);
});

test('from right to left the page turns around, and ratio and fraction do not', async () => {
  const page = await openAt(1280, { state: 'live', locale: 'ar' });
  expect(await values(page)).toEqual(['8 / 13', '10', '3', '38\u200e%\u200e', '1:6', '0', '2', '2']);
  const [first, second] = await page.locator('[part="box"]').all();
  expect((await first!.boundingBox())!.x).toBeGreaterThan((await second!.boundingBox())!.x);
  /** How far from the left each character of a value is. */
  const order = (name: string, characters: readonly string[]): Promise<number[]> =>
    page.locator(`[data-box="${name}"]`).evaluate((value, wanted) => {
      const walker = document.createTreeWalker(value, NodeFilter.SHOW_TEXT);
      const lefts: number[] = [];
      for (let node = walker.nextNode(); node; node = walker.nextNode())
        for (const [index, character] of [...(node.textContent ?? '')].entries()) {
          const range = document.createRange();
          range.setStart(node, index);
          range.setEnd(node, index + 1);
          if (wanted.includes(character)) lefts.push(range.getBoundingClientRect().left);
        }
      return lefts;
    }, characters);
  for (const [name, characters] of [
    ['initialsSent', ['8', '/', '3']],
    ['sendersContacts', ['1', ':', '6']],
  ] as const) {
    const lefts = await order(name, characters);
    expect(lefts).toHaveLength(3);
    expect([...lefts].sort((a, b) => a - b)).toEqual(lefts);
  }
});

test('a large number is short only where there is no room, and is told in full everywhere', async () => {
  const page = await openAt(1280, { state: 'live', numbers: 'large' });
  expect((await values(page)).slice(0, 3)).toEqual(['8.1M / 12M', '16,402,119', '1,204,998']);
  await choose(page, { width: '640px' });
  expect((await values(page)).slice(0, 3)).toEqual(['8.1M / 12M', '16M', '1.2M']);
  for (const width of ['100%', '640px', '360px', '220px'] as const) {
    await choose(page, { width });
    const told = await page.locator('dd [data-spoken]').allTextContents();
    expect(told.slice(0, 2)).toEqual(['8,123,456 of 12,345,678', '16,402,119']);
  }
});

test.each(['en', 'ar'] as const)('no number is cut or broken at any width, in %s', async (locale) => {
  const page = await openAt(1640, { state: 'live', locale });
  for (const numbers of ['usual', 'large'] as const) {
    await choose(page, { numbers });
    const bad = await page.evaluate(() => {
      document.body.style.maxWidth = 'none';
      const host = document.querySelector<HTMLElement>('figure > div')!;
      const values = [...host.shadowRoot!.querySelectorAll<HTMLElement>('[part="value"]')];
      const found: string[] = [];
      for (let width = 200; width <= 1_600; width += 10) {
        host.style.width = `${width}px`;
        for (const value of values)
          if (
            value.scrollWidth > value.clientWidth ||
            value.clientHeight > 1.6 * parseFloat(getComputedStyle(value).fontSize)
          )
            found.push(`${width} px: ${value.innerText}`);
      }
      return found;
    });
    expect(bad).toEqual([]);
  }
});

test.each([1280, 640, 360, 320])(
  'at %i px nothing shifts from loading to live, to large numbers, to trouble',
  async (width) => {
    const page = await openAt(width, { state: 'loading', locale: 'en' });
    await page.evaluate(() => {
      const shifts: number[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
      }).observe({ type: 'layout-shift', buffered: false });
    });
    const figure = page.locator('figure > div');
    const before = await figure.boundingBox();
    for (const choice of [
      { state: 'live', numbers: 'none' },
      { numbers: 'usual' },
      { numbers: 'large' },
      { state: 'reconnecting' },
      { state: 'stale' },
      { state: 'paused' },
      { state: 'ended' },
      { state: 'revoked' },
      { state: 'loading' },
    ] satisfies Choice[]) {
      await choose(page, choice);
      await page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
      expect(await figure.boundingBox()).toEqual(before);
    }
    expect(await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts)).toEqual([]);
  },
);

test('a number that changed takes the accent for a moment, and not at all for readers who want no motion', async () => {
  const page = await openAt(1280, { state: 'live' });
  const tinted = (): Promise<string[]> =>
    page
      .locator('[part="value"]')
      .evaluateAll((all) =>
        all.filter((each) => each.getAnimations().length > 0).map((each) => (each as HTMLElement).innerText),
      );
  expect(await tinted()).toEqual([]);
  await choose(page, { numbers: 'none' });
  await expect.poll(tinted).toEqual(['0 / 0', '0', '0', '—', '—', '0', '0']);
  await expect.poll(tinted, { timeout: 8_000 }).toEqual([]);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await choose(page, { numbers: 'large' });
  expect((await values(page))[0]).toBe('8.1M / 12M');
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
  expect(
    await page.evaluate(() => document.querySelector('figure > div')?.shadowRoot?.getAnimations().length),
  ).toBe(0);
});

test("the page's own colour scheme decides, unless the theme says otherwise", async () => {
  const { page } = await browser.open();
  await page.emulateMedia({ colorScheme: 'dark' });
  await openGallery(site, page, { state: 'live' });
  const background = (): Promise<string> =>
    page.locator('section').evaluate((section) => getComputedStyle(section).backgroundColor);
  expect(await background()).toBe('rgb(22, 25, 31)');
  await page.addStyleTag({ content: ':root { color-scheme: light !important }' });
  expect(await background()).toBe('rgb(255, 255, 255)');
  await choose(page, { theme: 'dark' });
  expect(await background()).toBe('rgb(22, 25, 31)');
});

test('fonts come from the page, and every documented property and part reaches the boxes', async () => {
  const page = await openAt(1280, { state: 'live' });
  await page.addStyleTag({
    content: `figure > div { font-family: Georgia; letter-spacing: 9px; text-transform: uppercase; line-height: 4;
      --ca-background: rgb(1 1 1); --ca-text: rgb(2 2 2); --ca-muted: rgb(3 3 3); --ca-line: rgb(4 4 4);
      --ca-accent: rgb(5 5 5); --ca-good: rgb(6 6 6); --ca-warning: rgb(7 7 7); --ca-radius: 3px; --ca-font-size: 20px }
      ${[
        'root',
        'boxes',
        'box',
        'label',
        'value',
        'whole',
        'track',
        'definition',
        'basis',
        'footer',
        'status',
        'updated',
        'pause',
      ]
        .map((part) => `figure > div::part(${part}) { outline: 7px solid }`)
        .join('')}`,
  });
  const looks = await page.evaluate(() => {
    const root = document.querySelector('figure > div')!.shadowRoot!;
    const style = (selector: string, pseudo?: string) =>
      getComputedStyle(root.querySelector(selector)!, pseudo);
    const section = style('section');
    return {
      text: [section.fontFamily, section.letterSpacing, section.textTransform, section.fontSize],
      colours: [section.backgroundColor, section.color, section.borderColor, section.borderRadius],
      more: [style('[part=label]').color, style('progress').color, style('[part=status]', '::before').color],
      outlined: [...root.querySelectorAll('[part]')].filter(
        (part) => getComputedStyle(part).outlineWidth !== '7px',
      ).length,
    };
  });
  expect(looks).toEqual({
    text: ['Georgia', 'normal', 'none', '20px'],
    colours: ['rgb(1, 1, 1)', 'rgb(2, 2, 2)', 'rgb(4, 4, 4)', '3px'],
    more: ['rgb(3, 3, 3)', 'rgb(5, 5, 5)', 'rgb(6, 6, 6)'],
    outlined: 0,
  });
});
