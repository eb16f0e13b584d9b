import { useMutation } from '@apollo/client/react';
import { SetDefaultCountryDocument } from '@campaign-analytics/schema/graphql';
import { type SubmitEvent, useId, useMemo, useState } from 'react';
import { failureText } from '../pieces/failure.js';
import { countries } from './countries.js';

export interface CountryFormProps {
  readonly country: string;
  readonly mayChange: boolean;
}

/** In which country numbers are meant that are written without one. */
export function CountryForm({ country, mayChange }: CountryFormProps) {
  const [field, hint] = [useId(), useId()];
  const all = useMemo(countries, []);
  const [chosen, setChosen] = useState(country);
  const [set, { data, error, loading }] = useMutation(SetDefaultCountryDocument);

  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (loading || chosen === country) return;
    void set({ variables: { country: chosen } }).catch(() => undefined);
  };
  return (
    <form className="settings-form" onSubmit={submit}>
      <div className="field">
        <label htmlFor={field}>Country</label>
        <select
          id={field}
          value={chosen}
          disabled={!mayChange}
          aria-describedby={hint}
          onChange={({ target }) => setChosen(target.value)}
        >
          {all.map(({ code, name }) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </select>
        <p id={hint} className="hint">
          A number that somebody types or imports without its country code is one of this country.
        </p>
      </div>
      <p role={error ? 'alert' : 'status'} className={error ? 'fault' : undefined}>
        {error ? failureText(error) : data && chosen === country && 'Saved.'}
      </p>
      {mayChange && (
        <div className="actions">
          <button type="submit" className="primary" aria-disabled={loading || chosen === country}>
            Save
          </button>
        </div>
      )}
    </form>
  );
}
