// In React the boxes get a shadow root too: the same stylesheet, properties and parts as the element, and no class
// names to collide. A server writes it into its HTML, where the parser makes it one; the browser then fills it by a portal.
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { css } from '../boxes/stylesheet.js';
import { localeOf, shadowOf } from './shadow.js';

export interface ShadowHostProps {
  readonly className?: string | undefined;
  /** Of the page's content security policy, for the style in a server's HTML. */
  readonly nonce?: string | undefined;
  /** @param locale the language of the page around the host; unknown on a server. */
  children(locale: string | undefined): ReactNode;
}

const isServer = typeof document === 'undefined';
const useBrowserEffect = isServer ? () => undefined : useLayoutEffect;

export function ShadowHost({ className, nonce, children }: ShadowHostProps) {
  const host = useRef<HTMLDivElement>(null);
  const [shadow, setShadow] = useState<ShadowRoot>();
  useBrowserEffect(() => {
    if (!host.current) return;
    const root = shadowOf(host.current);
    // What the server wrote makes room in the same frame in which the portal takes its place.
    root.replaceChildren();
    setShadow(root);
  }, []);
  return (
    <div ref={host} className={className}>
      {/* The parser takes the template away, so that a browser hydrates an empty host, which is what it renders. */}
      {isServer && (
        <template {...{ shadowrootmode: 'open' }}>
          {/* biome-ignore lint/security/noDangerouslySetInnerHtml: our own stylesheet, which React would escape */}
          <style nonce={nonce} dangerouslySetInnerHTML={{ __html: css }} />
          {children(undefined)}
        </template>
      )}
      {shadow && createPortal(children(localeOf(shadow.host)), shadow)}
    </div>
  );
}
