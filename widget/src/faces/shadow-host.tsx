// In React the boxes get a shadow root too, by a portal: the same stylesheet, properties and parts as the element, and
// no class names to collide. A server renders the empty host.
import { type ReactNode, useCallback, useState } from 'react';
import { createPortal } from 'react-dom';
import { shadowOf } from './shadow.js';

export interface ShadowHostProps {
  readonly className?: string | undefined;
  children(host: Element): ReactNode;
}

/** Children are rendered in the browser alone, and may ask their host where on the page they are. */
export function ShadowHost({ className, children }: ShadowHostProps) {
  const [shadow, setShadow] = useState<ShadowRoot>();
  const attach = useCallback((host: HTMLDivElement | null) => {
    if (host) setShadow(shadowOf(host));
  }, []);
  return (
    <div ref={attach} className={className}>
      {shadow && createPortal(children(shadow.host), shadow)}
    </div>
  );
}
