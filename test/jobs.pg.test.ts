// Jobs by themselves: a queue of all accounts, done by several runners at once, whatever becomes of them on the way.

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { addAccount, generateKey } from '@campaign-analytics/server/accounts/keys.js';
import { readConfig } from '@campaign-analytics/server/config.js';
import { ofAccount } from '@campaign-analytics/server/db/scope.js';
import { readSnapshot } from '@campaign-analytics/server/db/snapshot.js';
import { AppError } from '@campaign-analytics/server/errors.js';
import { isOver, type Job } from '@campaign-analytics/server/jobs/job.js';
import type { JobKind, Work } from '@campaign-analytics/server/jobs/kind.js';
import { cancelJob, createJob, findJob } from '@campaign-analytics/server/jobs/queue.js';
import { type Jobs, startJobs } from '@campaign-analytics/server/jobs/runner.js';
import { withdrawJobs } from '@campaign-analytics/server/jobs/withdrawal.js';
import { openStorage, type Storage } from '@campaign-analytics/server/storage.js';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { useDatabase } from './harness/database.ts';
import { deferred, eventually, within } from './harness/deadline.ts';
import { openKeptLog } from './harness/logs.ts';

const database = useDatabase();
const HOUR = 3_600_000;
let storage: Storage;
let accountId: string;
let runners: Jobs[] = [];

beforeAll(async () => {
  storage = await openStorage(readConfig({ DATABASE_URL: database.url }), process.pid, openKeptLog());
});
beforeEach(async () => {
  accountId = await addOne();
});
afterEach(async () => {
  await Promise.all(runners.map((each) => each.stop()));
  runners = [];
  await database.client.query('delete from job');
});
afterAll(() => storage.close());

async function addOne(): Promise<string> {
  const id = randomUUID();
  await addAccount(storage.pool, { accountId: id, name: 'Test', defaultCountry: 'US', key: generateKey() });
  return id;
}

const create = (
  over: Partial<Job> & { payload?: string } = {},
  most = 20,
  account = accountId,
): Promise<Job> =>
  createJob(
    storage.pool,
    account,
    { id: randomUUID(), kind: 'walk', input: { to: 'there' }, ...over } as never,
    most,
  );
const find = (id: string, account = accountId) => findJob(storage.pool, account, 'walk', id);
const cancel = (id: string) => cancelJob(storage.pool, accountId, 'walk', id, HOUR);

interface Settings {
  readonly atOnce?: number;
  readonly keptMs?: number;
  readonly remove?: JobKind['remove'];
  readonly onMoved?: (accountId: string, id: string) => void;
}
function start(
  run: JobKind['run'],
  { atOnce = 2, keptMs = HOUR, remove, onMoved = () => undefined }: Settings = {},
): Jobs {
  const kinds = [{ kind: 'walk', run, ...(remove && { remove }) }];
  const options = { pool: storage.pool, kinds, atOnce, keptMs, pollMs: 50, log: openKeptLog() };
  const runner = startJobs({ ...options, onMoved });
  runners.push(runner);
  return runner;
}
const over = (id: string, account = accountId): Promise<Job | undefined> =>
  eventually(
    () => find(id, account),
    (job) => job !== undefined && isOver(job),
  );
/** Goes on until it is told to stop. */
const forever = async (_: unknown, { signal }: Work): Promise<never> => {
  if (!signal.aborted) await once(signal, 'abort');
  throw new Error('interrupted');
};
/** As after a kill -9: whoever has it renews nothing any more. */
const abandon = (id: string) =>
  database.client.query(
    `update job set lease_owner = 'gone', lease_until = now() - interval '1 second' where id = $1`,
    [id],
  );

test('a job is done with its input and payload, and keeps its result, its progress and nothing of the payload', async () => {
  const { id } = await create({ payload: 'canary' });
  start(async (job, { progress }) => {
    progress(3, 4);
    return { input: job.input, payload: job.payload, attempt: job.attempt };
  });
  expect(await over(id)).toMatchObject({
    state: 'DONE',
    done: 3,
    total: 4,
    result: { input: { to: 'there' }, payload: 'canary', attempt: 1 },
    errorCode: null,
  });
  const { rows } = await database.client.query('select payload from job where id = $1', [id]);
  expect(rows).toEqual([{ payload: null }]);
});

test('the same asked for again is the same job; with other content its id is a conflict', async () => {
  const id = randomUUID();
  const [one, again] = await Promise.all([create({ id }), create({ id })]);
  expect(again).toEqual(one);
  await expect(create({ id, input: { to: 'elsewhere' } })).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(create({ id, kind: 'run' })).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(create({ id, payload: 'other' })).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(create({ id }, 20, await addOne())).resolves.toMatchObject({ id });
});

