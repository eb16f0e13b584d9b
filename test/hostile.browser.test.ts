// The element on pages that are hard on it: looks the same there, in computed style and in picture, and leaves them as they
// were.

import pixelmatch from 'pixelmatch';
import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBrowser } from './harness/browser.ts';
import { type HostedCampaign, hostCampaign } from './harness/host.ts';
import { useServer } from './harness/server.ts';
import { useSite } from './harness/site.ts';
import { HOSTILE_PAGES, type HostilePage, stage } from './hostile/pages.ts';

const server = useServer();
const site = useSite();
const browser = useBrowser();

interface Look {
  /** Of every element of the shadow root in turn, `tag property: value`. */
  readonly styles: string[];
  readonly picture: PNG;
}

let campaign: HostedCampaign;
let token: string;
let reference: Look;

const attributes = (): string =>
  `campaign-id="${campaign.campaignId}" token="${token}" theme="light" lang="en" style="--ca-font: sans-serif"`;

const asIs = (each: string): string => each;

async function open(hostile: Partial<HostilePage>) {
  const { head = '', around = asIs, body = asIs, doctype = '<!doctype html>' } = hostile;
  const { page, faults } = await browser.open();
  const script = `<script type="module" src="${server.url}/widget/campaign-analytics.js"></script>`;
  const element = stage(around(`<campaign-analytics id="it" ${attributes()}></campaign-analytics>`));
  const path = `/${crypto.randomUUID()}.html`;
  await page.goto(site.put(path, `${doctype}<title>A host</title>${head}${script}${body(element)}`));
  await page.locator('[data-box="initialsSent"]', { hasText: '1 / 1' }).waitFor({ state: 'attached' });
  return { page, faults };
}

/** Custom properties come in from the page by design; they style nothing by themselves. */
const lookOf = async (page: Page): Promise<Look> => {
  const styles = await page.locator('#it').evaluate((element) => {
    const all = [...(element.shadowRoot as ShadowRoot).querySelectorAll('*')];
    return all.flatMap((each) => {
      const style = getComputedStyle(each);
      const names = [...style].filter((name) => !name.startsWith('--'));
      return names.map((name) => `${each.localName} ${name}: ${style.getPropertyValue(name)}`);
    });
  });
  const box = await page.locator('#it [part="boxes"]').boundingBox();
  if (!box) throw new Error('Expected boxes on the screen');
  // Beside the round corners the page shows.
  const clip = { x: box.x + 12, y: box.y + 12, width: box.width - 24, height: box.height - 24 };
  return { styles, picture: PNG.sync.read(await page.screenshot({ clip, animations: 'disabled' })) };
};

/** Magnified, lengths are rounded to other parts of a pixel. */
const isAlike = (one: string, other = ''): boolean => {
  const number = /-?[\d.]+/g;
  const others = other.match(number) ?? [];
  return (
    one.replace(number, '') === other.replace(number, '') &&
    (one.match(number) ?? []).every((each, index) => Math.abs(Number(each) - Number(others[index])) < 2)
  );
};

const differingPixels = ({ picture: one }: Look, { picture: other }: Look): number =>
  one.width === other.width && one.height === other.height
    ? pixelmatch(one.data, other.data, undefined, one.width, one.height, { threshold: 0.1 })
    : Number.POSITIVE_INFINITY;

beforeAll(async () => {
  campaign = await hostCampaign(server);
  token = (await campaign.issue()).token;
  const { page } = await open({});
  reference = await lookOf(page);
});

describe.each(HOSTILE_PAGES)('on a page that $name', (hostile) => {
  test('the boxes look as everywhere', async () => {
    const { page, faults } = await open(hostile);
    const look = await lookOf(page);
    const isSame = hostile.isMagnified ? isAlike : Object.is;
    expect(look.styles.filter((each, index) => !isSame(each, reference.styles[index]))).toEqual([]);
    expect(look.styles.length).toBe(reference.styles.length);
    if (!hostile.isMagnified) expect(differingPixels(look, reference)).toBeLessThan(20);
    expect(faults).toEqual([]);
  });
});

test('the script adds to a page one element name, and nothing else', async () => {
  const { page } = await browser.open();
  await page.goto(site.put('/bare.html', '<!doctype html><title>A host</title><p id="p">Text</p>'));
  const state = () =>
    page.evaluate(() => ({
      globals: Object.getOwnPropertyNames(window).sort(),
      prototypes: [Object, Array, Element, HTMLElement, Event, Promise].map(({ prototype }) =>
        Object.getOwnPropertyNames(prototype).sort(),
      ),
      sheets: [document.styleSheets.length, document.adoptedStyleSheets.length],
      style: [...getComputedStyle(document.getElementById('p') as HTMLElement)].map((name) =>
        getComputedStyle(document.getElementById('p') as HTMLElement).getPropertyValue(name),
      ),
      page: document.documentElement.outerHTML,
      stored: [localStorage.length, sessionStorage.length, document.cookie],
    }));
  const before = await state();
  await page.evaluate(
    `import('${server.url}/widget/campaign-analytics.js').then(() => {
       const template = document.createElement('template');
       template.innerHTML = '<campaign-analytics id="it" ${attributes()}></campaign-analytics>';
       document.body.append(template.content);
     })`,
  );
  await page.locator('[data-box="initialsSent"]', { hasText: '1 / 1' }).waitFor({ state: 'attached' });
  await page.locator('#it').evaluate((element) => element.remove());
  expect(await state()).toEqual(before);
});
