// The boxes live in a shadow root in every face: neither the host page's CSS nor theirs gets across, and host pages
// style them through `--ca-*` properties and `::part()`s alone.
import css from '../boxes/eight-boxes.css?inline';

let sheet: CSSStyleSheet | undefined;

/** The host's shadow root, with the stylesheet. A constructed sheet needs no permission from `style-src`. */
export function shadowOf(host: Element): ShadowRoot {
  if (host.shadowRoot) return host.shadowRoot;
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  const shadow = host.attachShadow({ mode: 'open' });
  shadow.adoptedStyleSheets = [sheet];
  return shadow;
}

/** The language that the host stands in. */
export const localeOf = (host: Element): string | undefined =>
  host.closest<HTMLElement>('[lang]')?.lang || undefined;