test('an account has no more jobs than it may, however they are asked for; one that ended makes room', async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => create({}, 3)));
  expect(outcomes.filter((each) => each.status === 'fulfilled')).toHaveLength(3);
  for (const each of outcomes)
    if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'TOO_MANY_JOBS' });
  await expect(create({}, 3, await addOne())).resolves.toMatchObject({ state: 'QUEUED' });
  const { rows } = await database.client.query('select id from job where account_id = $1', [accountId]);
  await cancel(rows[0].id);
  await expect(create({}, 3)).resolves.toMatchObject({ state: 'QUEUED' });
});

test('several runners do each job once, never more of them at a time than they may', async () => {
  const ids = await Promise.all(Array.from({ length: 20 }, async () => (await create()).id));
  const times = new Map<string, number>();
  const most = [0, 0];
  for (const runner of [0, 1]) {
    let now = 0;
    start(async ({ id }) => {
      now++;
      most[runner] = Math.max(most[runner] as number, now);
      times.set(id, (times.get(id) ?? 0) + 1);
      await new Promise((resolve) => setImmediate(resolve));
      now--;
      return {};
    });
  }
  for (const id of ids) expect(await over(id)).toMatchObject({ state: 'DONE', attempt: 1 });
  expect([...times.values()]).toEqual(ids.map(() => 1));
  for (const each of most) expect(each).toBeLessThanOrEqual(2);
});

test("one account's many jobs do not hold up another's only one", async () => {
  for (let index = 0; index < 5; index++) await create();
  const other = await addOne();
  const { id } = await create({}, 20, other);
  const begun = deferred<Job>();
  start(async (job, work) => {
    if (job.accountId === other) begun.resolve(job);
    return forever(job, work);
  });
  expect(await within(begun.promise, 'the other account to have its turn')).toMatchObject({ id });
});

test('an AppError fails the job with its code, any other fault as INTERNAL without its message', async () => {
  const known = await create({ input: { how: 'known' } });
  const unknown = await create({ input: { how: 'unknown' } });
  start(async ({ input }) => {
    if ((input as { how: string }).how === 'known') throw new AppError('IN_USE', 'Expected a free road');
    throw new Error('canary');
  });
  expect(await over(known.id)).toMatchObject({
    state: 'FAILED',
    errorCode: 'IN_USE',
    errorMessage: 'Expected a free road',
  });
  expect(await over(unknown.id)).toMatchObject({
    state: 'FAILED',
    errorCode: 'INTERNAL',
    errorMessage: 'Internal error',
  });
});

test('a job whose process was killed begins again elsewhere, from scratch; its late finish counts for nothing', async () => {
  const { id } = await create();
  const [begun, mayEnd] = [deferred<void>(), deferred<void>()];
  const removed: number[] = [];
  start(
    async ({ attempt }, { progress }) => {
      progress(7, null);
      begun.resolve();
      if (attempt === 1) await mayEnd.promise;
      return { by: attempt };
    },
    { remove: async ({ attempt }) => void removed.push(attempt) },
  );
  await within(begun.promise, 'the first attempt to begin');
  await abandon(id);
  expect(await over(id)).toMatchObject({ state: 'DONE', attempt: 2, result: { by: 2 } });
  mayEnd.resolve();
  await eventually(
    async () => removed,
    (all) => all.length > 0,
  );
  expect(removed).toEqual([1]);
  expect(await find(id)).toMatchObject({ state: 'DONE', result: { by: 2 } });
});

test('a job that ends its process every time is given up, which its readers hear at once; another kind is none of ours', async () => {
  const { id } = await create();
  await database.client.query(`update job set attempt = 5, failures = 4, state = 'RUNNING' where id = $1`, [
    id,
  ]);
  await abandon(id);
  const { id: other } = await create({ kind: 'run' });
  await database.client.query('update job set failures = 5 where id = $1', [other]);
  const moved: string[] = [];
  start(async () => ({}), { onMoved: (_, job) => void moved.push(job) });
  expect(await over(id)).toMatchObject({ state: 'FAILED', errorCode: 'INTERNAL' });
  await eventually(
    async () => moved,
    (all) => all.includes(id),
  );
  expect(await findJob(storage.pool, accountId, 'run', other)).toMatchObject({ state: 'QUEUED' });
});

test('a job that is withdrawn again and again while it is under way is done nevertheless', async () => {
  const { id } = await create();
  const tx = {
    accountId,
    query: async (_: string, text: string, values: unknown[]) =>
      (await database.client.query(text, values)).rows,
  };
  let begun = 0;
  start(async (job, work) => {
    if (++begun > 6) return {};
    await withdrawJobs(tx as never);
    return forever(job, work);
  });
  expect(
    await eventually(
      () => find(id),
      (job) => job !== undefined && isOver(job),
      30_000,
    ),
  ).toMatchObject({
    state: 'DONE',
    attempt: 7,
    failures: 0,
  });
}, 40_000);

