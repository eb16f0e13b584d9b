// Plain counts of the stations in, the text that Prometheus reads out. They are read when somebody asks and at no other time.
// Promise: a label is one of a few words of ours, never anything of an account, a campaign, a person or a credential.
import { collectDefaultMetrics, type Metric, Registry } from 'prom-client';
import type { Distribution } from '../distribution.js';

type Labels = Readonly<Record<string, string | number>>;
/** One value, or one for each set of labels. */
export type Reading<Value> = Value | Iterable<readonly [labels: Labels, value: Value]>;
type Read<Value> = () => Reading<Value> | Promise<Reading<Value>>;

export interface Metrics {
  readonly contentType: string;
  /** A number that only grows. Its name ends in `_total`. */
  counter(name: string, help: string, read: Read<number>): void;
  gauge(name: string, help: string, read: Read<number>): void;
  /** @param scale - by which values are divided: 1,000 from milliseconds to seconds. */
  histogram(name: string, help: string, read: Read<Distribution>, scale: number): void;
  scrape(): Promise<string>;
}

const PREFIX = 'campaign_analytics_';

interface Sample {
  readonly metricName: string;
  readonly labels: Labels;
  readonly value: number;
}
type Sampling<Value> = (name: string, labels: Labels, value: Value) => readonly Sample[];

const numberAlone: Sampling<number> = (metricName, labels, value) => [{ metricName, labels, value }];

/** A distribution as Prometheus has it: each bucket counts what the ones below it count. */
const bucketsOf =
  (scale: number): Sampling<Distribution> =>
  (name, labels, { counts, bounds, sum }) => {
    let count = 0;
    const buckets = counts.map((each, place) => {
      count += each;
      const bound = bounds[place];
      const le = bound === undefined ? '+Inf' : bound / scale;
      return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: count };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: sum / scale },
      { metricName: `${name}_count`, labels, value: count },
    ];
  };

const hasLabels = <Value>(reading: Reading<Value>): reading is Iterable<readonly [Labels, Value]> =>
  typeof reading === 'object' && reading !== null && Symbol.iterator in reading;

/** Opens them with what Node knows of the process: CPU, memory, file descriptors, delay of the event loop, collections. */
export function openMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });

  // The library's counters and histograms count by themselves. Of a metric its registry asks for no more than this.
  function register<Value>(
    type: 'counter' | 'gauge' | 'histogram',
    short: string,
    help: string,
    read: Read<Value>,
    sampling: Sampling<Value>,
  ): void {
    const name = PREFIX + short;
    const get = async () => {
      const reading = await read();
      const values = hasLabels(reading)
        ? [...reading].flatMap(([labels, value]) => sampling(name, labels, value))
        : sampling(name, {}, reading);
      return { name, help, type, aggregator: 'sum', values };
    };
    registry.registerMetric({ name, help, get } as unknown as Metric);
  }

  return {
    contentType: registry.contentType,
    counter: (name, help, read) => register('counter', name, help, read, numberAlone),
    gauge: (name, help, read) => register('gauge', name, help, read, numberAlone),
    histogram: (name, help, read, scale) => register('histogram', name, help, read, bucketsOf(scale)),
    scrape: () => registry.metrics(),
  };
}
