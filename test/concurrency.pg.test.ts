// Several server processes and many callers at once, on few campaigns and the same ids: nothing is lost, nothing counted
// twice, and whoever looks meanwhile sees what can be true.
import { randomInt } from 'node:crypto';
import {
  type EightBoxesFragment,
  RecordMessagesDocument,
  WatchAnalyticsUpdatesDocument,
} from '@campaign-analytics/schema/graphql';
import { readConfig } from '@campaign-analytics/server/config.js';
import { openStorage } from '@campaign-analytics/server/storage.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Deed, KINDS, planDeeds, reversed, tell } from './faults/deeds.ts';
import { openHolder } from './faults/holder.ts';
import { Ledger } from './faults/ledger.ts';
import { type Api, openApi } from './harness/api.ts';
import * as campaign from './harness/campaign.ts';
import { eventually } from './harness/deadline.ts';
import { openKeptLog } from './harness/logs.ts';
import { type ServerProcess, useProcesses } from './harness/process.ts';
import { type TestAccount, useServer } from './harness/server.ts';
import { openSocket } from './harness/socket.ts';

const { allDuplicates, allRecorded, boxes, createCampaign, message, phone, record } = campaign;

const own = useServer();
const startProcess = useProcesses();
const SERVERS = 3;
/** Each tells everything to two servers at once: 64 connections. */
const CALLERS = 32;
const DEEDS = 500;
const SLOW_TRANSACTIONS = 8;
const SEED = Number(process.env.SEED ?? randomInt(2 ** 31));

let processes: ServerProcess[];
const accounts: TestAccount[] = [];
beforeAll(async () => {
  const start = () => startProcess(own.database.url, { POOL_SIZE: '8' });
  processes = await Promise.all(Array.from({ length: SERVERS }, start));
  while (accounts.length < 4) accounts.push(await own.account());
});
afterAll(async () => {
  // What a connection has met with is certain to be in the statistics when it has ended.
  await Promise.all(processes.map((each) => each.stop()));
  expect(await campaign.differences(own.database.url)).toEqual([]);
  const { rows } = await own.database.client.query(
    'select deadlocks::int from pg_stat_database where datname = current_database()',
  );
  expect(rows).toEqual([{ deadlocks: 0 }]);
});

/** An account that nobody uses yet, and its API on each server. */
function start(): { account: TestAccount; apis: [Api, Api, Api] } {
  const account = accounts.pop() as TestAccount;
  return { account, apis: processes.map(({ url }) => openApi(url, account.key)) as [Api, Api, Api] };
}

/** Tells all deeds, each to two servers at once and in opposite orders. */
async function tellAll(deeds: readonly Deed[], apis: readonly Api[], ledger: Ledger): Promise<void> {
  let begun = 0;
  const tellOne = async (index: number, deed: Deed): Promise<void> => {
    const answer = await tell(apis[index % SERVERS] as Api, deed);
    expect(answer.rejected).toEqual([]);
    ledger.acknowledge(deed, answer);
  };
  const call = async (): Promise<void> => {
    for (let deed = deeds[begun]; deed; deed = deeds[begun]) {
      const index = begun++;
      ledger.attempt(deed);
      await Promise.all([tellOne(index, deed), tellOne(index + 1 + (index % 2), reversed(deed))]);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, call));
}

/** Reads campaign after campaign from server after server until told to end. @returns what could not be true. */
async function readOn(
  campaignIds: readonly string[],
  apis: readonly Api[],
  ledger: Ledger,
  isDone: () => boolean,
): Promise<string[]> {
  const faults: string[] = [];
  const revisions = new Map<string, number>();
  let reads = 0;
  for (; !isDone(); reads++) {
    const campaignId = campaignIds[reads % campaignIds.length] ?? '';
    const from = ledger.now();
    const seen = await boxes(apis[reads % SERVERS] as Api, campaignId);
    faults.push(...ledger.faults(seen, from, ledger.now()));
    if (seen.revision < (revisions.get(campaignId) ?? 0)) faults.push(`revision fell to ${seen.revision}`);
    revisions.set(campaignId, seen.revision);
  }
  return reads > 20 ? faults : [`expected many reads, got ${reads}`];
}

/** Takes a hot campaign again and again until somebody waits for it. */
async function slowDown(campaignIds: readonly string[], ledger: Ledger): Promise<void> {
  const holder = await openHolder(own.database.url);
  for (let round = 0; round < SLOW_TRANSACTIONS; round++) {
    const due = ((round + 1) * 2 * DEEDS) / SLOW_TRANSACTIONS / 1.5;
    await eventually(
      async () => ledger.answers,
      (answers) => answers > due,
      30_000,
    );
    await holder.hold(campaignIds[round % 2] ?? '');
    await holder.waiters(1);
    await holder.release();
  }
  await holder.close();
}

