// Imports of opt-outs: how far each is, what came of it, and its report.
import { skipToken, useMutation, useSubscription } from '@apollo/client/react';
import {
  OpenOptOutReportDocument,
  type OptOutImportJobFragment,
  StopOptOutImportDocument,
  WatchOptOutImportDocument,
} from '@campaign-analytics/schema/graphql';
import { useId } from 'react';
import { figuresIn } from '../../src/boxes/figures.js';
import { isGone, isOver, useEnd, useNewest } from '../jobs/job.js';
import { JobMeter } from '../jobs/job-meter.js';
import { failureText, sentence } from '../pieces/failure.js';
import { instantText } from '../pieces/times.js';
import './imported-files.css';

export interface ImportedFilesProps {
  readonly imports: readonly OptOutImportJobFragment[];
  readonly title: string;
  onSay(sentence: string): void;
  /** An import has ended or was canceled: the list and the opt-outs are no longer what they were. */
  onChange(): void;
}

const { count } = figuresIn('en');

export function ImportedFiles({ imports, title, onSay, onChange }: ImportedFilesProps) {
  const heading = useId();
  const ended = (job: OptOutImportJobFragment): void => {
    onSay(`${job.fileName}: ${endText(job)}`);
    onChange();
  };
  if (imports.length === 0) return null;
  return (
    <section aria-labelledby={heading} className="imports">
      <h2 id={heading}>{title}</h2>
      <ul>
        {imports.map((each) => (
          <ImportedFile key={each.id} read={each} onEnd={ended} onChange={onChange} />
        ))}
      </ul>
    </section>
  );
}

interface ImportedFileProps {
  readonly read: OptOutImportJobFragment;
  onEnd(job: OptOutImportJobFragment): void;
  onChange(): void;
}

function ImportedFile({ read, onEnd, onChange }: ImportedFileProps) {
  const watched = useSubscription(
    WatchOptOutImportDocument,
    isOver(read) ? skipToken : { variables: { id: read.id }, fetchPolicy: 'no-cache' },
  );
  const job = useNewest(read, watched.data?.optOutImportProgress);
  const [stop, stopping] = useMutation(StopOptOutImportDocument);
  const [open, opening] = useMutation(OpenOptOutReportDocument);
  const error = stopping.error ?? opening.error;
  useEnd(job, onEnd);

  const report = async (): Promise<void> => {
    const { data } = await open({ variables: { id: job.id } }).catch(() => ({ data: undefined }));
    if (data) location.assign(data.createOptOutReportDownload.url);
  };
  return (
    <li>
      <p className="import-name">
        <b>{job.fileName}</b> <span className="muted import-time">{instantText(job.createdAt)}</span>
      </p>
      {isOver(job) ? (
        <p className={job.state === 'FAILED' ? 'trouble' : 'muted'}>{endText(job)}</p>
      ) : (
        <JobMeter job={job} label={`Progress of ${job.fileName}`} unit="numbers" />
      )}
      <div className="actions">
        {!isOver(job) && (
          <button
            type="button"
            aria-label={`Cancel ${job.fileName}`}
            aria-disabled={stopping.loading}
            onClick={() => void stop({ variables: { id: job.id } }).then(onChange, () => undefined)}
          >
            Cancel
          </button>
        )}
        {job.state === 'DONE' && !isGone(job) && (
          <button
            type="button"
            aria-label={`Report of ${job.fileName}`}
            aria-disabled={opening.loading}
            onClick={() => void report()}
          >
            Report
          </button>
        )}
      </div>
      <p className="fault" role="alert">
        {error && failureText(error)}
      </p>
    </li>
  );
}

function endText(job: OptOutImportJobFragment): string {
  const { state, recorded, duplicates, rejected, error, progress } = job;
  if (state === 'DONE')
    return `${count(recorded)} opted out, ${count(duplicates)} already, ${count(rejected)} not taken.`;
  const reason = error ? sentence(error.message) : state === 'CANCELED' ? 'Canceled.' : 'It failed.';
  // A list with a fault is refused as a whole; one that is canceled had begun, whatever was told of it by then.
  return state === 'CANCELED' || progress.done > 0
    ? `${reason} Whoever it opted out by then stays so.`
    : reason;
}
