// A file of what a page shows, in one press: the export is started, followed, and downloaded as soon as it is there. It is
// among the exports, too, for whoever leaves meanwhile.
import { skipToken, useMutation, useSubscription } from '@apollo/client/react';
import {
  type ExportJobFragment,
  type ExportKind,
  OpenExportDownloadDocument,
  StartExportDocument,
  WatchExportDocument,
} from '@campaign-analytics/schema/graphql';
import { useState } from 'react';
import { freshId } from '../jobs/fresh-id.js';
import { isOver, useEnd, useNewest } from '../jobs/job.js';
import { JobMeter } from '../jobs/job-meter.js';
import { failureText } from '../pieces/failure.js';
import { Link } from '../router.js';
import './prepared-download.css';

export interface PreparedDownloadProps {
  /** "Download as CSV" */
  readonly label: string;
  readonly kind: ExportKind;
  /** Left out, everything. */
  readonly range?: { readonly from: string; readonly to: string };
}

export function PreparedDownload({ label, kind, range }: PreparedDownloadProps) {
  const [start, { data, loading, error }] = useMutation(StartExportDocument, { fetchPolicy: 'no-cache' });
  const [open, opening] = useMutation(OpenExportDownloadDocument);
  const [isDownloaded, setDownloaded] = useState(false);
  const job = data?.createExport;
  const failure = error ?? opening.error;

  const prepare = (): void => {
    setDownloaded(false);
    void start({ variables: { input: { id: freshId(), kind, ...range } } }).catch(() => undefined);
  };
  const download = async ({ id, state }: ExportJobFragment): Promise<void> => {
    if (state !== 'DONE') return;
    const { data } = await open({ variables: { id } }).catch(() => ({ data: undefined }));
    if (!data) return;
    setDownloaded(true);
    location.assign(data.createExportDownload.url);
  };
  return (
    <div className="prepared">
      <button type="button" aria-disabled={loading} onClick={() => !loading && prepare()}>
        {label}
      </button>
      {job && <Preparation key={job.id} started={job} onEnd={(ended) => void download(ended)} />}
      <p role="status" className="muted">
        {isDownloaded && (
          <>
            Downloaded. It is kept under <Link href="/exports">Exports</Link> for a while.
          </>
        )}
      </p>
      <p className="fault" role="alert">
        {failure && failureText(failure)}
      </p>
    </div>
  );
}

interface PreparationProps {
  readonly started: ExportJobFragment;
  onEnd(job: ExportJobFragment): void;
}

function Preparation({ started, onEnd }: PreparationProps) {
  const watched = useSubscription(
    WatchExportDocument,
    isOver(started) ? skipToken : { variables: { id: started.id }, fetchPolicy: 'no-cache' },
  );
  const job = useNewest(started, watched.data?.exportProgress);
  useEnd(job, onEnd);
  if (job.state === 'DONE') return null;
  if (isOver(job)) return <p className="trouble">The file could not be made. Try again.</p>;
  return <JobMeter job={job} label={`Progress of ${job.fileName}`} unit="rows" />;
}