test.concurrent(`64 connections to three servers, the same ids racing, and every number is exact (SEED=${SEED})`, {
  timeout: 60_000,
}, async () => {
  const { account, apis } = start();
  const campaignIds: string[] = [];
  while (campaignIds.length < 5) campaignIds.push(await createCampaign(account));
  const sockets = processes.map(({ url }) => openSocket(url, account.key));
  const watches = sockets.map((each) => each.watch(WatchAnalyticsUpdatesDocument, { campaignIds }));
  await Promise.all(watches.map(({ seen, until }) => until(() => seen.length === campaignIds.length)));

  const ledger = new Ledger();
  let isDone = false;
  const load = tellAll(planDeeds(SEED, campaignIds, DEEDS), apis, ledger).finally(() => {
    isDone = true;
  });
  const reading = readOn(campaignIds, apis, ledger, () => isDone);
  await Promise.all([load, slowDown(campaignIds, ledger)]);
  expect(await reading).toEqual([]);

  const end = ledger.now();
  const final = await Promise.all(campaignIds.map((id) => boxes(account, id)));
  for (const each of final) expect(ledger.faults(each, end, end)).toEqual([]);
  for (const kind of KINDS) {
    const { ids, told, recorded, duplicates } = ledger.sums(kind);
    expect([kind, recorded + duplicates]).toEqual([kind, told]);
    // Who has a message or an opt-out is a contact as well: some were there before they were added.
    if (kind !== 'contacts') expect([kind, recorded]).toEqual([kind, ids]);
  }
  const stored = async (select: string): Promise<unknown[]> => {
    const text = `${select} where account_id = $1 order by 1`;
    const query = { text, values: [account.accountId], rowMode: 'array' as const };
    return (await own.database.client.query(query)).rows.flat();
  };
  const count = async (table: string, where = 'true') =>
    (await stored(`select count(*) filter (where ${where})::int from ${table}`))[0];
  expect(await stored('select id collate "C" from message')).toEqual(ledger.messageIds());
  expect(await count('status_report')).toBe(ledger.sums('statuses').ids);
  expect(await count('opt_in')).toBe(ledger.sums('optIns').ids);
  expect(await count('opt_out', `source = 'MANUAL'`)).toBe(ledger.sums('optOuts').ids);

  for (const { seen, until } of watches) {
    const of = (id: string): EightBoxesFragment[] =>
      seen.map((each) => each.analyticsUpdates).filter((each) => each.campaignId === id);
    await until(() => final.every((each) => of(each.campaignId).at(-1)?.revision === each.revision));
    for (const id of campaignIds) {
      const revisions = of(id).map((each) => each.revision);
      expect(revisions).toEqual([...new Set(revisions)].sort((one, other) => one - other));
      expect(revisions.length).toBeGreaterThan(5);
    }
  }
  await Promise.all(sockets.map((each) => each.close()));
});

test.concurrent('a slow transaction holds up its own campaign only, and then all who waited are answered', async () => {
  const [{ account, apis }, other] = [start(), start()];
  const [held, free] = [await createCampaign(account), await createCampaign(account)];
  const elsewhere = await createCampaign(other.account);
  const holder = await openHolder(own.database.url);
  await holder.hold(held);
  const messages = [0, 1, 2].map((index) => message(held, { contact: phone(index) }));
  let answers = 0;
  const waiting = apis.slice(0, 2).map(async (api) => {
    const answer = await record(api, ...messages);
    answers++;
    return answer;
  });
  await holder.waiters(2);
  for (const contact of [0, 1, 2].map(phone)) {
    expect(await record(apis[2], message(free, { contact }))).toEqual(allRecorded(1));
    expect(await record(other.apis[0], message(elsewhere, { contact }))).toEqual(allRecorded(1));
  }
  expect(await campaign.addContacts(apis[0], free, 5)).toMatchObject({ recorded: 2 });
  expect(await boxes(apis[1], held)).toMatchObject({ conversations: 0, revision: 0 });
  expect(answers).toBe(0);
  await holder.release();
  const [least, most] = (await Promise.all(waiting)).sort((one, two) => one.recorded - two.recorded);
  expect([least, most]).toEqual([allDuplicates(3), allRecorded(3)]);
  await holder.close();
});

test.concurrent('a transaction that never ends makes its campaign UNAVAILABLE after 15 s, and the same again is recorded', {
  timeout: 30_000,
}, async () => {
  const { account, apis } = start();
  const campaignId = await createCampaign(account);
  const messages = [0, 1].map((index) => message(campaignId, { contact: phone(index) }));
  const holder = await openHolder(own.database.url);
  await holder.hold(campaignId);
  const refused = { status: 503, data: null, errors: [{ extensions: { code: 'UNAVAILABLE' } }] };
  expect(await apis[0].send(RecordMessagesDocument, { messages })).toMatchObject(refused);
  await holder.release();
  expect(await record(account, ...messages)).toEqual(allRecorded(2));
  await holder.close();
});

test.concurrent("the servers' own connections give up waiting, working and idling, and compile no statement", async () => {
  // As every PostgreSQL has it that nobody told otherwise.
  const name = new URL(own.database.url).pathname.slice(1);
  await own.database.client.query(`alter database ${name} set jit = on`);
  const config = readConfig({ DATABASE_URL: own.database.url });
  const { pool, close } = await openStorage(config, process.pid, openKeptLog());
  const names = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'jit'];
  const shown = await Promise.all(
    names.map(async (name) => (await pool.query(`show ${name}`)).rows[0][name]),
  );
  expect(shown).toEqual(['30s', '15s', '30s', 'off']);
  await close();
});
