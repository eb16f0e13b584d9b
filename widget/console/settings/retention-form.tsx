// For how long bodies are kept. What is removed does not come back, so that a shorter time is asked for twice.
import { useMutation } from '@apollo/client/react';
import { KeepBodiesDocument } from '@campaign-analytics/schema/graphql';
import { type SubmitEvent, useId, useState } from 'react';
import { Confirmation } from '../pieces/confirmation.js';
import { failureText } from '../pieces/failure.js';

const LONGEST_DAYS = 36_500;

export interface RetentionFormProps {
  /** Null: for ever. */
  readonly bodyDays: number | null;
  readonly mayChange: boolean;
}

const daysText = (days: number): string => (days === 1 ? '1 day' : `${days} days`);

export function RetentionForm({ bodyDays, mayChange }: RetentionFormProps) {
  const hint = useId();
  const [isLimited, setLimited] = useState(bodyDays !== null);
  const [days, setDays] = useState(String(bodyDays ?? 90));
  const [isAsking, setAsking] = useState(false);
  const [set, { data, error, loading }] = useMutation(KeepBodiesDocument);
  const chosen = isLimited ? Number(days) : null;
  const isShorter = chosen !== null && (bodyDays === null || chosen < bodyDays);
  const save = () => set({ variables: { days: chosen } });

  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (loading || chosen === bodyDays) return;
    if (isShorter) setAsking(true);
    else void save().catch(() => undefined);
  };
  return (
    <form className="settings-form" onSubmit={submit}>
      <fieldset className="options" disabled={!mayChange} aria-describedby={hint}>
        <legend className="unseen">How long bodies are kept</legend>
        <label className="option">
          <input type="radio" name="keep" checked={!isLimited} onChange={() => setLimited(false)} /> Keep them
        </label>
        <label className="option">
          <input type="radio" name="keep" checked={isLimited} onChange={() => setLimited(true)} /> Remove them
          after some days
        </label>
        {isLimited && (
          <label className="field days">
            Days after the message
            <input
              type="number"
              inputMode="numeric"
              min={1}
              max={LONGEST_DAYS}
              required
              value={days}
              onChange={({ target }) => setDays(target.value)}
            />
          </label>
        )}
      </fieldset>
      <p id={hint} className="muted">
        The numbers, times and statuses of messages stay. Bodies are removed within hours.
      </p>
      <p role={error ? 'alert' : 'status'} className={error ? 'fault' : undefined}>
        {error ? failureText(error) : data && chosen === bodyDays && 'Saved.'}
      </p>
      {mayChange && (
        <div className="actions">
          <button type="submit" className="primary" aria-disabled={loading || chosen === bodyDays}>
            Save
          </button>
        </div>
      )}
      {isAsking && chosen !== null && (
        <Confirmation
          title={`Remove bodies older than ${daysText(chosen)}?`}
          action="Remove"
          isDangerous
          onConfirm={save}
          onClose={() => setAsking(false)}
        >
          <p>They are removed for good, from all campaigns of the account.</p>
        </Confirmation>
      )}
    </form>
  );
}
