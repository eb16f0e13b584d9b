// The list of an account with very many opt-outs: a page, and a whole number, cost what they show.
import { readConfig } from '@campaign-analytics/server/config.js';
import { askWithin, ofAccount } from '@campaign-analytics/server/db/scope.js';
import { pageStatement } from '@campaign-analytics/server/optouts/register.js';
import type { Search } from '@campaign-analytics/server/optouts/search.js';
import { openStorage, type Storage } from '@campaign-analytics/server/storage.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKeptLog } from './harness/logs.ts';
import { useServer } from './harness/server.ts';
import { listOptOuts } from './opt-outs/managing.ts';

const CONTACTS = 200_000;

/** One in ten opted in again. */
const FILL = [
  `insert into opt_out select $1, '+1' || 2010000000 + n, '', timestamptz '2026-01-01Z' + (n * 7919 % ${CONTACTS}) * interval '1 minute', 'ACCOUNT', ''
     from generate_series(1, ${CONTACTS}) n`,
  `insert into opt_out select account_id, contact, 'c' || substr(contact, 12), at - interval '1 day', 'MANUAL', 's' from opt_out
    where account_id = $1 and contact like '%7_'`,
  `insert into opt_in select account_id, contact, at + interval '1 second' from opt_out where account_id = $1 and contact like '%5'`,
];

const server = useServer();
let storage: Storage;
let account: Awaited<ReturnType<typeof server.account>>;
beforeAll(async () => {
  storage = await openStorage(
    readConfig({ DATABASE_URL: server.database.url, POOL_SIZE: '2' }),
    process.pid,
    openKeptLog(),
  );
  account = await server.account();
  for (const table of ['opt_out', 'opt_in'])
    await server.database.client.query(`alter table ${table} set (autovacuum_enabled = off)`);
  for (const statement of FILL) await server.database.client.query(statement, [account.accountId]);
});
afterAll(() => storage.close());

interface Plan {
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}
/** Rows that a statement looked at, in all parts of its plan. */
const rowsIn = (plan: Plan): number =>
  (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops'] +
  (plan.Plans ?? []).reduce((sum, each) => sum + rowsIn(each), 0);

async function rowsRead(after: string | null, search: Search | undefined): Promise<number> {
  const { text, values } = pageStatement(account.accountId, 50, after, search);
  const explain = { text: `explain (analyze, format json) ${text}`, values };
  const { rows } = await askWithin<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
    storage.pool,
    ofAccount(account.accountId),
    explain,
  );
  return rowsIn(rows[0]!['QUERY PLAN'][0].Plan);
}

test('a page of 50 looks at a few rows for each contact on it, wherever it begins, in a table never analyzed too', async () => {
  const middle = Buffer.from(JSON.stringify(['2026-03-01T00:00:00.000Z', '+12010000000'])).toString(
    'base64url',
  );
  const whole = { number: '+12010012347', digits: undefined, beginning: undefined };
  for (const prepare of ['select 1', 'vacuum analyze opt_out, opt_in']) {
    await server.database.client.query(prepare);
    expect(await rowsRead(null, undefined)).toBeLessThan(2_000);
    expect(await rowsRead(middle, undefined)).toBeLessThan(2_000);
    expect(await rowsRead(null, whole)).toBeLessThan(50);
  }
});

test('part of a number is found among all, and the total is right', async () => {
  const listed = Array.from({ length: CONTACTS }, (_, index) => `+1${2_010_000_001 + index}`).filter(
    (contact) => !contact.endsWith('5'),
  );
  const found = async (search: string | null) => {
    const { totalCount, contacts } = await listOptOuts(account, { search });
    return [totalCount, contacts.length];
  };
  expect(await found(null)).toEqual([listed.length, 50]);
  expect(await found('201 001 2347')).toEqual([1, 1]);
  expect(await found('0012347')).toEqual([1, 1]);
  expect(await found('234')).toEqual([listed.filter((each) => each.includes('234')).length, 50]);
});