test('a database that is lost meanwhile begins the job again', async () => {
  const { id } = await create();
  start(async ({ attempt }) => {
    if (attempt === 1) throw Object.assign(new Error('gone'), { code: '57P01' });
    return {};
  });
  expect(await over(id)).toMatchObject({ state: 'DONE', attempt: 2, failures: 1 });
});

test('a runner that stops gives its job back, which does not count as an attempt', async () => {
  const { id } = await create();
  const begun = deferred<void>();
  const first = start(async (job, work) => {
    begun.resolve();
    return forever(job, work);
  });
  await within(begun.promise, 'the job to begin');
  await first.stop();
  expect(await find(id)).toMatchObject({ state: 'QUEUED', failures: 0, done: 0, leaseOwner: null });
  start(async () => ({}));
  expect(await over(id)).toMatchObject({ state: 'DONE', attempt: 2, failures: 0 });
});

test.each(['dismissed at once', 'found out with the next beat'])(
  'a canceled job ends where it runs, %s, removes what it left, and stays canceled',
  async (how) => {
    const { id } = await create();
    const begun = deferred<void>();
    const removed: string[] = [];
    const runner = start(
      async (job, work) => {
        begun.resolve();
        return forever(job, work);
      },
      { remove: async (job) => void removed.push(job.id) },
    );
    await within(begun.promise, 'the job to begin');
    expect(await cancel(id)).toMatchObject({ state: 'CANCELED' });
    if (how === 'dismissed at once') runner.dismiss(accountId, id);
    await eventually(
      async () => removed,
      (all) => all.includes(id),
    );
    expect(await cancel(id)).toMatchObject({ state: 'CANCELED', errorCode: null });
  },
);

test('only its own account and kind cancel or find a job', async () => {
  const { id } = await create();
  const other = await addOne();
  expect(await find(id, other)).toBeUndefined();
  expect(await findJob(storage.pool, accountId, 'run', id)).toBeUndefined();
  await expect(cancelJob(storage.pool, other, 'walk', id, HOUR)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(cancelJob(storage.pool, accountId, 'run', id, HOUR)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  expect(await find(id)).toMatchObject({ state: 'QUEUED' });
});

test('what is over for long enough is removed with what it left; what could not be removed is tried again', async () => {
  const { id } = await create();
  let tries = 0;
  start(async () => ({}), {
    keptMs: 100,
    remove: async () => {
      if (++tries === 1) throw new Error('not this time');
    },
  });
  await eventually(
    async () => (await database.client.query('select from job where id = $1', [id])).rowCount,
    (count) => count === 0,
  );
  expect(tries).toBe(2);
});

test('one whose leavings cannot be removed holds up no other', async () => {
  const stuck = new Set<string>();
  for (let index = 0; index < 101; index++) stuck.add((await create({}, 200)).id);
  const { id } = await create({}, 200);
  await database.client.query(
    `update job set state = 'DONE', finished_at = now(), expires_at = now() - interval '1 hour' * (id <> $1)::int`,
    [id],
  );
  start(async () => ({}), {
    remove: async (job) => {
      if (stuck.has(job.id)) throw new Error('never');
    },
  });
  await eventually(
    async () => (await database.client.query('select from job')).rowCount,
    (count) => count === stuck.size,
  );
  expect(await find(id)).toBeUndefined();
  expect((await database.client.query('select from job where id = $1', [id])).rowCount).toBe(0);
});

test('the id of a job whose time is over is free for another of its kind, whose attempts are counted on', async () => {
  const { id } = await create();
  await database.client.query(
    `update job set state = 'DONE', attempt = 3, finished_at = now(), expires_at = now() where id = $1`,
    [id],
  );
  await expect(create({ id, kind: 'run' })).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await create({ id, input: { to: 'elsewhere' } })).toMatchObject({
    state: 'QUEUED',
    input: { to: 'elsewhere' },
    attempt: 3,
    failures: 0,
    expiresAt: null,
  });
  start(async ({ attempt }) => ({ attempt }));
  expect(await over(id)).toMatchObject({ state: 'DONE', result: { attempt: 4 } });
});

test('the connection of a snapshot asks after a while of silence whether the database is still there', async () => {
  const asked = vi.spyOn(Socket.prototype, 'setKeepAlive');
  await readSnapshot(storage.pool, ofAccount(accountId), new AbortController().signal, async () => {
    expect(asked).toHaveBeenCalledWith(true, 30_000);
  });
  asked.mockRestore();
});
