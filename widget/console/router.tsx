// The address bar is the console's only navigation state.
import { type ComponentProps, type MouseEvent, useSyncExternalStore } from 'react';

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

/** Goes to another page, as a link does. */
export function navigate(href: string): void {
  history.pushState(null, '', href);
  scrollTo(0, 0);
  dispatchEvent(new Event(NAVIGATED));
}

/** Names the same page differently, so that there is nothing to go back to. */
export function readdress(href: string): void {
  history.replaceState(null, '', href);
  dispatchEvent(new Event(NAVIGATED));
}

/** A link within the console. New tabs and downloads stay the browser's. */
export function Link({ href, ...rest }: ComponentProps<'a'> & { readonly href: string }) {
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(href);
  };
  return <a href={href} onClick={follow} {...rest} />;
}
