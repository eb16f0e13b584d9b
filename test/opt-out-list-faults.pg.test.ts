// Lists of numbers and the death of processes: a list that was taken in is done to its end by whoever is left.
import { EraseContactDocument } from '@campaign-analytics/schema/graphql';
import { afterAll, expect, test } from 'vitest';
import { openApi } from './harness/api.ts';
import { differences, phone } from './harness/campaign.ts';
import { eventually } from './harness/deadline.ts';
import { useProcesses } from './harness/process.ts';
import { EXPORT_FOLDER, useServer } from './harness/server.ts';
import * as lists from './opt-outs/lists.ts';

/** Of which the test's own server does nothing. */
const server = useServer({ JOBS_AT_ONCE: '0' });
const startProcess = useProcesses();
afterAll(async () => expect(await differences(server.database.url)).toEqual([]));

const NUMBERS = 40_000;
const REPEATED = 10;

const count = async (accountId: string, where = 'true') =>
  (
    await server.database.client.query<{ count: number }>(
      `select count(*)::int as count from opt_out where account_id = $1 and ${where}`,
      [accountId],
    )
  ).rows[0]?.count ?? 0;

test('a process that is told to end leaves its list to another, which goes on at once', async () => {
  const account = await server.account();
  const first = await startProcess(server.database.url, { EXPORT_FOLDER });
  const csv = Array.from({ length: NUMBERS }, (_, index) => phone(index)).join('\n');
  const { id } = await lists.giveList(openApi(first.url, account.key), { csv });
  await eventually(
    () => count(account.accountId),
    (recorded) => recorded > 0,
  );
  expect(await first.stop()).toBe(0);
  expect(await lists.readList(account, id)).toMatchObject({ state: 'QUEUED', recorded: 0 });
  const second = await startProcess(server.database.url, { EXPORT_FOLDER });
  expect(await lists.listOver(account, id)).toMatchObject({
    state: 'DONE',
    recorded: NUMBERS,
    duplicates: 0,
  });
  expect(await second.stop()).toBe(0);
}, 90_000);

test('a process that is killed in the middle leaves its list to another, which ends with the same opt-outs', async () => {
  const account = await server.account();
  const first = await startProcess(server.database.url, { EXPORT_FOLDER });
  const numbers = Array.from({ length: NUMBERS + REPEATED }, (_, index) => phone(index % NUMBERS));
  const { id, createdAt } = await lists.giveList(openApi(first.url, account.key), {
    csv: numbers.join('\n'),
  });
  await eventually(
    () => count(account.accountId),
    (recorded) => recorded > 5_000,
  );
  await first.stop('SIGKILL');
  const recorded = await count(account.accountId);
  expect(recorded).toBeLessThan(NUMBERS);
  expect(await lists.readList(account, id)).toMatchObject({ state: 'RUNNING' });

  const second = await startProcess(server.database.url, { EXPORT_FOLDER });
  expect(await lists.listOver(account, id, 45_000)).toMatchObject({
    state: 'DONE',
    recorded: NUMBERS,
    duplicates: REPEATED,
    rejected: 0,
  });
  expect([await count(account.accountId), await count(account.accountId, `at = '${createdAt}'`)]).toEqual([
    NUMBERS,
    NUMBERS,
  ]);
  const report = lists.readReport(await lists.fetchReport(second.url, account, id));
  expect(report.map((each) => each.phone)).toEqual(numbers);
  expect(report.slice(0, NUMBERS).every((each) => each.outcome === 'recorded')).toBe(true);
}, 90_000);

test('an erasure is not taken while a list is under way, which would opt the contact out again, and is when it is over', async () => {
  const account = await server.account();
  const { id } = await lists.giveList(account, { csv: [phone(1), phone(2)].join('\n') });
  expect(await account.fails(EraseContactDocument, { phone: phone(1) })).toMatchObject({
    extensions: { code: 'UNAVAILABLE' },
  });
  const working = await startProcess(server.database.url, { EXPORT_FOLDER });
  expect(await lists.listOver(account, id)).toMatchObject({ state: 'DONE', recorded: 2 });
  await account.ask(EraseContactDocument, { phone: phone(1) });
  expect(await lists.readList(account, id)).toBeNull();
  expect(await count(account.accountId)).toBe(1);
  expect(await count(account.accountId, `contact = '${phone(2)}'`)).toBe(1);
  expect(await working.stop()).toBe(0);
}, 60_000);
