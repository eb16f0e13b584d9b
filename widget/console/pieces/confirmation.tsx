// A question before something that cannot be undone by itself. It opens with its component and closes with it; the browser
// keeps the focus within and brings it back.
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { failureText } from './failure.js';
import './confirmation.css';

export interface ConfirmationProps {
  readonly title: string;
  readonly children?: ReactNode;
  /** What is done, as a verb: "Remove". */
  readonly action: string;
  readonly isDangerous?: boolean;
  /** Its rejection is shown, and the question stays. */
  onConfirm(): Promise<unknown>;
  /** After it was done, or where it was called off. */
  onClose(): void;
}

export function Confirmation({
  title,
  children,
  action,
  isDangerous,
  onConfirm,
  onClose,
}: ConfirmationProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const [state, setState] = useState<'asking' | 'doing' | { readonly failure: string }>('asking');

  useEffect(() => dialog.current?.showModal(), []);

  const confirm = async (): Promise<void> => {
    setState('doing');
    try {
      await onConfirm();
    } catch (error) {
      return setState({ failure: failureText(error) });
    }
    dialog.current?.close();
  };
  return (
    <dialog ref={dialog} className="confirmation" aria-labelledby={heading} onClose={onClose}>
      <h2 id={heading}>{title}</h2>
      {children && <div>{children}</div>}
      <p role="alert">{typeof state === 'object' && state.failure}</p>
      <div className="actions">
        <button type="button" onClick={() => dialog.current?.close()}>
          Cancel
        </button>
        <button
          type="button"
          className={isDangerous ? 'danger' : 'primary'}
          aria-disabled={state === 'doing'}
          onClick={() => state !== 'doing' && void confirm()}
        >
          {action}
        </button>
      </div>
    </dialog>
  );
}
