// PostgreSQL fails on the way: what it rolled back or lost is tried again within bounds, what nobody knows the outcome of
// ends once, and what it does not take is answered with a retriable error, never with an acknowledgement.
import { randomUUID } from 'node:crypto';
import {
  DeleteCampaignDocument,
  RecordMessagesDocument,
  SetCampaignStatusDocument,
} from '@campaign-analytics/schema/graphql';
import { readConfig } from '@campaign-analytics/server/config.js';
import { openWrite, type Repetition } from '@campaign-analytics/server/db/transaction.js';
import type { Server } from '@campaign-analytics/server/server.js';
import { openStorage, type Storage } from '@campaign-analytics/server/storage.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openHolder } from './faults/holder.ts';
import { type Loss, useProxy } from './faults/proxy.ts';
import { whileRaising } from './faults/raising.ts';
import { RECORDINGS } from './faults/recordings.ts';
import { type Api, openApi } from './harness/api.ts';
import * as campaign from './harness/campaign.ts';
import { eventually } from './harness/deadline.ts';
import { openKeptLog } from './harness/logs.ts';
import { startTestServer, type TestAccount, useServer } from './harness/server.ts';

const { allDuplicates, allRecorded, boxes, createCampaign, message, phone, record } = campaign;

/** Straight to the database, for what is to be true in the end. */
const direct = useServer();
const proxy = useProxy(direct.database);
let faulty: Server;
let storage: Storage;
beforeAll(async () => {
  // Nothing is folded and no job looked for: their COMMITs would be lost in place of those that are meant.
  faulty = await startTestServer(proxy.url, { FOLD_MS: '3600000', JOB_POLL_MS: '60000' });
  const config = readConfig({ DATABASE_URL: proxy.url, POOL_SIZE: '2' });
  storage = await openStorage(config, process.pid, openKeptLog());
});
afterAll(async () => {
  await storage?.close();
  await faulty?.stop();
  expect(await campaign.differences(direct.database.url)).toEqual([]);
});

const ATTEMPTS = 5;
const REFUSED = { status: 503, data: null, errors: [{ extensions: { code: 'UNAVAILABLE' } }] };
const LOSSES: Loss[] = ['before', 'after'];

/** A campaign with one contact and one sender, and the API whose way to the database is faulty. */
async function start(): Promise<{ account: TestAccount; api: Api; campaignId: string }> {
  const { api: account, campaignId } = await campaign.startCampaign(direct);
  await campaign.addContacts(account, campaignId, 1);
  await campaign.addSenders(account, campaignId, 'one');
  const api = openApi(faulty.url, account.key);
  await boxes(api, campaignId);
  return { account, api, campaignId };
}

test.each(
  Object.entries(RECORDINGS).flatMap(([name, tell]) => LOSSES.map((loss) => [name, loss, tell] as const)),
)('%s ends once where the connection is lost at COMMIT, %s Postgres took it', async (_, loss, tell) => {
  const [place, control] = await Promise.all([start(), start()]);
  const undisturbed = await tell(control.api, control.campaignId);
  const repeated = await tell(control.api, control.campaignId);
  proxy.lose('commit', loss);
  expect(await tell(place.api, place.campaignId)).toEqual(loss === 'before' ? undisturbed : repeated);
  expect(proxy.losses).toBe(1);
  expect(await tell(place.account, place.campaignId)).toEqual(repeated);
  const { campaignId, updatedAt, ...expected } = await boxes(control.account, control.campaignId);
  expect(await boxes(place.account, place.campaignId)).toMatchObject(expected);
});

