// The address bar is the console's only navigation state.
import { type ComponentProps, type MouseEvent, useSyncExternalStore } from 'react';
import { pageAt } from './pages.js';

const NAVIGATED = 'console:navigated';

/** The page's address, and a new rendering whenever it changes. */
export function useAddress(): URL {
  return new URL(useSyncExternalStore(subscribe, () => location.href));
}

function subscribe(onChange: () => void): () => void {
  addEventListener('popstate', onChange);
  addEventListener(NAVIGATED, onChange);
  return () => {
    removeEventListener('popstate', onChange);
    removeEventListener(NAVIGATED, onChange);
  };
}

/** Goes to another page, as a link does. @param state - kept with the entry of the history */
export function navigate(href: string, state: unknown = null): void {
  history.pushState(state, '', href);
  scrollTo(0, 0);
  dispatchEvent(new Event(NAVIGATED));
}

/** Names the same page differently, so that there is nothing to go back to. */
export function readdress(href: string): void {
  history.replaceState(history.state, '', href);
  dispatchEvent(new Event(NAVIGATED));
}

export type Parameters = Readonly<Record<string, string | readonly string[] | null | undefined>>;

/** The same path with these query parameters changed; what is empty or null is taken out. */
export function withParameters(address: URL, changed: Parameters): string {
  const parameters = new URLSearchParams(address.search);
  for (const [name, value] of Object.entries(changed)) {
    parameters.delete(name);
    for (const each of [value ?? []].flat()) if (each) parameters.append(name, each);
  }
  return parameters.size > 0 ? `${address.pathname}?${parameters}` : address.pathname;
}

export interface LinkProps extends ComponentProps<'a'> {
  readonly href: string;
  /** Kept with the entry of the history. */
  readonly state?: unknown;
}

/** A link within the console; its page is loaded as soon as it is pointed at. New tabs and downloads stay the browser's. */
export function Link({ href, state, ...rest }: LinkProps) {
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(href, state);
  };
  // A page that cannot be loaded is told of when it is gone to.
  const prepare = (): void =>
    void pageAt(new URL(href, location.href).pathname)
      ?.page.load()
      .catch(() => undefined);
  return <a href={href} onClick={follow} onPointerEnter={prepare} onFocus={prepare} {...rest} />;
}
