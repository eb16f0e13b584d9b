import { useMutation } from '@apollo/client/react';
import { type ExportJobFragment, OpenExportDownloadDocument } from '@campaign-analytics/schema/graphql';
import { failureText } from '../pieces/failure.js';

/** Asks for a link, which is good for a short time only, and follows it. */
export function DownloadButton({ job }: { readonly job: ExportJobFragment }) {
  const [open, { loading, error }] = useMutation(OpenExportDownloadDocument);
  const download = async (): Promise<void> => {
    const { data } = await open({ variables: { id: job.id } }).catch(() => ({ data: undefined }));
    if (data) location.assign(data.createExportDownload.url);
  };
  return (
    <>
      <button
        type="button"
        className="primary"
        aria-label={`Download ${job.fileName}`}
        aria-disabled={loading}
        onClick={() => !loading && void download()}
      >
        Download
      </button>
      <p className="fault" role="alert">
        {error && failureText(error)}
      </p>
    </>
  );
}
