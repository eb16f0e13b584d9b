// A campaign by a part of its name: a field with a list below, for thousands of campaigns.
import { useQuery } from '@apollo/client/react';
import { CampaignChoicesDocument, CampaignNameDocument } from '@campaign-analytics/schema/graphql';
import { type KeyboardEvent, type RefObject, useId, useState } from 'react';
import { StatusBadge } from './status-badge.js';
import './campaign-chooser.css';

const SHOWN = 8;

export interface CampaignChooserProps {
  readonly campaignId: string | null;
  /** Why the choice is not good; null where it is. */
  readonly fault: string | null;
  readonly input: RefObject<HTMLInputElement | null>;
  onChoose(campaignId: string | null): void;
}

export function CampaignChooser({ campaignId, fault, input, onChoose }: CampaignChooserProps) {
  const [label, list, faultId] = [useId(), useId(), useId()];
  /** What is being typed; null while the field shows the choice. */
  const [text, setText] = useState<string | null>(null);
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const named = useQuery(CampaignNameDocument, { variables: { id: campaignId ?? '' }, skip: !campaignId });
  const found = useQuery(CampaignChoicesDocument, {
    variables: { first: SHOWN, search: text || null },
    skip: !isOpen,
    fetchPolicy: 'cache-and-network',
  });
  const campaigns = ((found.data ?? found.previousData)?.campaigns.edges ?? []).map(({ node }) => node);
  const name = campaignId ? (named.data?.campaign?.name ?? (named.data ? 'No such campaign' : '')) : '';
  const isListed = isOpen && campaigns.length > 0;

  const close = (): void => {
    if (text === '') onChoose(null);
    setText(null);
    setOpen(false);
  };
  const open = (): void => {
    setActive(0);
    setOpen(true);
  };
  const choose = (id: string): void => {
    onChoose(id);
    setText(null);
    setOpen(false);
  };
  const steer = (event: KeyboardEvent): void => {
    const chosen = isListed ? campaigns[active] : undefined;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!isOpen) open();
      const step = event.key === 'ArrowDown' ? 1 : campaigns.length - 1;
      if (isListed) setActive((active + step) % campaigns.length);
    } else if (event.key === 'Enter' && chosen) {
      event.preventDefault();
      choose(chosen.id);
    } else if (event.key === 'Escape' && isOpen) {
      event.preventDefault();
      setText(null);
      setOpen(false);
    }
  };

  return (
    <div className="field chooser">
      <label htmlFor={label}>Campaign</label>
      <input
        ref={input}
        id={label}
        role="combobox"
        autoComplete="off"
        placeholder="Search by name"
        aria-autocomplete="list"
        aria-expanded={isListed}
        aria-controls={isListed ? list : undefined}
        aria-activedescendant={isListed ? `${list}-${active}` : undefined}
        aria-invalid={fault !== null}
        aria-describedby={fault === null ? undefined : faultId}
        value={text ?? name}
        onFocus={({ target }) => target.select()}
        onClick={open}
        onChange={({ target }) => {
          setText(target.value);
          open();
        }}
        onKeyDown={steer}
        onBlur={close}
      />
      {isListed && (
        <div id={list} role="listbox" aria-label="Campaigns" className="chooser-list">
          {campaigns.map((campaign, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field keeps the focus, and has the keys
            // biome-ignore lint/a11y/useFocusableInteractive: the field names the active option
            <div
              key={campaign.id}
              id={`${list}-${index}`}
              role="option"
              aria-selected={index === active}
              // The field would lose the focus, and the list with it.
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => choose(campaign.id)}
            >
              <span>{campaign.name}</span> <StatusBadge status={campaign.status} />
            </div>
          ))}
        </div>
      )}
      {isOpen && found.data && campaigns.length === 0 && (
        <p className="chooser-list hint">
          {text ? 'No campaign has this name.' : 'There are no campaigns yet.'}
        </p>
      )}
      <p id={faultId} className="fault" role="alert">
        {fault}
      </p>
    </div>
  );
}
