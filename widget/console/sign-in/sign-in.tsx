// Signing in with an API key, or with the one-time link that was followed: its code stands in the fragment, which is sent
// nowhere, and leaves the address at once. It is used when the reader says so: a link alone signs nobody in to anything.
import { type SubmitEvent, useEffect, useId, useState } from 'react';
import icon from '../icon.svg';
import { Link, readdress, useAddress } from '../router.js';
import { findSession, type Proof, type Session, signIn, signOut } from '../session.js';
import { refusalText } from './refusals.js';
import './sign-in.css';

export interface SignInProps {
  /** Who is signed in already, where somebody is. */
  readonly session: Session | null;
  /** Somebody was signed in on this page, and is no more. */
  readonly isEnded: boolean;
  onSignedIn(session: Session): void;
}

/** @throws Error with the code of the refusal */
async function begin(proof: Proof): Promise<Session> {
  const refused = await signIn(proof);
  if (refused) throw new Error(refused);
  const session = await findSession();
  if (!session) throw new Error('NO_COOKIES');
  if (session.scopes.includes('READ')) return session;
  await signOut();
  throw new Error('NO_READ');
}

export function SignIn({ session, isEnded, onSignedIn }: SignInProps) {
  const hint = useId();
  const { hash, pathname } = useAddress();
  const [code, setCode] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<string>();
  const [isBusy, setBusy] = useState(false);

  useEffect(() => {
    const given = new URLSearchParams(hash.slice(1)).get('code');
    if (!given) return;
    readdress(pathname);
    setCode(given);
    setRefusal(undefined);
  }, [hash, pathname]);

  const submit = async (event: SubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const apiKey = String(new FormData(event.currentTarget).get('apiKey') ?? '').trim();
    if (isBusy || (!code && !apiKey)) return;
    setBusy(true);
    try {
      onSignedIn(await begin(code ? { code } : { apiKey }));
    } catch (error) {
      setRefusal(refusalText((error as Error).message, code !== null));
      setCode(null);
      setBusy(false);
    }
  };
  return (
    <main className="sign-in">
      <title>Sign in – Campaign Analytics</title>
      <form onSubmit={submit}>
        <img src={icon} alt="" width="40" height="40" />
        <h1>Campaign Analytics</h1>
        {isEnded && !refusal && <p role="status">You were signed out. Sign in to go on where you were.</p>}
        {session && (
          <p role="status">
            You are signed in to {session.account.name}. Signing in again ends that.{' '}
            <Link href="/">Go back</Link>
          </p>
        )}
        {refusal && (
          <p id={hint} role="alert">
            {refusal}
          </p>
        )}
        {code ? (
          <p>Your link signs you in once, to the account that it was made for.</p>
        ) : (
          <>
            <label>
              API key
              <input
                name="apiKey"
                type="password"
                autoComplete="off"
                spellCheck={false}
                required
                aria-describedby={hint}
                aria-invalid={refusal !== undefined}
              />
            </label>
            {!refusal && <p id={hint}>A key of your account, with the scope READ at least.</p>}
          </>
        )}
        <button type="submit" className="primary" aria-disabled={isBusy}>
          Sign in
        </button>
        {code && (
          <button type="button" className="quiet" onClick={() => setCode(null)}>
            Use an API key instead
          </button>
        )}
        {!code && (
          <p>
            Whoever runs the server makes a one-time link with <code>npm run account -- link</code>.
          </p>
        )}
      </form>
    </main>
  );
}
