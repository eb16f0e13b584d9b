import type { Plugin } from 'vite';
import type { CampaignAnalyticsElement, CampaignAnalyticsEventMap } from '../src/element.js';
import { version } from './version.js';

type Attribute = (typeof CampaignAnalyticsElement.observedAttributes)[number];
type Member = Exclude<keyof CampaignAnalyticsElement, keyof HTMLElement | `${string}Callback`>;
interface Told {
  readonly type: string;
  readonly description: string;
}

// The types let no attribute, event or member be left out.
const ATTRIBUTES: Record<Attribute, string> = {
  'campaign-id': 'The campaign.',
  token: 'An embed token. Alone it cannot be renewed: once it has expired, the numbers go.',
  'token-url':
    'An address of the host that answers GET with {"token": "..."}; asked again before each token expires.',
  endpoint: "The API's origin or its GraphQL URL; left out, the server that the script came from.",
  theme: 'light, dark or auto.',
  lang: 'The language, BCP 47; left out, that of the nearest ancestor that has one.',
};

const EVENTS: Record<keyof CampaignAnalyticsEventMap, Told> = {
  ready: { type: 'CustomEvent<null>', description: 'Numbers are on the screen for the first time.' },
  update: {
    type: 'CustomEvent<Snapshot>',
    description: 'Other numbers are on the screen; at most once an animation frame.',
  },
  statechange: { type: 'CustomEvent<State>', description: 'Another phase.' },
  error: {
    type: 'CustomEvent<Refusal>',
    description: 'The numbers are gone; detail has code and message. Does not bubble.',
  },
  boxclick: {
    type: 'CustomEvent<BoxClick>',
    description: 'A reader asks what a box means; preventDefault() keeps the definition from opening.',
  },
};

const FIELDS = {
  getToken: {
    type: 'GetToken | undefined',
    description: 'Gives a token, and another before each expires. Before token-url and token.',
  },
  messages: { type: 'Partial<Messages> | undefined', description: 'Texts in place of the built-in ones.' },
} satisfies Partial<Record<Member, Told>>;

const METHODS: Record<Exclude<Member, keyof typeof FIELDS>, Told> = {
  refresh: { type: 'void', description: 'Asks for the numbers anew, after an error as well.' },
  pause: { type: 'void', description: 'Holds the numbers still, until resume().' },
  resume: { type: 'void', description: 'Shows the newest numbers at once, and every later one.' },
  snapshot: {
    type: 'Snapshot | undefined',
    description: 'The numbers as they are on the page, if there are any.',
  },
};

const PARTS = {
  root: 'All of it; has data-state and data-status.',
  boxes: 'The list.',
  box: 'One box.',
  label: 'Its label.',
  value: 'Its number; has data-box.',
  whole: 'What the number is of.',
  track: 'The progress track.',
  definition: 'What a box means.',
  basis: 'The live numbers in it.',
  footer: 'The line below.',
  status: 'What it says of the connection.',
  updated: 'When the numbers last changed.',
  pause: 'The button that holds the numbers still.',
};

const PROPERTIES = {
  '--ca-background': 'Behind the boxes.',
  '--ca-text': 'Numbers.',
  '--ca-muted': 'Labels.',
  '--ca-line': 'Borders.',
  '--ca-accent': 'The progress track.',
  '--ca-good': 'The mark of live numbers.',
  '--ca-warning': 'The mark of numbers that may be old.',
  '--ca-radius': 'Of the corners.',
  '--ca-font': 'The font family.',
  '--ca-font-size': 'Of labels; everything else is in proportion.',
};

const named = (entries: Record<string, string>) =>
  Object.entries(entries).map(([name, description]) => ({ name, description }));
const typed = ([name, { type, description }]: [string, Told]) => ({
  name,
  type: { text: type },
  description,
});

const MODULE = 'index.js';
const reference = { name: 'CampaignAnalyticsElement', module: MODULE };

const MANIFEST = {
  schemaVersion: '2.1.0',
  readme: '',
  modules: [
    {
      kind: 'javascript-module',
      path: MODULE,
      declarations: [
        {
          kind: 'class',
          name: reference.name,
          description: `The eight boxes of one campaign, live. Version ${version}.`,
          customElement: true,
          tagName: 'campaign-analytics',
          superclass: { name: 'HTMLElement' },
          attributes: named(ATTRIBUTES).map((each) => ({ ...each, type: { text: 'string' } })),
          events: Object.entries(EVENTS).map(typed),
          members: [
            ...Object.entries(FIELDS).map((each) => ({ kind: 'field', ...typed(each) })),
            ...Object.entries(METHODS).map(([name, { type, description }]) => ({
              kind: 'method',
              name,
              return: { type: { text: type } },
              description,
            })),
          ],
          cssParts: named(PARTS),
          cssProperties: named(PROPERTIES),
        },
      ],
      exports: [
        { kind: 'js', name: reference.name, declaration: reference },
        { kind: 'custom-element-definition', name: 'campaign-analytics', declaration: reference },
      ],
    },
  ],
};

/** Writes `custom-elements.json`, which tells editors and catalogues what the element takes and gives. */
export function manifest(): Plugin {
  return {
    name: 'manifest',
    generateBundle() {
      this.emitFile({
        type: 'asset',
        fileName: 'custom-elements.json',
        source: `${JSON.stringify(MANIFEST, null, 2)}\n`,
      });
    },
  };
}
