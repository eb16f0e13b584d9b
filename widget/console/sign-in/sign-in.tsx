import { type SubmitEvent, useId } from 'react';
import icon from '../icon.svg';
import './sign-in.css';

export interface SignInProps {
  /** The last key was not taken. */
  readonly isRefused: boolean;
  onSignIn(apiKey: string): void;
}

export function SignIn({ isRefused, onSignIn }: SignInProps) {
  const hint = useId();
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const apiKey = String(new FormData(event.currentTarget).get('apiKey')).trim();
    if (apiKey) onSignIn(apiKey);
  };
  return (
    <main className="sign-in">
      <title>Sign in – Campaign Analytics</title>
      <form onSubmit={submit}>
        <img src={icon} alt="" width="40" height="40" />
        <h1>Campaign Analytics</h1>
        <label>
          API key
          <input
            name="apiKey"
            type="password"
            autoComplete="off"
            spellCheck={false}
            required
            aria-describedby={hint}
            aria-invalid={isRefused}
          />
        </label>
        <p id={hint} role={isRefused ? 'alert' : undefined}>
          {isRefused
            ? 'This key was not accepted. Check it and try again.'
            : 'The key of your account. It is kept in this tab until you sign out or close it.'}
        </p>
        <button type="submit">Sign in</button>
      </form>
    </main>
  );
}
