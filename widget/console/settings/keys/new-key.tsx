// A new API key: its name and scopes in, the key out, shown this once.
import { useMutation } from '@apollo/client/react';
import { type ApiKeyScope, ApiKeysDocument, CreateApiKeyDocument } from '@campaign-analytics/schema/graphql';
import { type SubmitEvent, useState } from 'react';
import { failureText } from '../../pieces/failure.js';
import { MadeKey } from './made-key.js';

const SCOPES: readonly { readonly scope: ApiKeyScope; readonly means: string }[] = [
  { scope: 'RECORD', means: 'report campaigns, messages, statuses and opt-outs' },
  { scope: 'READ', means: 'read numbers, make embed tokens, sign in here' },
  { scope: 'ADMIN', means: 'keys, audit, erasing contacts, retention, deleting campaigns' },
];

export function NewKey() {
  const [hasScope, setHasScope] = useState(true);
  const [create, { data, error, loading, reset }] = useMutation(CreateApiKeyDocument, {
    refetchQueries: [ApiKeysDocument],
    // The key is kept nowhere but on the page.
    fetchPolicy: 'no-cache',
  });
  const made = data?.createApiKey;

  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const scopes = SCOPES.map(({ scope }) => scope).filter((scope) => given.has(scope));
    setHasScope(scopes.length > 0);
    if (loading || scopes.length === 0) return;
    void create({ variables: { input: { name: String(given.get('name')), scopes } } }).catch(() => undefined);
  };

  if (made) return <MadeKey name={made.apiKey.name} secret={made.key} onDone={reset} />;
  return (
    <form className="panel settings-part" onSubmit={submit}>
      <h2>New key</h2>
      <label className="field">
        Name
        <input name="name" required maxLength={200} placeholder="What it is for: Texting server" />
      </label>
      <fieldset className="options" aria-describedby={hasScope ? undefined : 'no-scope'}>
        <legend>It may</legend>
        {SCOPES.map(({ scope, means }) => (
          <label key={scope} className="option">
            <input type="checkbox" name={scope} defaultChecked={scope !== 'ADMIN'} />
            <span>
              {scope.charAt(0) + scope.slice(1).toLowerCase()} <span className="muted">– {means}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <p id="no-scope" role="alert" className="fault">
        {hasScope ? error && failureText(error) : 'Choose at least one.'}
      </p>
      <div className="actions">
        <button type="submit" className="primary" aria-disabled={loading}>
          Make the key
        </button>
      </div>
    </form>
  );
}
