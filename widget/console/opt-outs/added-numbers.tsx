// What came of numbers added by hand: how many were opted out, were so before, or were not taken and why; and the way back.
import type { RecordedFragment } from '@campaign-analytics/schema/graphql';
import { figuresIn } from '../../src/boxes/figures.js';
import { sentence } from '../pieces/failure.js';
import type { TypedNumber } from './typed-numbers.js';
import { useUndo } from './undo.js';
import './addition.css';

export interface Added {
  readonly typed: readonly TypedNumber[];
  readonly payload: RecordedFragment;
}

export interface AddedNumbersProps {
  readonly added: Added;
  /** Opens the dialog again, with what was not taken. */
  onMend(draft: string): void;
  onClose(): void;
}

const MOST_SHOWN = 20;
const { count, isOne } = figuresIn('en');

export function AddedNumbers({ added, onMend, onClose }: AddedNumbersProps) {
  const { typed, payload } = added;
  const { recorded, duplicates, rejected } = payload;
  const undo = useUndo(added);
  const bad = rejected.map(({ index, message }) => ({ number: typed[index], message }));
  return (
    <section className="panel added" aria-label="Numbers added">
      <p role="status">{undo.isDone ? undo.text : outcomeText(recorded, duplicates, rejected.length)}</p>
      {bad.length > 0 && !undo.isDone && (
        <ul>
          {bad.slice(0, MOST_SHOWN).map(({ number, message }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same number may stand twice
            <li key={index}>
              Line {number?.line}: <b>{number?.text}</b> <span className="muted">{sentence(message)}</span>
            </li>
          ))}
          {bad.length > MOST_SHOWN && <li>and {count(bad.length - MOST_SHOWN)} more</li>}
        </ul>
      )}
      <div className="actions">
        {recorded > 0 && !undo.isDone && (
          <button type="button" aria-disabled={undo.isRunning} onClick={undo.run}>
            {undo.isRunning ? 'Undoing…' : 'Undo'}
          </button>
        )}
        {bad.length > 0 && !undo.isDone && (
          <button
            type="button"
            onClick={() => onMend(bad.map(({ number }) => number?.text ?? '').join('\n'))}
          >
            Correct them
          </button>
        )}
        <button type="button" className="quiet" onClick={onClose}>
          Close
        </button>
      </div>
      <p className="fault" role="alert">
        {undo.fault}
      </p>
    </section>
  );
}

const numbers = (value: number): string => `${count(value)} ${isOne(value) ? 'number' : 'numbers'}`;

function outcomeText(recorded: number, duplicates: number, rejected: number): string {
  const parts = [
    recorded > 0 && `${numbers(recorded)} opted out`,
    duplicates > 0 && `${numbers(duplicates)} already opted out`,
    rejected > 0 && `${numbers(rejected)} not taken`,
  ];
  return `${parts.filter(Boolean).join(', ')}.`;
}
