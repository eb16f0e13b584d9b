// Attributes come in, the eight boxes and events go out. Promised: however often the element is moved, removed and put
// back, it acts once on where it ended up, and while it is off the page it holds no socket and no timer.
import { render } from 'preact';
import { EightBoxes, type Theme } from '../boxes/eight-boxes.js';
import { socketUrl } from '../feed/endpoint.js';
import { type Feed, succeedFeed } from '../feed/feed.js';
import type { Refusal } from '../feed/refusal.js';
import type { Snapshot } from '../feed/snapshot.js';
import { interrupted, LOADING, refused, type State, snapshotIn } from '../feed/state.js';
import { type Subject, socketSource } from '../feed/subscription.js';
import { localeOf, shadowOf, snapshotInPage } from './shadow.js';

/** What the element tells its page; all events bubble and cross shadow roots. */
export interface CampaignAnalyticsEventMap {
  /** Numbers are on the screen for the first time. */
  ready: CustomEvent<null>;
  /** Every snapshot that reaches the screen. */
  update: CustomEvent<Snapshot>;
  /** Another phase: loading, live, reconnecting or error. */
  statechange: CustomEvent<State>;
  /** The numbers are gone until an attribute changes. */
  error: CustomEvent<Refusal>;
}

/** `<campaign-analytics campaign-id token endpoint theme lang>`; `endpoint` is the API's origin or its GraphQL URL. */
export class CampaignAnalyticsElement extends HTMLElement {
  static readonly observedAttributes = ['campaign-id', 'token', 'endpoint', 'theme', 'lang'];

  /** For elements without an `endpoint` attribute. */
  static defaultEndpoint: string | undefined;

  readonly #shadow = shadowOf(this);
  /** What a server wrote into the page, until there is something newer. */
  #inPage = snapshotInPage(this.#shadow);
  #state = LOADING;
  #feed: Feed | undefined;
  #subject: Subject | Refusal | undefined;
  #isReady = false;
  #isSettling = false;

  connectedCallback(): void {
    this.#settleSoon();
  }

  disconnectedCallback(): void {
    this.#settleSoon();
  }

  attributeChangedCallback(): void {
    this.#settleSoon();
  }

  #settleSoon(): void {
    if (this.#isSettling) return;
    this.#isSettling = true;
    queueMicrotask(() => {
      this.#isSettling = false;
      this.#settle();
    });
  }

  #settle(): void {
    if (!this.isConnected) {
      this.#follow(undefined);
      this.#state = interrupted(this.#state, Date.now());
      return;
    }
    this.#render();
    const subject = this.#readSubject();
    if (JSON.stringify(subject) !== JSON.stringify(this.#subject)) this.#follow(subject);
  }

  #follow(subject: Subject | Refusal | undefined): void {
    this.#subject = subject;
    const old = this.#feed;
    this.#feed = undefined;
    if (!subject || 'code' in subject) {
      old?.close();
      if (subject) this.#show(refused(subject));
      return;
    }
    // With another token for the same campaign the numbers stay live on the old socket until the new one has its own.
    const hasItsNumbers = snapshotIn(this.#state)?.campaignId === subject.campaignId;
    if (!hasItsNumbers) {
      old?.close();
      this.#show(LOADING);
    }
    this.#feed = succeedFeed(old, socketSource(subject), (state) => this.#show(state));
  }

  #readSubject(): Subject | Refusal {
    const campaignId = this.getAttribute('campaign-id');
    if (!campaignId) return missing('campaign-id');
    const token = this.getAttribute('token');
    if (!token) return missing('token');
    const endpoint = this.getAttribute('endpoint') ?? CampaignAnalyticsElement.defaultEndpoint;
    if (!endpoint) return missing('endpoint');
    const url = socketUrl(endpoint, this.baseURI);
    if (!url) return { code: 'INVALID_ATTRIBUTE', message: 'endpoint: expected an http or https URL' };
    return { url, token, campaignId };
  }

  #show(state: State): void {
    const hasMoved = state.phase !== this.#state.phase;
    this.#state = state;
    if (state.phase !== 'loading') this.#inPage = undefined;
    this.#render();
    if (hasMoved) this.#emit('statechange', state);
    if (state.phase === 'error') this.#emit('error', { code: state.code, message: state.message });
    if (state.phase !== 'live') return;
    if (!this.#isReady) this.#emit('ready', null);
    this.#isReady = true;
    this.#emit('update', state.snapshot);
  }

  #render(): void {
    const theme = this.getAttribute('theme');
    const isTheme = (value: string | null): value is Theme => value === 'light' || value === 'dark';
    render(
      <EightBoxes
        state={this.#state}
        initialSnapshot={
          this.#inPage?.campaignId === this.getAttribute('campaign-id') ? this.#inPage : undefined
        }
        locale={localeOf(this)}
        theme={isTheme(theme) ? theme : undefined}
        onPause={() => this.#feed?.pause()}
        onResume={() => this.#feed?.resume()}
      />,
      this.#shadow,
    );
  }

  #emit<Name extends keyof CampaignAnalyticsEventMap>(
    name: Name,
    detail: CampaignAnalyticsEventMap[Name]['detail'],
  ): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'campaign-analytics': CampaignAnalyticsElement;
  }
}

const missing = (attribute: string): Refusal => ({
  code: 'MISSING_ATTRIBUTE',
  message: `expected the attribute ${attribute}`,
});

/** Defines the element, unless the page has one by this name: a script that is loaded twice changes nothing. */
export function defineCampaignAnalytics(name = 'campaign-analytics'): void {
  if (!customElements.get(name)) customElements.define(name, CampaignAnalyticsElement);
}
