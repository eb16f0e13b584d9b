// The examples for operators: the unit starts what there is and leaves it the time that it takes, and every alarm asks for
// numbers that are told.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig, SETTINGS } from '@campaign-analytics/server/config.js';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const HOME = '/opt/campaign-analytics';
const read = (name: string): string => readFileSync(join(ROOT, 'server/operations', name), 'utf8');
const UNIT = read('campaign-analytics.service');

/** Every value of a directive, in order. */
const directive = (name: string): string[] =>
  [...UNIT.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value);
const environment = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .split(/[\n ]/)
      .filter((line) => /^[A-Z_]+=/.test(line))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );

test('the unit starts the server as the start script does, from where the repository lies', () => {
  expect(directive('WorkingDirectory')).toEqual([HOME]);
  const [command = ''] = directive('ExecStart');
  const [env, node, main = '', task] = command.split(' ');
  expect([env, node, task]).toEqual(['/usr/bin/env', 'node', 'start']);
  expect(existsSync(join(ROOT, main))).toBe(true);
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'server/package.json'), 'utf8'));
  expect(`server/${scripts.start.replace(/^node /, '')}`).toBe(`${main} ${task}`);
  expect(directive('Documentation')).toEqual([`file://${HOME}/README.md`]);
});

test('its settings are settings, and good ones', () => {
  const given = {
    ...environment(directive('Environment').join(' ')),
    ...environment(read('campaign-analytics.env')),
  };
  const known = new Set(Object.values(SETTINGS).map(({ env }) => env));
  for (const name of Object.keys(given)) expect(known).toContain(name);
  expect(readConfig(given)).toMatchObject({ isProduction: true, hasDemo: false, metricsHost: '127.0.0.1' });
  expect(given.DATA_FOLDER).toBe(`/var/lib/${directive('StateDirectory')[0]}`);
});

test('systemd waits for longer than an orderly end with its drain may take', () => {
  const main = readFileSync(join(ROOT, 'server/src/main.ts'), 'utf8');
  const stopWithinMs = Number(/STOP_WITHIN_MS = ([\d_]+)/.exec(main)?.[1]?.replaceAll('_', ''));
  const { drainMs } = readConfig(environment(read('campaign-analytics.env')));
  expect(drainMs).toBeGreaterThan(0);
  expect(Number(directive('TimeoutStopSec')[0]) * 1_000).toBeGreaterThan(drainMs + stopWithinMs);
  expect(directive('Restart')).toEqual(['always']);
  expect(directive('WatchdogSec')).toEqual([]);
});
