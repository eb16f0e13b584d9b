// A CSV file is dropped or chosen, looked at, and given to the server, which goes on with it by itself.
import { useMutation } from '@apollo/client/react';
import { StartOptOutImportDocument } from '@campaign-analytics/schema/graphql';
import { useEffect, useId, useRef, useState } from 'react';
import { figuresIn } from '../../src/boxes/figures.js';
import { freshId } from '../jobs/fresh-id.js';
import { sizeText } from '../jobs/pace.js';
import { failureText } from '../pieces/failure.js';
import { DropZone } from './drop-zone.js';
import '../pieces/confirmation.css';

export interface ImportDialogProps {
  onStarted(): void;
  onClose(): void;
}

/** What the server takes at once, less what JSON adds. */
const MOST_BYTES = 3_800_000;
const { count, isOne } = figuresIn('en');

interface Chosen {
  /** The same for every try, so that a lost answer starts no second import. */
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  readonly csv: string;
}

export function ImportDialog({ onStarted, onClose }: ImportDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [start, { loading, error, reset }] = useMutation(StartOptOutImportDocument);

  useEffect(() => dialog.current?.showModal(), []);

  const choose = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    reset();
    setChosen(null);
    setFault(faultIn(file));
    if (faultIn(file)) return;
    const csv = await file.text().catch(() => null);
    if (csv === null) return setFault('The file could not be read. Choose it again.');
    setChosen({ id: freshId(), name: file.name, bytes: file.size, csv });
  };
  const submit = async (): Promise<void> => {
    if (!chosen || loading) return;
    const { id, name, csv } = chosen;
    const { data } = await start({ variables: { input: { id, fileName: name, csv } } }).catch(() => ({
      data: undefined,
    }));
    if (!data) return;
    onStarted();
    dialog.current?.close();
  };
  return (
    <dialog ref={dialog} className="confirmation" aria-labelledby={heading} onClose={onClose}>
      <h2 id={heading}>Import opt outs</h2>
      <DropZone onFile={(file) => void choose(file)}>
        {chosen ? (
          <>
            <b>{chosen.name}</b>
            <span className="muted">
              {sizeText(chosen.bytes)} · {linesText(chosen.csv)}
            </span>
          </>
        ) : (
          <>
            <b>Drop a CSV file here, or choose one</b>
            <span className="muted">With a column named phone, or one number a line.</span>
          </>
        )}
      </DropZone>
      <p className="fault" role="alert">
        {fault ?? (error && failureText(error))}
      </p>
      <div className="actions">
        <button type="button" onClick={() => dialog.current?.close()}>
          Cancel
        </button>
        <button
          type="button"
          className="primary"
          aria-disabled={!chosen || loading}
          onClick={() => void submit()}
        >
          {loading ? 'Sending…' : 'Opt them out'}
        </button>
      </div>
    </dialog>
  );
}

function faultIn({ size }: File): string | null {
  if (size === 0) return 'The file is empty.';
  if (size <= MOST_BYTES) return null;
  return `The file has ${sizeText(size)}; at most ${sizeText(MOST_BYTES)} are taken at once. Leave only the phone column, or split it.`;
}

function linesText(csv: string): string {
  const lines = csv.trimEnd().split('\n').length;
  return `${count(lines)} ${isOne(lines) ? 'line' : 'lines'}`;
}
