import { useMutation } from '@apollo/client/react';
import { SwitchAutoOptOutDocument } from '@campaign-analytics/schema/graphql';
import { useId } from 'react';
import { useSession } from '../session.js';
import { faultText } from './failure.js';

export interface AutoOptOutSwitchProps {
  readonly isOn: boolean;
  readonly mayChange: boolean;
}

/** Whether contacts opt themselves out by a word. It holds as soon as it is turned. */
export function AutoOptOutSwitch({ isOn, mayChange }: AutoOptOutSwitchProps) {
  const means = useId();
  const { account } = useSession();
  const [turn, { error, loading }] = useMutation(SwitchAutoOptOutDocument);
  const change = (): void => {
    if (loading) return;
    const setAutoOptOut = { __typename: 'Account' as const, id: account.id, hasAutoOptOut: !isOn };
    void turn({ variables: { isOn: !isOn }, optimisticResponse: { setAutoOptOut } }).catch(() => undefined);
  };
  return (
    <div className="settings-form">
      <label className="choice">
        <input
          type="checkbox"
          checked={isOn}
          disabled={!mayChange}
          aria-describedby={means}
          onChange={change}
        />
        Opt contacts out who answer STOP
      </label>
      <p id={means} className={isOn ? 'muted' : 'warning'}>
        {isOn
          ? 'STOP, STOPALL, UNSUBSCRIBE, CANCEL, END, QUIT, REVOKE and OPTOUT, as the whole message, opt the contact out at once.'
          : 'Contacts who answer STOP stay in your campaigns until somebody opts them out by hand.'}
      </p>
      <p role="alert" className="fault">
        {error && faultText(error)}
      </p>
    </div>
  );
}
