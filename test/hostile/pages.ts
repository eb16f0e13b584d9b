// Host pages that do to everything on them what real ones do: each a way to break what is embedded, or to be broken by it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

export interface HostilePage {
  readonly name: string;
  /** Before everything else on the page. */
  readonly head?: string;
  /** Around the element, within the stage. */
  readonly around?: (element: string) => string;
  /** Around the stage. */
  readonly body?: (stage: string) => string;
  readonly doctype?: string;
  /** Magnified by the page, as every element on it is: the picture is another, the styles are the same. */
  readonly isMagnified?: boolean;
}

const { resolve } = createRequire(import.meta.url);
const read = (path: string): string => readFileSync(resolve(path), 'utf8');
const style = (css: string): string => `<style>${css}</style>`;
const script = (code: string): string => `<script>${code}</script>`;

/** Attributes that no page's important rule can change: just where the stage stands and how wide it is. */
const STAGE = [
  'position: absolute',
  'top: 0',
  'left: 0',
  'display: block',
  'width: 900px',
  'margin: 0',
  'padding: 0',
  'border: 0',
]
  .map((each) => `${each} !important`)
  .join('; ');

export const stage = (element: string): string => `<div id="stage" style="${STAGE}">${element}</div>`;

export const HOSTILE_PAGES: readonly HostilePage[] = [
  { name: 'unsets everything', head: style('* { all: unset !important }') },
  { name: 'has the preflight of Tailwind', head: style(read('tailwindcss/preflight.css')) },
  {
    name: 'has Bootstrap',
    head:
      style(read('bootstrap/dist/css/bootstrap.min.css')) +
      script(read('bootstrap/dist/js/bootstrap.bundle.min.js')),
  },
  { name: 'has a root font of 62.5%', head: style('html { font-size: 62.5% } body { font-size: 1.6rem }') },
  { name: 'is in quirks mode', doctype: '' },
  {
    name: 'styles by tag, with force',
    head: style(
      `dl, dt, dd, div, p, section, span, bdi, button, progress, time, ul, li, :not(html):not(body):not(#stage):not(campaign-analytics) {
         margin: 20px !important; padding: 9px !important; border: 4px dotted red !important;
         background: pink !important; color: red !important; font: 30px/3 cursive !important;
         float: right !important; display: inline-block !important; animation: none !important }`,
    ),
  },
  {
    name: 'hands down everything that can be inherited',
    head: style(
      `body { font: italic small-caps 900 4px/9 monospace; letter-spacing: 9px; word-spacing: 40px; color: red;
         text-transform: uppercase; text-align: justify; text-indent: 90px; text-shadow: 3px 3px 3px red;
         white-space: pre; word-break: break-all; hyphens: auto; cursor: wait; visibility: hidden;
         list-style: square; quotes: none; tab-size: 40; pointer-events: none; user-select: none;
         border-collapse: collapse; caption-side: bottom; font-stretch: ultra-expanded; -webkit-text-stroke: 2px red }`,
    ),
  },
  {
    name: 'leaves the width to the content, in a flex row',
    around: (each) => `<div style="display: flex">${each}</div>`,
  },
  {
    name: 'leaves the width to the content, floating',
    around: (each) => `<div style="float: left">${each}</div>`,
    head: style('campaign-analytics { max-width: 900px }'),
  },
  { name: 'reads from right to left', body: (each) => `<div dir="rtl">${each}</div>` },
  { name: 'is zoomed', head: style('body { zoom: 2 }'), isMagnified: true },
  { name: 'is turned and scaled', head: style('body { transform: scale(0.9) }'), isMagnified: true },
  {
    name: 'has patched arrays',
    head: script(
      `Array.prototype.each = function (f) { this.forEach(f); return this };
       Array.prototype.toJSON = function () { return 'no' };
       Array.prototype.last = function () { return this[this.length - 1] };
       Array.prototype.clear = function () { this.length = 0 };
       Array.prototype.contains = Array.prototype.includes;
       Array.from = function (list) { const all = []; for (let i = 0; i < list.length; i++) all[i] = list[i]; return all };
       delete Array.prototype.at; delete Array.prototype.findLast; delete Array.prototype.toSorted;`,
    ),
  },
  {
    name: 'extends elements, functions and text as Prototype.js did',
    head: script(
      `for (const name of ['show', 'hide', 'update', 'select', 'observe', 'fire', 'pause', 'refresh', 'state', 'snapshot'])
         Element.prototype[name] = function () { return this };
       Function.prototype.bind = function (self, ...first) { const f = this; return function (...rest) { return f.apply(self, [...first, ...rest]) } };
       Function.prototype.delay = function () {};
       String.prototype.strip = function () { return this.trim() };
       window.$ = (id) => document.getElementById(id); window.$$ = (css) => [...document.querySelectorAll(css)];`,
    ),
  },
  {
    name: 'has wrapped promises, requests, timers and frames',
    head: script(
      `window.Promise = class extends Promise {};
       const wrap = (owner, name) => { const own = owner[name]; owner[name] = function (...args) { return own.apply(owner, args) } };
       for (const name of ['fetch', 'setTimeout', 'clearTimeout', 'requestAnimationFrame', 'cancelAnimationFrame', 'queueMicrotask']) wrap(window, name);
       const Socket = window.WebSocket;
       window.WebSocket = class extends Socket {};
       const own = EventTarget.prototype.addEventListener;
       EventTarget.prototype.addEventListener = function (...args) { return own.apply(this, args) };`,
    ),
  },
  {
    name: 'has a React of its own, of long ago, which renders the element',
    head:
      script(read('react-16/umd/react.production.min.js')) +
      script(read('react-dom-16/umd/react-dom.production.min.js')),
    body: (each) =>
      `<div id="root"></div><template id="markup">${each}</template>${script(
        `const given = document.getElementById('markup').content.querySelector('campaign-analytics');
         const props = Object.fromEntries([...given.attributes].map(({ name, value }) => [name, value]));
         props.style = { '--ca-font': 'sans-serif' };
         const stage = document.getElementById('markup').content.querySelector('#stage').cloneNode();
         document.getElementById('root').append(stage);
         ReactDOM.render(React.createElement('campaign-analytics', props), stage);`,
      )}`,
  },
  {
    name: 'has the script twice',
    body: (each) =>
      `${each}<script type="module">
         const { src } = document.querySelector('script[src*="/widget/"]');
         await import(src + '?again');
       </script>`,
  },
];
