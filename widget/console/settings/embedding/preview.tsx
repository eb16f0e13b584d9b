// The widget as a host's page will show it: the real element, live, in the theme and width that are chosen.
import { EmbeddedAnalytics } from '../../details/embedded-analytics.js';
import { Choice } from '../../pieces/choice.js';

const THEMES = [
  ['light', 'Light'],
  ['dark', 'Dark'],
] as const;
const WIDTHS = [
  ['full', 'All there is'],
  ['tablet', '600 px'],
  ['phone', '358 px'],
] as const;

export interface PreviewProps {
  readonly campaignId: string;
  readonly address: URL;
  /** With what is to stand in the address. */
  onChange(changed: Readonly<Record<string, string>>): void;
}

export function Preview({ campaignId, address, onChange }: PreviewProps) {
  const { searchParams } = address;
  const [theme] = THEMES.find(([id]) => id === searchParams.get('theme')) ?? THEMES[0];
  const [width] = WIDTHS.find(([id]) => id === searchParams.get('width')) ?? WIDTHS[0];
  return (
    <>
      <div className="preview-choices">
        <Choice label="Colours" value={theme} options={THEMES} onChoose={(id) => onChange({ theme: id })} />
        <Choice label="Width" value={width} options={WIDTHS} onChoose={(id) => onChange({ width: id })} />
      </div>
      <div className="preview" data-theme={theme}>
        <div data-width={width}>
          <EmbeddedAnalytics campaignId={campaignId} theme={theme} />
        </div>
      </div>
    </>
  );
}
