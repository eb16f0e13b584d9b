// The single choices of what to export, each changing its parameters of the address.
import type { ExportKind } from '@campaign-analytics/schema/graphql';
import { type RefObject, useId } from 'react';
import type { ExportChoice } from './export-choice.js';

const KINDS: readonly { readonly kind: ExportKind; readonly name: string; readonly means: string }[] = [
  { kind: 'MESSAGES', name: 'Messages', means: 'Every message, in and out' },
  { kind: 'CONVERSATIONS', name: 'Conversations', means: 'One row for each contact' },
  { kind: 'OPT_OUTS', name: 'Opt outs', means: 'Those that count now' },
  { kind: 'SENDERS', name: 'Senders', means: 'Who sends, and where' },
  { kind: 'USAGE', name: 'Usage', means: 'One row for each month' },
];

interface ChoiceProps {
  readonly choice: ExportChoice;
  onChange(parameters: Record<string, string | null>): void;
}

export const KindChoice = ({ choice, onChange }: ChoiceProps) => (
  <fieldset className="kinds">
    <legend className="unseen">What to export</legend>
    {KINDS.map(({ kind, name, means }) => (
      <label key={kind}>
        <input type="radio" name="kind" checked={choice.kind === kind} onChange={() => onChange({ kind })} />
        <span>
          {name}
          <span className="hint">{means}</span>
        </span>
      </label>
    ))}
  </fieldset>
);

export const ReachChoice = ({ choice, onChange }: ChoiceProps) => (
  <fieldset className="switch">
    <legend className="unseen">Of which part of the account</legend>
    <label>
      <input type="radio" name="of" checked={!choice.isOfAccount} onChange={() => onChange({ of: null })} />
      One campaign
    </label>
    <label>
      <input
        type="radio"
        name="of"
        checked={choice.isOfAccount}
        onChange={() => onChange({ of: 'account' })}
      />
      Whole account
    </label>
  </fieldset>
);

interface RangeChoiceProps extends ChoiceProps {
  readonly fault: string | null;
  readonly lastDay: RefObject<HTMLInputElement | null>;
}

export function RangeChoice({ choice, fault, lastDay, onChange }: RangeChoiceProps) {
  const faultId = useId();
  return (
    <fieldset className="range">
      <legend className="unseen">Range of days</legend>
      <label className="field">
        From
        <input
          type="date"
          value={choice.from}
          onChange={({ target }) => target.value && onChange({ from: target.value })}
        />
      </label>
      <label className="field">
        To
        <input
          ref={lastDay}
          type="date"
          value={choice.to}
          aria-invalid={fault !== null}
          aria-describedby={faultId}
          onChange={({ target }) => target.value && onChange({ to: target.value })}
        />
      </label>
      <p id={faultId} className={fault ? 'fault' : 'hint'}>
        {fault ??
          (choice.kind === 'USAGE'
            ? 'All months that have any of these days, as wholes, in UTC.'
            : 'Both days included. Days begin and end in UTC.')}
      </p>
    </fieldset>
  );
}

export const FormatChoice = ({ choice, onChange }: ChoiceProps) => (
  <fieldset className="formats">
    <legend className="unseen">Format</legend>
    <label>
      <input
        type="radio"
        name="format"
        checked={choice.format === 'CSV'}
        onChange={() => onChange({ format: null })}
      />
      CSV
    </label>
    <label>
      <input
        type="radio"
        name="format"
        checked={choice.format === 'JSON_LINES'}
        onChange={() => onChange({ format: 'JSON_LINES' })}
      />
      JSON Lines
    </label>
    <label>
      <input
        type="checkbox"
        checked={choice.isCompressed}
        onChange={({ target }) => onChange({ compressed: target.checked ? 'yes' : null })}
      />
      Compressed (gzip)
    </label>
  </fieldset>
);
