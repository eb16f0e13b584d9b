// What is known of a campaign beside its numbers.
import type { ReactNode } from 'react';
import { figuresIn } from '../../src/boxes/figures.js';
import { hoursText, instantText, windowText, zoneText } from '../pieces/times.js';
import type { Campaign } from './campaign-details.js';

const { count } = figuresIn('en');

export function Facts({ campaign }: { readonly campaign: Campaign }) {
  const { initialMessage, timeZone, phoneNumbers, senders, analytics } = campaign;
  const hours = hoursText(campaign.opensAt, campaign.closesAt);
  const unnamed = analytics.senders - senders.length;
  return (
    <dl className="facts panel">
      <Fact label="Initial message" isWide>
        {initialMessage && <q>{initialMessage}</q>}
      </Fact>
      <Fact label="Sending window">
        {windowText(campaign.sendingStartsAt, campaign.sendingEndsAt, timeZone)}
      </Fact>
      <Fact label="Daily open hours">
        {hours && (
          <>
            {hours} {timeZone && <span className="zone-name muted">{zoneText(timeZone)} time</span>}
          </>
        )}
      </Fact>
      {!hours && timeZone && <Fact label="Time zone">{zoneText(timeZone)}</Fact>}
      <Fact label="Phone numbers">
        {phoneNumbers.length > 0 && (
          <ul className="plain-list">
            {phoneNumbers.map((number) => (
              <li key={number}>{number}</li>
            ))}
          </ul>
        )}
      </Fact>
      <Fact
        label={analytics.senders > 0 ? `Senders (${count(analytics.senders)})` : 'Senders'}
        nothing="None"
      >
        {senders.length > 0 && (
          <>
            {senders.map(({ name }) => name).join(', ')}
            {unnamed > 0 && <span className="muted"> and {count(unnamed)} more</span>}
          </>
        )}
      </Fact>
      <Fact label="Created">{instantText(campaign.createdAt)}</Fact>
    </dl>
  );
}

interface FactProps {
  readonly label: string;
  readonly isWide?: boolean;
  /** What stands in the place of nothing. */
  readonly nothing?: string;
  readonly children: ReactNode;
}

const Fact = ({ label, isWide = false, nothing = 'Not set', children }: FactProps) => (
  <div data-wide={isWide || undefined}>
    <dt>{label}</dt>
    <dd>{children || <span className="muted">{nothing}</span>}</dd>
  </div>
);
