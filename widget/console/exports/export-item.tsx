// One export: what it is of, how far it is, and what can be done with it now.
import { skipToken, useMutation, useSubscription } from '@apollo/client/react';
import {
  type ExportJobFragment,
  StartExportDocument,
  StopExportDocument,
  WatchExportDocument,
} from '@campaign-analytics/schema/graphql';
import { useState } from 'react';
import { freshId } from '../jobs/fresh-id.js';
import { isGone, isOver, useEnd, useNewest } from '../jobs/job.js';
import { JobMeter } from '../jobs/job-meter.js';
import { failureText } from '../pieces/failure.js';
import { instantText } from '../pieces/times.js';
import { DownloadButton } from './download-button.js';
import { ExportOutcome } from './export-outcome.js';
import { ExportSubject } from './export-subject.js';

export interface ExportItemProps {
  /** As the list has it. */
  readonly read: ExportJobFragment;
  onEnd(job: ExportJobFragment): void;
  /** The list is no longer what it was. */
  onChange(): void;
}

export function ExportItem({ read, onEnd, onChange }: ExportItemProps) {
  const watched = useSubscription(
    WatchExportDocument,
    isOver(read) ? skipToken : { variables: { id: read.id }, fetchPolicy: 'no-cache' },
  );
  const job = useNewest(read, watched.data?.exportProgress);
  useEnd(job, onEnd);
  return (
    <li className="export">
      <h2>
        <ExportSubject job={job} />
      </h2>
      <p className="muted export-file">
        {job.fileName} · <span>{instantText(job.createdAt)}</span>
      </p>
      <div className="export-actions">
        <ExportActions job={job} onChange={onChange} />
      </div>
      <div className="export-state">
        {isOver(job) ? (
          <ExportOutcome job={job} />
        ) : (
          <JobMeter job={job} label={`Progress of ${job.fileName}`} unit="rows" />
        )}
      </div>
    </li>
  );
}

function ExportActions({ job, onChange }: { readonly job: ExportJobFragment; onChange(): void }) {
  const [stop, stopping] = useMutation(StopExportDocument);
  const [start, starting] = useMutation(StartExportDocument);
  const [id] = useState(freshId);
  const error = stopping.error ?? starting.error;
  const { kind, campaignId, from, to, format, isCompressed } = job;
  const again = { id, kind, campaignId, from, to, format, isCompressed };
  // What went wrong is kept by the hook, and told below.
  const act = (deed: Promise<unknown>): void => void deed.then(onChange, () => undefined);
  return (
    <>
      {!isOver(job) && (
        <button
          type="button"
          aria-label={`Cancel ${job.fileName}`}
          aria-disabled={stopping.loading}
          onClick={() => !stopping.loading && act(stop({ variables: { id: job.id } }))}
        >
          {stopping.loading ? 'Canceling…' : 'Cancel'}
        </button>
      )}
      {job.state === 'DONE' && !isGone(job) && <DownloadButton job={job} />}
      {isOver(job) && (job.state !== 'DONE' || isGone(job)) && (
        <button
          type="button"
          aria-label={`Export again: ${job.fileName}`}
          aria-disabled={starting.loading}
          onClick={() => !starting.loading && act(start({ variables: { input: again } }))}
        >
          Export again
        </button>
      )}
      <p className="fault" role="alert">
        {error && failureText(error)}
      </p>
    </>
  );
}
