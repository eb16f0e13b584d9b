// Opt Out Management: who must not be written to any more, and why; adding by hand and by file, opting in again, and the
// switch that opts out by itself.
import { useQuery } from '@apollo/client/react';
import { OptOutSettingsDocument } from '@campaign-analytics/schema/graphql';
import { useState } from 'react';
import { PreparedDownload } from '../exports/prepared-download.js';
import type { PageProps } from '../pages.js';
import { useAnnouncer } from '../pieces/announcement.js';
import { AutoSwitch } from '../pieces/auto-switch.js';
import { SearchField } from '../pieces/search-field.js';
import { readdress, withParameters } from '../router.js';
import { useSession } from '../session.js';
import { type Added, AddedNumbers } from './added-numbers.js';
import { AdditionDialog } from './addition-dialog.js';
import { ImportDialog } from './import-dialog.js';
import { ImportedFiles } from './imported-files.js';
import { isRecent, useImports } from './imports.js';
import { OptOutCount } from './opt-out-count.js';
import { OptOutList } from './opt-out-list.js';
import './opt-outs.css';

export function OptOutManagement({ address }: PageProps) {
  const mayRecord = useSession().scopes.includes('RECORD');
  const search = address.searchParams.get('search');
  const settings = useQuery(OptOutSettingsDocument, { fetchPolicy: 'cache-and-network' }).data?.account;
  const announcer = useAnnouncer();
  /** The text that the dialog begins with; null while it is closed. */
  const [draft, setDraft] = useState<string | null>(null);
  const [added, setAdded] = useState<Added | null>(null);
  const [isImporting, setImporting] = useState(false);
  const { imports, refresh } = useImports();
  const ofImports = { onSay: announcer.say, onChange: refresh };
  return (
    <>
      <title>Opt Outs – Campaign Analytics</title>
      <div className="heading">
        <h1>Opt Outs</h1>
        <OptOutCount search={search} />
      </div>
      {announcer.element}
      <AutoSwitch settings={settings} />
      <div className="opt-out-deeds">
        <SearchField
          label="Search opt outs by number"
          placeholder="Search by number"
          value={search ?? ''}
          onSearch={(value) => readdress(withParameters(address, { search: value, after: null }))}
        />
        {mayRecord && (
          <>
            <button type="button" className="primary" onClick={() => setDraft('')}>
              Add numbers
            </button>
            <button type="button" onClick={() => setImporting(true)}>
              Import a file
            </button>
          </>
        )}
        <PreparedDownload label="Export as CSV" kind="OPT_OUTS" />
      </div>
      {!mayRecord && (
        <p className="muted">
          You may look here, and change nothing: adding and removing need a key with the scope RECORD.
        </p>
      )}
      {draft !== null && (
        <AdditionDialog
          draft={draft}
          country={settings?.defaultCountry}
          onAdded={setAdded}
          onClose={() => setDraft(null)}
        />
      )}
      {isImporting && <ImportDialog onStarted={refresh} onClose={() => setImporting(false)} />}
      {added && <AddedNumbers added={added} onMend={setDraft} onClose={() => setAdded(null)} />}
      <ImportedFiles imports={imports.filter(isRecent)} title="Just imported" {...ofImports} />
      <OptOutList address={address} search={search} mayRemove={mayRecord} onSay={announcer.say} />
      <ImportedFiles
        imports={imports.filter((each) => !isRecent(each))}
        title="Imported earlier"
        {...ofImports}
      />
    </>
  );
}
