import { useEffect, useRef } from 'react';
import { CopyButton } from '../../pieces/copy-button.js';

export interface MadeKeyProps {
  readonly name: string;
  readonly secret: string;
  onDone(): void;
}

/** The key as it is shown once. The focus goes to it, so that nobody misses what does not come back. */
export function MadeKey({ name, secret, onDone }: MadeKeyProps) {
  const shown = useRef<HTMLElement>(null);
  useEffect(() => shown.current?.focus(), []);
  return (
    <section ref={shown} tabIndex={-1} className="panel settings-part made" aria-label="The new key">
      <h2>{name}</h2>
      <p>Copy the key now: it is not shown again, and only a hash of it is kept.</p>
      <output className="secret">{secret}</output>
      <div className="actions">
        <button type="button" onClick={onDone}>
          Done
        </button>
        <CopyButton text={secret} label="Copy the key" />
      </div>
    </section>
  );
}
