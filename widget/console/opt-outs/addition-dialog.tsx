// Numbers are typed or pasted in, opted out in the whole account, and what came of it goes out to the page.
import { useMutation } from '@apollo/client/react';
import { AddOptOutsDocument, OptOutCountDocument, OptOutsDocument } from '@campaign-analytics/schema/graphql';
import { type SubmitEvent, useEffect, useId, useRef, useState } from 'react';
import { figuresIn } from '../../src/boxes/figures.js';
import { failureText } from '../pieces/failure.js';
import type { Added } from './added-numbers.js';
import { MOST_AT_ONCE, numbersIn } from './typed-numbers.js';
import '../pieces/confirmation.css';
import './addition.css';

export interface AdditionDialogProps {
  readonly draft: string;
  /** In which national numbers are meant; undefined until it is known. */
  readonly country: string | undefined;
  onAdded(added: Added): void;
  onClose(): void;
}

const { count, isOne } = figuresIn('en');
const countryName = new Intl.DisplayNames('en', { type: 'region' });

export function AdditionDialog({ draft, country, onAdded, onClose }: AdditionDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [heading, hint] = [useId(), useId()];
  const [text, setText] = useState(draft);
  const [add, { loading, error }] = useMutation(AddOptOutsDocument, {
    refetchQueries: [OptOutsDocument, OptOutCountDocument],
  });
  const typed = numbersIn(text);
  const isTooMany = typed.length > MOST_AT_ONCE;

  useEffect(() => dialog.current?.showModal(), []);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (loading || typed.length === 0 || isTooMany) return;
    const phones = typed.map((number) => number.text);
    const { data } = await add({ variables: { phones } }).catch(() => ({ data: undefined }));
    if (!data) return;
    onAdded({ typed, payload: data.addOptOuts });
    dialog.current?.close();
  };
  return (
    <dialog ref={dialog} className="confirmation addition" aria-labelledby={heading} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <h2 id={heading}>Add opt outs</h2>
        <label className="field">
          Phone numbers
          <textarea
            rows={8}
            inputMode="tel"
            autoComplete="off"
            spellCheck={false}
            aria-describedby={hint}
            aria-invalid={isTooMany}
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        </label>
        <p id={hint} className="muted">
          One a line, or with commas between.{' '}
          {country && `Without a + the account's country is meant: ${countryName.of(country)}. `}
          Nobody in the account writes to them any more; the boxes of campaigns stay as they are.
        </p>
        <p className="fault" role="alert">
          {isTooMany
            ? `At most ${count(MOST_AT_ONCE)} at once. Import a file for more.`
            : error && failureText(error)}
        </p>
        <div className="actions">
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button
            type="submit"
            className="primary"
            aria-disabled={loading || typed.length === 0 || isTooMany}
          >
            {typed.length === 0
              ? 'Opt out'
              : `Opt out ${count(typed.length)} ${isOne(typed.length) ? 'number' : 'numbers'}`}
          </button>
        </div>
      </form>
    </dialog>
  );
}
