import { useMutation } from '@apollo/client/react';
import { type OptOutSettingsQuery, SetAutoOptOutDocument } from '@campaign-analytics/schema/graphql';
import { useId } from 'react';
import { useSession } from '../session.js';
import { failureText } from './failure.js';
import './auto-switch.css';

export interface AutoSwitchProps {
  /** Undefined until they are read. */
  readonly settings: OptOutSettingsQuery['account'] | undefined;
}

/** Whether contacts opt themselves out by their word. */
export function AutoSwitch({ settings }: AutoSwitchProps) {
  const [name, means] = [useId(), useId()];
  const [set, { loading, error }] = useMutation(SetAutoOptOutDocument);
  const mayChange = useSession().scopes.includes('ADMIN');
  const isOn = settings?.hasAutoOptOut === true;
  const turn = (): void => void set({ variables: { isOn: !isOn } }).catch(() => undefined);
  return (
    <section className="panel auto-switch" data-off={(settings && !isOn) || undefined}>
      <h2 id={name}>Automatic opt-out</h2>
      <button
        type="button"
        role="switch"
        className="toggle"
        aria-checked={isOn}
        aria-labelledby={name}
        aria-describedby={means}
        aria-disabled={loading || !settings || !mayChange}
        onClick={() => !loading && settings && mayChange && turn()}
      >
        <span>{settings && (isOn ? 'On' : 'Off')}</span>
      </button>
      <p id={means}>
        {settings && !isOn
          ? 'Contacts who answer STOP stay in your campaigns until somebody opts them out by hand.'
          : 'A contact whose whole answer is STOP, STOPALL, UNSUBSCRIBE, CANCEL, END, QUIT, REVOKE or OPTOUT is opted out at that moment.'}{' '}
        {mayChange
          ? 'Changes hold for messages recorded from then on.'
          : 'To change it, sign in with a key that has the scope ADMIN.'}
      </p>
      <p className="fault" role="alert">
        {error && failureText(error)}
      </p>
    </section>
  );
}
