// How an export ended: its rows with the boxes of the same snapshot, until when it is kept, or why it failed and what to do.
import type { ExportJobFragment, ExportKind } from '@campaign-analytics/schema/graphql';
import { figuresIn } from '../../src/boxes/figures.js';
import { isGone } from '../jobs/job.js';
import { sizeText } from '../jobs/pace.js';
import { sentence } from '../pieces/failure.js';
import { instantText } from '../pieces/times.js';
import { SummaryBoxes } from './summary-boxes.js';

const { count, isOne, instant } = figuresIn('en');

export function ExportOutcome({ job }: { readonly job: ExportJobFragment }) {
  if (job.state === 'CANCELED') return <p className="muted">Canceled. There is no file.</p>;
  if (job.state === 'FAILED') return <p className="trouble">{adviceOn(job.error)}</p>;
  const { summary } = job;
  return (
    <>
      <p>
        {summary && `${count(summary.rows)} ${isOne(summary.rows) ? 'row' : 'rows'}`}
        {job.bytes != null && ` · ${sizeText(job.bytes)}`}
        <span className="muted"> · {keptText(job)}</span>
      </p>
      {summary?.analytics && (
        <details>
          <summary>
            {ADDS_UP.includes(job.kind) ? 'Equals the boxes at' : 'The boxes at'} {instant(summary.at)}
          </summary>
          <SummaryBoxes analytics={summary.analytics} />
        </details>
      )}
      {summary && !summary.analytics && <p className="muted">As it was at {instant(summary.at)}</p>}
    </>
  );
}

/** Their rows were added up, and would not be here if they were not the boxes of that moment. */
const ADDS_UP: readonly ExportKind[] = ['MESSAGES', 'CONVERSATIONS'];

const keptText = (job: ExportJobFragment): string => {
  if (isGone(job)) return 'the file was removed';
  return job.expiresAt ? `kept until ${instantText(job.expiresAt)}` : 'kept';
};

const ADVICE: Readonly<Record<string, string>> = {
  INTERNAL: 'Something went wrong on the server; its log has the details. Try again.',
  UNAVAILABLE: 'The database did not answer for too long. Try again.',
  NOT_FOUND: 'The campaign was deleted meanwhile.',
  INEXACT:
    'Its rows did not add up to the boxes, so there is no file. Run `npm run recount` on the server, then try again.',
};

const adviceOn = (error: ExportJobFragment['error']): string =>
  error ? (ADVICE[error.code] ?? sentence(error.message)) : 'It failed. Try again.';
