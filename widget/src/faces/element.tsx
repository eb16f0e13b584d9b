// Attributes and properties come in, the eight boxes and events go out. Promised: however often the element is moved,
// removed and put back, it acts once on where it ended up; while it is off the page it holds no socket, timer or listener;
// it renders at most once an animation frame, but a refusal takes the numbers away at once.
import { render } from 'preact';
import { EightBoxes, type Messages } from '../boxes/eight-boxes.js';
import { socketUrl } from '../feed/endpoint.js';
import type { Feed } from '../feed/feed.js';
import type { Refusal } from '../feed/refusal.js';
import type { Snapshot } from '../feed/snapshot.js';
import { interrupted, LOADING, refused, type State, snapshotIn } from '../feed/state.js';
import { followSubject, isSameSubject, type Subject } from '../feed/subject.js';
import type { GetToken, TokenSource } from '../feed/token-source.js';
import type { CampaignAnalyticsEventMap } from './element-events.js';
import { localeOf, shadowOf, snapshotInPage } from './shadow.js';

const PROPERTIES = ['getToken', 'messages'] as const;
const isTheme = (value: string | null) => value === 'light' || value === 'dark' || value === 'auto';

/** The eight boxes of one campaign, live. Its attributes and events are described in `custom-elements.json`. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: see the interface
export class CampaignAnalyticsElement extends HTMLElement {
  static readonly observedAttributes = [
    'campaign-id',
    'token',
    'token-url',
    'endpoint',
    'theme',
    'lang',
  ] as const;

  /** For elements without an `endpoint` attribute. */
  static defaultEndpoint: string | undefined;

  /** The version of the package. */
  static readonly version = __VERSION__;

  readonly #shadow = shadowOf(this);
  /** What a server wrote into the page, until there is something newer. */
  #inPage = snapshotInPage(this.#shadow);
  #getToken: GetToken | undefined;
  #messages: Partial<Messages> | undefined;
  #state = LOADING;
  #painted = LOADING;
  #feed: Feed | undefined;
  #subject: Subject | Refusal | undefined;
  #frame = 0;
  #isPaused = false;
  #isReady = false;
  #isSettling = false;

  /** Gives a token, and another before each expires. Before `token-url` and `token`. Elements with one function share it. */
  get getToken(): GetToken | undefined {
    return this.#getToken;
  }

  set getToken(getToken: GetToken | undefined) {
    this.#getToken = getToken;
    this.#settleSoon();
  }

  /** Texts in place of the built-in ones. */
  get messages(): Partial<Messages> | undefined {
    return this.#messages;
  }

  set messages(messages: Partial<Messages> | undefined) {
    this.#messages = messages;
    this.#settleSoon();
  }

  /** Asks for the numbers anew, after an error as well. Those on the page stay until the answer is there. */
  refresh(): void {
    if (this.isConnected) this.#follow(this.#readSubject());
  }

  /** Holds the numbers still, until `resume()`. */
  pause(): void {
    this.#isPaused = true;
    this.#feed?.pause();
  }

  /** Shows the newest numbers at once, and every later one. */
  resume(): void {
    this.#isPaused = false;
    this.#feed?.resume();
  }

  /** The numbers as they are on the page, if there are any. */
  snapshot(): Snapshot | undefined {
    return snapshotIn(this.#painted);
  }

  connectedCallback(): void {
    // What a page set before the element was defined stands in the way of the class's own properties.
    for (const name of PROPERTIES) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete this[name];
      Object.assign(this, { [name]: value });
    }
    this.#settleSoon();
  }

  /** Moved by `moveBefore()`, nothing of it stops. */
  connectedMoveCallback(): void {
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
      this.#state = this.#painted = interrupted(this.#painted, Date.now());
      cancelAnimationFrame(this.#frame);
      render(null, this.#shadow);
      return;
    }
    this.#render();
    const subject = this.#readSubject();
    if (!isSame(subject, this.#subject)) this.#follow(subject);
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
    this.#feed = followSubject(subject, hasItsNumbers ? old : undefined, (state) => this.#show(state));
    if (this.#isPaused) this.#feed.pause();
  }

  #readSubject(): Subject | Refusal {
    const campaignId = this.getAttribute('campaign-id');
    if (!campaignId) return missing('campaign-id');
    const endpoint = this.getAttribute('endpoint') ?? CampaignAnalyticsElement.defaultEndpoint;
    if (!endpoint) return missing('endpoint');
    const url = socketUrl(endpoint, this.baseURI);
    if (!url) return invalid('endpoint: expected an http or https URL');
    const source = this.#readSource();
    return 'code' in source ? source : { url, source, campaignId };
  }

  #readSource(): TokenSource | Refusal {
    if (this.#getToken) return { getToken: this.#getToken };
    const tokenUrl = this.getAttribute('token-url');
    if (tokenUrl !== null)
      return URL.canParse(tokenUrl, this.baseURI)
        ? { tokenUrl: new URL(tokenUrl, this.baseURI).href }
        : invalid('token-url: expected a URL');
    const token = this.getAttribute('token');
    return token ? { token } : missing('token');
  }

  #show(state: State): void {
    this.#state = state;
    if (state.phase === 'error') this.#paint();
    else this.#frame ||= requestAnimationFrame(() => this.#paint());
  }

  /** Brings the state to the screen, and says so. */
  #paint(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const before = this.#painted;
    const state = this.#state;
    if (state === before) return;
    this.#painted = state;
    if (state.phase !== 'loading') this.#inPage = undefined;
    this.#render();
    if (state.phase !== before.phase) this.#emit('statechange', state);
    if (state.phase === 'error') this.#emit('error', { code: state.code, message: state.message });
    const snapshot = snapshotIn(state);
    if (!snapshot || snapshot === snapshotIn(before)) return;
    if (!this.#isReady) this.#emit('ready', null);
    this.#isReady = true;
    this.#emit('update', snapshot);
  }

  #render(): void {
    const theme = this.getAttribute('theme');
    render(
      <EightBoxes
        state={this.#painted}
        initialSnapshot={
          this.#inPage?.campaignId === this.getAttribute('campaign-id') ? this.#inPage : undefined
        }
        locale={localeOf(this)}
        theme={isTheme(theme) ? theme : undefined}
        messages={this.#messages}
        onPause={() => this.pause()}
        onResume={() => this.resume()}
        onBoxClick={(box, snapshot) => this.#emit('boxclick', { box, snapshot })}
      />,
      this.#shadow,
    );
  }

  /** @returns false where a listener prevented what would follow */
  #emit<Name extends keyof CampaignAnalyticsEventMap>(
    name: Name,
    detail: CampaignAnalyticsEventMap[Name]['detail'],
  ): boolean {
    // Bubbling, an `error` would reach the window, where hosts collect uncaught exceptions.
    const bubbles = name !== 'error';
    const cancelable = name === 'boxclick';
    return this.dispatchEvent(new CustomEvent(name, { detail, bubbles, composed: bubbles, cancelable }));
  }
}

/** Types what HTMLElement has already, at no cost in code. */
export interface CampaignAnalyticsElement {
  addEventListener<Name extends keyof CampaignAnalyticsEventMap>(
    type: Name,
    listener: (event: CampaignAnalyticsEventMap[Name]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'campaign-analytics': CampaignAnalyticsElement;
  }
}

const isSame = (one: Subject | Refusal, other: Subject | Refusal | undefined): boolean => {
  if (!other || 'code' in one || 'code' in other) return JSON.stringify(one) === JSON.stringify(other);
  return isSameSubject(one, other);
};

const missing = (attribute: string): Refusal => ({
  code: 'MISSING_ATTRIBUTE',
  message: `expected the attribute ${attribute}`,
});

const invalid = (message: string): Refusal => ({ code: 'INVALID_ATTRIBUTE', message });

/** Defines the element, unless the page has one by this name: a script that is loaded twice changes nothing. */
export function defineCampaignAnalytics(name = 'campaign-analytics'): void {
  const known = customElements.get(name) as Partial<typeof CampaignAnalyticsElement> | undefined;
  if (!known) customElements.define(name, CampaignAnalyticsElement);
  else if (known.version !== __VERSION__)
    console.info(
      `<${name}> is version ${known.version} on this page; version ${__VERSION__} came later and is not used.`,
    );
}
