// What a server tells Prometheus, read as Prometheus reads it.

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Scrape {
  readonly text: string;
  readonly samples: readonly Sample[];
  /** The sum of all samples of a name with these labels, of 0 samples 0. */
  sum(name: string, labels?: Record<string, string>): number;
}

const LINE = /^([a-z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

function read(line: string): Sample {
  const [, name, labels = '', value] = LINE.exec(line) ?? [];
  // A mean of nothing is no number, and Prometheus takes it for one.
  if (!name || (Number.isNaN(Number(value)) && !/^nan$/i.test(value ?? '')))
    throw new Error(`Expected a sample, got ${line}`);
  return {
    name,
    labels: Object.fromEntries([...labels.matchAll(LABEL)].map(([, label, text]) => [label, text])),
    value: Number(value),
  };
}

/** @param url - of the metrics' port. */
export async function scrape(url: string): Promise<Scrape> {
  const response = await fetch(`${url}/metrics`);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`Expected metrics, got ${response.status} ${text}`);
  const samples = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => read(line.replace('+Inf', 'Infinity')));
  return {
    text,
    samples,
    sum: (name, labels = {}) =>
      samples
        .filter(
          (each) =>
            each.name === `campaign_analytics_${name}` &&
            Object.entries(labels).every(([label, value]) => each.labels[label] === value),
        )
        .reduce((sum, { value }) => sum + value, 0),
  };
}
