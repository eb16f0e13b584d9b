// What the pages of the console make of addresses, typed text and numbers.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { choiceIn, faultIn, inputOf } from '../widget/console/exports/export-choice.ts';
import { paceText, sizeText, spanText } from '../widget/console/jobs/pace.ts';
import { mayBe, numbersIn } from '../widget/console/opt-outs/typed-numbers.ts';
import { filledMonths, monthsAfter, monthsOffered, rangeIn } from '../widget/console/usage/usage-months.ts';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const at = (path: string): URL => new URL(path, 'http://localhost');

describe('an export in the address', () => {
  test('is prefilled with a campaign, and is the whole of it', () => {
    const choice = choiceIn(at('/exports?campaign=c1&kind=CONVERSATIONS&from=2026-01-01'), NOW);
    expect(faultIn(choice)).toBeNull();
    expect(inputOf(choice, 'id')).toEqual({
      id: 'id',
      kind: 'CONVERSATIONS',
      campaignId: 'c1',
      format: 'CSV',
      isCompressed: false,
    });
  });

  test('of the account has whole days in UTC, and without any chosen the month so far', () => {
    const input = inputOf(choiceIn(at('/exports?of=account&campaign=c1'), NOW), 'id');
    expect(input).toMatchObject({ from: '2026-11-01T00:00:00Z', to: '2026-11-26T00:00:00.000Z' });
    expect(input.campaignId).toBeUndefined();
  });

  test('of opt-outs and senders has no days: they are as they are now', () => {
    for (const kind of ['OPT_OUTS', 'SENDERS'])
      expect(inputOf(choiceIn(at(`/exports?of=account&kind=${kind}`), NOW), 'id').from).toBeUndefined();
  });

  test('of the usage is of the account, whatever campaign stands beside it', () => {
    const input = inputOf(choiceIn(at('/exports?kind=USAGE&campaign=c1&from=2026-01-01'), NOW), 'id');
    expect(input).toMatchObject({ kind: 'USAGE', from: '2026-01-01T00:00:00Z' });
    expect(input.campaignId).toBeUndefined();
  });

  test('is never more than a form can show, whatever stands in the address', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (kind, from, to) => {
        const parameters = new URLSearchParams({ of: 'account', kind, from, to });
        const choice = choiceIn(at(`/exports?${parameters}`), NOW);
        expect(choice.from).toMatch(/^\d{4}-\d\d-\d\d$/);
        if (!faultIn(choice)) expect(inputOf(choice, 'id').kind).toBe(choice.kind);
      }),
    );
  });
});

describe('how far a job is', () => {
  test('has share, rows, rate and remaining time, each as soon as it is known', () => {
    expect(paceText({ done: 0, total: null, perSecond: null, remainingSeconds: null }, 'rows')).toBe(
      'Starting…',
    );
    const early = { done: 569, total: 200_000, perSecond: 461, remainingSeconds: 433 };
    expect(paceText(early, 'rows')).toBe('0% · 569 of 200,000 rows · 461/s');
    const pace = { done: 420_311, total: 1_000_000, perSecond: 85_021.4, remainingSeconds: 7 };
    expect(paceText(pace, 'rows')).toBe('42% · 420,311 of 1,000,000 rows · 85,021/s · 7 sec left');
  });

  test('is not all of it before the job is over', () => {
    const pace = { done: 1_000, total: 1_000, perSecond: null, remainingSeconds: null };
    expect(paceText(pace, 'rows')).toBe('99% · 1,000 of 1,000 rows');
  });

  test('spans and sizes are written as people say them', () => {
    expect([1, 59.2, 61, 3_600, 4_800].map(spanText)).toEqual([
      '1 sec',
      '1 min',
      '2 min',
      '1 hr',
      '1 hr 20 min',
    ]);
    expect([1, 311, 999.6, 14_200, 84_123_456].map(sizeText)).toEqual([
      '1 byte',
      '311 bytes',
      '1 kB',
      '14 kB',
      '84 MB',
    ]);
  });
});

describe('numbers that are typed', () => {
  test('stand on lines or between commas, and keep their line', () => {
    expect(numbersIn(' (202) 555-0100 \r\n\n+12025550101, 12ab;\t5')).toEqual([
      { text: '(202) 555-0100', line: 1 },
      { text: '+12025550101', line: 3 },
      { text: '12ab', line: 3 },
      { text: '5', line: 3 },
    ]);
  });

  test('are told from others, in whatever national way they were written', () => {
    const typed = numbersIn('(202) 555-0100, 555');
    expect(mayBe('+12025550100', typed)).toBe(true);
    expect(mayBe('+12025550101', typed)).toBe(false);
  });
});

describe('months', () => {
  const month = fc
    .tuple(fc.integer({ min: 1970, max: 2100 }), fc.integer({ min: 1, max: 12 }))
    .map(([year, number]) => `${year}-${String(number).padStart(2, '0')}`);

  test('so many later and so many earlier is the same month again', () => {
    fc.assert(
      fc.property(month, fc.integer({ min: -500, max: 500 }), (from, count) => {
        expect(monthsAfter(monthsAfter(from, count), -count)).toBe(from);
      }),
    );
  });

  test('of a range are the newest twelve, or those of the address, either way round', () => {
    const now = new Date(NOW);
    expect(rangeIn(at('/usage'), now)).toEqual({ from: '2025-12', to: '2026-11' });
    expect(rangeIn(at('/usage?from=2026-13&to=2026-02'), now)).toEqual({ from: '2025-03', to: '2026-02' });
    expect(rangeIn(at('/usage?from=2026-05&to=2026-02'), now)).toEqual({ from: '2026-02', to: '2026-05' });
    expect(monthsOffered({ from: '2019-01', to: '2019-02' }, now).at(-1)).toBe('2019-01');
  });

  test('without any are there with zeros', () => {
    const used = { messagedContacts: 1, smsMessages: 2, smsSegments: 3, mmsMessages: 0 };
    const sent = { sentSmsMessages: 2, sentSmsSegments: 3, sentMmsMessages: 0 };
    const filled = filledMonths([{ month: '2026-02', ...used, ...sent }], { from: '2025-12', to: '2026-03' });
    expect(filled.map((each) => [each.month, each.smsMessages])).toEqual([
      ['2025-12', 0],
      ['2026-01', 0],
      ['2026-02', 2],
      ['2026-03', 0],
    ]);
  });
});
