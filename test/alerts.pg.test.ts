// The rules for Prometheus: they parse as it parses them, and ask for nothing that a server does not tell.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Server } from '@campaign-analytics/server/server.js';
import { parser } from '@prometheus-io/lezer-promql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { useDatabase } from './harness/database.ts';
import { startTestServer } from './harness/server.ts';
import { type Scrape, scrape } from './operations/scrape.ts';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly action: string };
}

const { groups } = parse(
  readFileSync(join(import.meta.dirname, '../server/operations/alerts.yml'), 'utf8'),
) as { groups: { name: string; rules: Rule[] }[] };
const RULES = groups.flatMap(({ rules }) => rules);

/** Every part of an expression of one of these kinds. */
function partsOf(expr: string, ...kinds: string[]): string[] {
  const parts: string[] = [];
  parser.parse(expr).iterate({
    enter({ name, from, to, type }) {
      if (type.isError) throw new Error(`Expected PromQL, got a fault at ${from} of ${expr}`);
      if (kinds.includes(name)) parts.push(expr.slice(from, to));
    },
  });
  return parts;
}

const database = useDatabase();
let server: Server;
let told: Scrape;
beforeAll(async () => {
  server = await startTestServer(database.url, { METRICS_PORT: '0' });
  await fetch(`${server.url}/healthz`);
  told = await scrape(server.metricsUrl as string);
});
afterAll(() => server.stop());

test('the grammar finds faults where there are some', () => {
  expect(() => partsOf('rate(a[5m]) >')).toThrow('Expected PromQL');
  expect(partsOf('rate(a_total{b="c"}[5m]) > 0', 'Identifier')).toEqual(['a_total']);
});

test('rules have names of their own, and say what they mean and what to do', () => {
  expect(RULES.length).toBeGreaterThan(12);
  expect(new Set(RULES.map(({ alert }) => alert)).size).toBe(RULES.length);
  for (const rule of RULES)
    expect(rule).toEqual({
      alert: expect.stringMatching(/^[A-Z][A-Za-z]+$/),
      expr: expect.any(String),
      ...(rule.for && { for: expect.stringMatching(/^\d+m$/) }),
      labels: { severity: expect.stringMatching(/^(page|ticket)$/) },
      annotations: { summary: expect.stringMatching(/\.$/), action: expect.stringMatching(/\.$/) },
    });
});

test.each(RULES.map(({ alert, expr }) => [alert, expr]))('%s asks for what is told', (_, expr) => {
  const names = partsOf(expr, 'Identifier');
  expect(names.length).toBeGreaterThan(0);
  // `up` is Prometheus's own.
  for (const name of names.filter((each) => each !== 'up'))
    expect(told.samples.map((each) => each.name)).toContain(name);
  for (const matcher of partsOf(expr, 'UnquotedLabelMatcher')) {
    const [label = '', value] = matcher.replaceAll('"', '').split('=');
    if (label === 'job') expect(value).toBe('campaign-analytics');
    else expect(told.samples.map(({ labels }) => labels[label])).toContain(value);
  }
});
