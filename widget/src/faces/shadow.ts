// The boxes live in a shadow root in every face: neither the host page's CSS nor theirs gets across, and host pages
// style them through `--ca-*` properties and `::part()`s alone.
import { css } from '../boxes/stylesheet.js';
import type { Snapshot } from '../feed/snapshot.js';

let sheet: CSSStyleSheet | undefined;

/**
 * The host's shadow root, with the stylesheet; one that came with the page's HTML is taken over as it is. A constructed
 * sheet needs no permission from `style-src`.
 */
export function shadowOf(host: Element): ShadowRoot {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  const shadow = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  if (!shadow.adoptedStyleSheets.includes(sheet)) shadow.adoptedStyleSheets.push(sheet);
  return shadow;
}

/**
 * The numbers that came with the page's HTML, of which `renderSnapshot` tells. What stood beside the boxes there goes,
 * and the instant in the server's time zone; the boxes wait for the first render, which takes them over.
 */
export function snapshotInPage(shadow: ShadowRoot): Snapshot | undefined {
  const text = shadow.querySelector<HTMLElement>('[data-snapshot]')?.dataset.snapshot;
  for (const extra of shadow.querySelectorAll('style, time, [data-snapshot]')) extra.remove();
  return text ? JSON.parse(text) : undefined;
}

/** The language that the host stands in. */
export const localeOf = (host: Element): string | undefined =>
  host.closest<HTMLElement>('[lang]')?.lang || undefined;
