// The widget as a host's page will show it: the real element, live, in the light, theme and width that are chosen.
import { EmbeddedAnalytics } from '../../details/embedded-analytics.js';

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
  const choices = (
    name: string,
    legend: string,
    chosen: string,
    all: readonly (readonly [string, string])[],
  ) => (
    <fieldset className="choices">
      <legend>{legend}</legend>
      {all.map(([id, label]) => (
        <label key={id} className="choice">
          <input type="radio" name={name} checked={id === chosen} onChange={() => onChange({ [name]: id })} />{' '}
          {label}
        </label>
      ))}
    </fieldset>
  );
  return (
    <>
      <div className="preview-choices">
        {choices('theme', 'Colours', theme, THEMES)}
        {choices('width', 'Width', width, WIDTHS)}
      </div>
      <div className="preview" data-theme={theme}>
        <div data-width={width}>
          <EmbeddedAnalytics campaignId={campaignId} theme={theme} />
        </div>
      </div>
    </>
  );
}