test.each(LOSSES)(
  'losing the connection at every COMMIT, %s Postgres took it, is UNAVAILABLE after a few attempts; the same again is stored once',
  async (loss) => {
    const { account, api, campaignId } = await start();
    const messages = [1, 2].map((index) => message(campaignId, { contact: phone(index) }));
    proxy.lose('commit', loss, 1_000);
    const startedAt = performance.now();
    expect(await api.send(RecordMessagesDocument, { messages })).toMatchObject(REFUSED);
    expect(performance.now() - startedAt).toBeLessThan(6_000);
    expect(proxy.losses).toBe(ATTEMPTS);
    proxy.heal();
    expect(await record(api, ...messages)).toEqual(loss === 'before' ? allRecorded(2) : allDuplicates(2));
    expect(await boxes(account, campaignId)).toMatchObject({ conversations: 3, initialsSent: 2 });
  },
);

test.each(LOSSES)(
  'a command is not repeated after an unknown outcome, with COMMIT lost %s Postgres took it',
  async (loss) => {
    const { account, api, campaignId } = await start();
    proxy.lose('commit', loss);
    const status = { id: campaignId, status: 'PAUSED' as const };
    expect(await api.send(SetCampaignStatusDocument, status)).toMatchObject(REFUSED);
    expect((await boxes(account, campaignId)).status).toBe(loss === 'after' ? 'PAUSED' : 'ACTIVE');
    proxy.lose('commit', loss);
    expect(await api.send(DeleteCampaignDocument, { id: campaignId })).toMatchObject(REFUSED);
    expect(proxy.losses).toBe(1);
    const again = await account.send(DeleteCampaignDocument, { id: campaignId });
    if (loss === 'before') expect(again.data).toEqual({ deleteCampaign: true });
    else expect(again.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  },
);

test.each(
  ['begin', 'hold campaigns', 'delete campaign'].flatMap((at) => LOSSES.map((loss) => [at, loss] as const)),
)('before COMMIT is sent everything is tried again, commands too: lost at "%s", %s', async (at, loss) => {
  const { account, api, campaignId } = await start();
  proxy.lose(at, loss);
  expect(await api.ask(DeleteCampaignDocument, { id: campaignId })).toEqual({ deleteCampaign: true });
  expect(proxy.losses).toBe(1);
  expect((await account.send(DeleteCampaignDocument, { id: campaignId })).status).not.toBe(503);
});

describe('a connection that falls silent', () => {
  const run = async (repetition: Repetition): Promise<number> => {
    let attempts = 0;
    const write = openWrite(storage.pool, () => undefined, 300);
    const work = async (tx: Parameters<Parameters<typeof write>[2]>[0]) => {
      attempts++;
      await tx.query('probe', 'select $1::int', [attempts]);
    };
    await write(randomUUID(), 'beside', work, repetition);
    return attempts;
  };

  test.each([
    ['begin', 1],
    ['probe', 2],
    ['commit', 2],
  ])('counts as lost after a while: at "%s"', async (at, attempts) => {
    proxy.lose(at, 'silent');
    expect(await run('repeatable')).toBe(attempts);
    expect(proxy.losses).toBe(1);
  });

  test('at COMMIT leaves the outcome unknown', async () => {
    proxy.lose('commit', 'silent');
    await expect(run('once')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(proxy.losses).toBe(1);
  });
});

test('while connections are refused callers wait a moment for it to pass, and hear UNAVAILABLE where it does not', async () => {
  const { account, api, campaignId } = await start();
  const first = message(campaignId, { contact: phone(1) });
  proxy.refuse();
  const waiting = record(api, first);
  await eventually(
    async () => proxy.refusals,
    (refusals) => refusals > 0,
  );
  proxy.heal();
  expect(await waiting).toEqual(allRecorded(1));
  proxy.refuse();
  const answer = await api.send(RecordMessagesDocument, {
    messages: [message(campaignId, { contact: phone(2) })],
  });
  expect(answer).toMatchObject(REFUSED);
  expect(answer.headers.get('retry-after')).toBe('1');
  expect(proxy.refusals).toBeGreaterThanOrEqual(ATTEMPTS);
  expect(await boxes(account, campaignId)).toMatchObject({ initialsSent: 1 });
});

const raising = (code: string, times: number, act: () => Promise<unknown>) =>
  whileRaising(direct.database.client, code, times, act);

test.each(['40001', '40P01'])('an error %s is tried again, within bounds', async (code) => {
  const { account, campaignId } = await start();
  const messages = [message(campaignId, { contact: phone(1) })];
  const ever = await raising(code, 1_000, async () =>
    expect(await account.send(RecordMessagesDocument, { messages })).toMatchObject(REFUSED),
  );
  expect(ever).toBe(ATTEMPTS);
  expect(await boxes(account, campaignId)).toMatchObject({ initialsSent: 0, conversations: 1 });
  const twice = await raising(code, 2, async () =>
    expect(await record(account, ...messages)).toEqual(allRecorded(1)),
  );
  expect(twice).toBe(3);
});

test.each([
  ['a full disk', '53100'],
  ['no memory', '53200'],
  ['a file that cannot be read', '58030'],
  ['a statement that took too long', '57014'],
])('%s is UNAVAILABLE at once, and stores nothing', async (_, code) => {
  const { account, campaignId } = await start();
  const messages = [1, 2, 3].map((index) => message(campaignId, { contact: phone(index) }));
  const attempts = await raising(code, 1, async () =>
    expect(await account.send(RecordMessagesDocument, { messages })).toMatchObject(REFUSED),
  );
  expect(attempts).toBe(1);
  expect(await boxes(account, campaignId)).toMatchObject({ conversations: 1, initialsSent: 0 });
  expect(await record(account, ...messages)).toEqual(allRecorded(3));
});

test('a real deadlock ends the transaction of the server, which tries it again and records it once', async () => {
  const { account } = await start();
  const [first = '', second = ''] = [randomUUID(), randomUUID()].sort();
  await createCampaign(account, first);
  await createCampaign(account, second);
  const deadlocks = async (): Promise<number> => {
    const { rows } = await direct.database.client.query(
      'select deadlocks::int from pg_stat_database where datname = current_database()',
    );
    return rows[0].deadlocks;
  };
  const before = await deadlocks();
  const holder = await openHolder(direct.database.url);
  await holder.hold(second);
  const waiting = record(account, ...[second, first].map((id) => message(id, { contact: phone(1) })));
  await holder.waiters(1);
  await holder.hold(first);
  await holder.release();
  expect(await waiting).toEqual(allRecorded(2));
  await eventually(deadlocks, (found) => found === before + 1);
  for (const id of [first, second]) expect(await boxes(account, id)).toMatchObject({ revision: 1 });
  await holder.close();
});

test('a database that becomes read-only takes nothing, and the same again when it is writable', async () => {
  const { api, campaignId } = await start();
  const { client, url } = direct.database;
  const name = new URL(url).pathname.slice(1);
  const messages = [message(campaignId, { contact: phone(1) })];
  await client.query(`alter database ${name} set default_transaction_read_only = on`);
  proxy.cut();
  try {
    expect(await api.send(RecordMessagesDocument, { messages })).toMatchObject(REFUSED);
    expect(await boxes(api, campaignId)).toMatchObject({ initialsSent: 0 });
  } finally {
    await client.query(`alter database ${name} reset default_transaction_read_only`);
    proxy.cut();
  }
  expect(await record(api, ...messages)).toEqual(allRecorded(1));
});

test('a network that swallows everything makes it UNAVAILABLE after 10 s, until it is back', async () => {
  const { account, api, campaignId } = await start();
  const messages = [message(campaignId, { contact: phone(1) })];
  proxy.swallow();
  expect(await api.send(RecordMessagesDocument, { messages })).toMatchObject(REFUSED);
  expect(await boxes(account, campaignId)).toMatchObject({ initialsSent: 0 });
  proxy.heal();
  expect(await record(api, ...messages)).toEqual(allRecorded(1));
});
