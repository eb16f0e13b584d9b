// "Copy the snippet": a campaign, the sites that may show it and a life in; the code to paste and the widget as it will look out.
import { useId, useRef, useState } from 'react';
import { CampaignChooser } from '../../pieces/campaign-chooser.js';
import { Choice } from '../../pieces/choice.js';
import { CopyButton } from '../../pieces/copy-button.js';
import { readdress, withParameters } from '../../router.js';
import type { SectionProps } from '../settings-page.js';
import { CodeText } from './code-text.js';
import { originsIn } from './origins.js';
import { Preview } from './preview.js';
import { curlOf, KINDS, SCRIPT, snippetOf, type TokenWish } from './snippets.js';
import { TokenMaker } from './token-maker.js';
import './embedding.css';

const LIVES: readonly (readonly [seconds: number, name: string])[] = [
  [900, '15 minutes'],
  [3_600, '1 hour'],
  [28_800, '8 hours'],
  [86_400, '1 day'],
];

export function EmbeddingSection({ address }: SectionProps) {
  const { searchParams, origin } = address;
  const campaignId = searchParams.get('campaign');
  const kind = KINDS.find(({ id }) => id === searchParams.get('as')) ?? SCRIPT;
  const sitesId = useId();
  const campaign = useRef<HTMLInputElement>(null);
  const [sites, setSites] = useState('');
  const [seconds, setSeconds] = useState(900);
  /** With what it was made for: another choice is another token. */
  const [made, setMade] = useState<{ readonly wish: string; readonly token: string }>();
  const { origins, faulty } = originsIn(sites);

  const set = (changed: Readonly<Record<string, string | null>>): void =>
    readdress(withParameters(address, changed));
  const wish: TokenWish = {
    campaignIds: [campaignId ?? 'my-campaign'],
    // The page in an iframe comes from this server.
    origins: origins.length > 0 ? [...new Set([...origins, origin])] : [],
    expiresInSeconds: seconds,
  };
  const token = made?.wish === JSON.stringify(wish) ? made.token : 'TOKEN';
  const snippet = snippetOf(kind, { origin, campaignId: campaignId ?? 'my-campaign', token });
  const curl = curlOf(origin, wish);
  return (
    <div className="embedding">
      <form className="panel settings-part" onSubmit={(event) => event.preventDefault()}>
        <h2>What to embed</h2>
        <CampaignChooser
          campaignId={campaignId}
          fault={null}
          input={campaign}
          onChoose={(id) => set({ campaign: id })}
        />
        <div className="field">
          <label htmlFor={sitesId}>Sites that may show it</label>
          <textarea
            id={sitesId}
            rows={2}
            spellCheck={false}
            placeholder="https://app.example.com"
            aria-describedby={`${sitesId}-hint`}
            aria-invalid={faulty.length > 0}
            value={sites}
            onChange={({ target }) => setSites(target.value)}
          />
          <p id={`${sitesId}-hint`} className="hint">
            One a line; this server is added, from which an iframe comes. Left empty: any site that has a
            token.
          </p>
        </div>
        <p role="alert" className="fault">
          {faulty.length > 0 && `This is no site: ${faulty.join(', ')}`}
        </p>
        <label className="field">
          Life of the token
          <select value={seconds} onChange={({ target }) => setSeconds(Number(target.value))}>
            {LIVES.map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </form>

      <section className="panel settings-part" aria-labelledby="preview">
        <h2 id="preview">As it will look</h2>
        {campaignId ? (
          <Preview key={campaignId} campaignId={campaignId} address={address} onChange={set} />
        ) : (
          <p className="muted">Choose a campaign to see it here, live.</p>
        )}
      </section>

      <section className="panel settings-part wide" aria-labelledby="snippet">
        <h2 id="snippet">The snippet</h2>
        <Choice
          label="Way of embedding"
          value={kind.id}
          options={KINDS.map(({ id, name }) => [id, name] as const)}
          onChoose={(id) => set({ as: id })}
        />
        <CodeText label="The snippet’s code">{snippet}</CodeText>
        <div className="actions">
          {campaignId && faulty.length === 0 && (
            <TokenMaker
              key={JSON.stringify(wish)}
              wish={wish}
              onMade={(next) =>
                setMade(next === null ? undefined : { wish: JSON.stringify(wish), token: next })
              }
            />
          )}
          <CopyButton text={snippet} label="Copy the snippet" />
        </div>
        <p className="muted">
          A token from this page is good for a try: it lives a day at most, and then the numbers go from the
          page. For a page that stays, your server asks for one each time it hands the page out.
        </p>
      </section>

      <section className="panel settings-part wide" aria-labelledby="server">
        <h2 id="server">On your server</h2>
        <p>
          With an API key that has the scope READ. The answer’s <code>token</code> goes into the page in place
          of <code>TOKEN</code>; the key never does. Where the page stays open longer, give the element a{' '}
          <code>token-url</code> of your own in place of <code>token</code>: it renews its token by itself.
        </p>
        <CodeText label="The request’s code">{curl}</CodeText>
        <div className="actions">
          <CopyButton text={curl} label="Copy the request" />
        </div>
      </section>
    </div>
  );
}
