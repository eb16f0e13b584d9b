// What to export. Every choice is in the address, so that a page of it may be sent, bookmarked and loaded again.
import { useMutation } from '@apollo/client/react';
import { type ExportJobFragment, StartExportDocument } from '@campaign-analytics/schema/graphql';
import { type SubmitEvent, useRef, useState } from 'react';
import { freshId } from '../jobs/fresh-id.js';
import { CampaignChooser } from '../pieces/campaign-chooser.js';
import { failureText } from '../pieces/failure.js';
import { readdress, withParameters } from '../router.js';
import { choiceIn, faultIn, hasRange, inputOf } from './export-choice.js';
import { FormatChoice, KindChoice, RangeChoice, ReachChoice } from './form-choices.js';
import './export-form.css';

export interface ExportFormProps {
  readonly address: URL;
  onStart(started: ExportJobFragment): void;
}

export function ExportForm({ address, onStart }: ExportFormProps) {
  const choice = choiceIn(address, Date.now());
  const fault = faultIn(choice);
  const [isFaultShown, setFaultShown] = useState(false);
  const [startExport, { loading, error, reset }] = useMutation(StartExportDocument);
  const [campaign, lastDay] = [useRef<HTMLInputElement>(null), useRef<HTMLInputElement>(null)];
  const wish = useRef({ address: '', id: '' });

  const change = (parameters: Record<string, string | null>): void => {
    setFaultShown(false);
    if (error) reset();
    readdress(withParameters(address, parameters));
  };
  const start = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (loading) return;
    setFaultShown(fault !== null);
    if (fault) return (fault.field === 'campaign' ? campaign : lastDay).current?.focus();
    if (wish.current.address !== address.href) wish.current = { address: address.href, id: freshId() };
    const { data } = await startExport({ variables: { input: inputOf(choice, wish.current.id) } }).catch(
      () => ({ data: undefined }),
    );
    if (!data) return;
    wish.current = { address: '', id: '' };
    onStart(data.createExport);
  };
  const shownFault = (field: 'campaign' | 'to'): string | null =>
    isFaultShown && fault?.field === field ? fault.text : null;

  return (
    <form className="panel export-form" noValidate onSubmit={(event) => void start(event)}>
      <KindChoice choice={choice} onChange={change} />
      {choice.kind !== 'USAGE' && <ReachChoice choice={choice} onChange={change} />}
      {!choice.isOfAccount && (
        <CampaignChooser
          campaignId={choice.campaignId}
          fault={shownFault('campaign')}
          input={campaign}
          onChoose={(id) => change({ campaign: id })}
        />
      )}
      {hasRange(choice) && (
        <RangeChoice choice={choice} fault={shownFault('to')} lastDay={lastDay} onChange={change} />
      )}
      <div className="export-ending">
        <FormatChoice choice={choice} onChange={change} />
        <button type="submit" className="primary" aria-disabled={loading}>
          {loading ? 'Starting…' : 'Create export'}
        </button>
      </div>
      <p className="fault" role="alert">
        {error && failureText(error)}
      </p>
    </form>
  );
}
