// A server is killed at every point of every way on which events come in: before and after each statement, while COMMIT is
// under way, after it and before the answer, after the answer and before the notice. A batch is in the numbers wholly or not
// at all, what was answered is there, and the same again ends once.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addCustomers, makePlace } from './faults/accounts.ts';
import { type Caller, openCaller } from './faults/callers.ts';
import { type Checker, openChecker, type Told } from './faults/checker.ts';
import type { Deed } from './faults/deeds.ts';
import { type Instance, openInstance } from './faults/instance.ts';
import { KNOWN_CONTACT, PATHS, type Path } from './faults/paths.ts';
import { openWatcher, type Watcher } from './faults/watchers.ts';
import { openApi } from './harness/api.ts';
import { at, boxes, createCampaign, message, phone } from './harness/campaign.ts';
import { eventually, within } from './harness/deadline.ts';
import { type ServerProcess, startProcess } from './harness/process.ts';

const isLong = process.env.LONG === '1';
const ROUNDS = isLong ? 9 : 1;
/** In long mode PostgreSQL falls together with every so many a server. */
const KILLS_A_FALL = 10;
/** Promised is a second of quiet. */
const TEN_TIMES_MS = 10_000;
/** Far above what it takes, for machines that have much else to do. */
const DIES_WITHIN_MS = 60_000;
const MODULE = new URL('faults/point.js', import.meta.url).href;
const COMMIT = 'commit';
const NOTICE = 'select pg_notify';

interface Point {
  readonly moment: 'before' | 'under way' | 'after' | 'answered';
  readonly statement: string;
}

let instance: Instance;
let databaseUrl: string;
let adminUrl: string;
let checker: Checker;
let told: Told;
let key: string;
let caller: Caller;
let campaignId: string;
let known: string;
let watcher: Watcher;
let survivor: ServerProcess;
/** The one that is to be killed next, on its way up. */
let next: Promise<ServerProcess>;
const logs: string[] = [];
const figures = { kills: 0, falls: 0, worstMs: 0 };
let turn = 0;

/** @param foldMs - by default later than anything here, so that a request's transactions are the only ones. */
const startVictim = (foldMs = 3_600_000): Promise<ServerProcess> =>
  // The window is so long that the answer is out before the notice is.
  startProcess(databaseUrl, { POOL_SIZE: '3', NOTICE_WINDOW_MS: '300', FOLD_MS: String(foldMs) }, [MODULE]);

beforeAll(async () => {
  instance = await openInstance();
  const place = await makePlace(instance, 'crashes');
  databaseUrl = place.url;
  adminUrl = place.adminUrl;
  checker = openChecker(place.adminUrl);
  const [customer] = await addCustomers(place, checker, 1);
  if (!customer) throw new Error('Expected a customer');
  ({ told, key } = customer);
  caller = openCaller(checker, told, key);
  survivor = await startProcess(databaseUrl, { POOL_SIZE: '3' });
  next = startVictim();
  campaignId = await createCampaign(openApi(survivor.url, key), `${told.mark}c`);
  known = `${told.mark}known`;
  await acknowledge({
    kind: 'messages',
    items: [message(campaignId, { id: known, contact: phone(KNOWN_CONTACT), segments: 1 })],
  });
  await acknowledge({
    kind: 'optOuts',
    items: [{ campaignId, contact: phone(KNOWN_CONTACT), at: at(1) }],
  });
  watcher = openWatcher({
    checker,
    told,
    key,
    name: 'a reader',
    campaignIds: [campaignId],
    url: () => survivor.url,
  });
});
afterAll(async () => {
  await watcher?.close();
  const codes: (number | null)[] = [];
  for (const each of await Promise.allSettled([survivor, next])) {
    if (each.status === 'rejected' || !each.value) continue;
    codes.push(await each.value.stop());
    logs.push(each.value.log());
  }
  await instance?.close();
  expect(codes).toEqual([0, 0]);
  for (const log of logs) checker.logged(log);
  expect(checker.violations).toEqual([]);
  if (isLong) console.log('crash points', figures);
});

const acknowledge = (deed: Deed): Promise<void> => caller.insist(() => [survivor.url], deed);

/** The statements of a path, in their order, found by going it once. */
async function traceOf(path: Path): Promise<string[]> {
  const victim = await next;
  await victim.ask('trace');
  expect(await caller.tell(victim.url, path.deed(campaignId, turn++, known))).toBeDefined();
  const statements = await victim.ask<string[]>('trace');
  return statements.filter((each) => each !== NOTICE && !each.startsWith('jobs: '));
}

const pointsOf = (statements: readonly string[]): Point[] => [
  ...[...new Set(statements)].map((statement): Point => ({ moment: 'before', statement })),
  { moment: 'under way', statement: COMMIT },
  { moment: 'after', statement: COMMIT },
  { moment: 'answered', statement: '' },
  { moment: 'before', statement: NOTICE },
  { moment: 'after', statement: NOTICE },
];

/** Whether a deed is stored when a server has died at this point; undefined where it may be either. */
function isStoredAfter({ moment, statement }: Point): boolean | undefined {
  if (moment === 'under way') return undefined;
  return moment === 'answered' || moment === 'after' || statement === NOTICE;
}

/** Settles when the reader has what is stored. */
async function isSeen(): Promise<void> {
  const startedMs = performance.now();
  const stored = await boxes(openApi(survivor.url, key), campaignId);
  await watcher.reaches([stored], TEN_TIMES_MS);
  figures.worstMs = Math.max(figures.worstMs, performance.now() - startedMs);
  told.endedOn(watcher.name, watcher.newest(), [stored]);
}

async function dieAt(point: Point, path: Path): Promise<void> {
  const victim = await next;
  expect(await victim.ask({ point: { ...point, times: 1 } })).toBe('armed');
  const deed = path.deed(campaignId, turn++, known);
  const answer = await caller.tell(victim.url, deed);
  await within(victim.ended, `the server to die ${point.moment} ${point.statement}`, DIES_WITHIN_MS);
  logs.push(victim.log());
  figures.kills++;
  const isFalling = isLong && figures.kills % KILLS_A_FALL === 0;
  if (isFalling) {
    figures.falls++;
    await instance.fall();
    await instance.rise();
  }
  next = startVictim();
  const isStored = isStoredAfter(point);
  const { attempted, stored } = await checker.uncertain(told);
  const isAnswered = point.moment === 'answered' || point.statement === NOTICE;
  expect([point, answer !== undefined]).toEqual([point, isAnswered]);
  if (!isAnswered) {
    expect([point, attempted > 0]).toEqual([point, true]);
    if (isStored === undefined) expect([0, attempted]).toContain(stored);
    else expect([point, stored]).toEqual([point, isStored ? attempted : 0]);
  }
  await checker.inspect();
  // What it has stored is seen elsewhere though nobody was told of it, and what is told again after that.
  await isSeen();
  await acknowledge(deed);
  await isSeen();
  await checker.inspect();
  expect([point, checker.violations]).toEqual([point, []]);
}

test.each(PATHS)(
  'killed at every point of its way, a request is stored wholly or not at all, and once in the end: $name',
  {
    timeout: isLong ? 3_600_000 : 240_000,
  },
  async (path) => {
    const statements = await traceOf(path);
    expect(statements.slice(0, 1)).toEqual(['begin']);
    expect(statements.slice(-1)).toEqual([COMMIT]);
    // The notice's way is the same for all.
    const isNoticed = isLong || path === PATHS[0];
    const points = pointsOf(statements).filter(({ statement }) => statement !== NOTICE || isNoticed);
    for (let round = 0; round < ROUNDS; round++) for (const point of points) await dieAt(point, path);
  },
);

test.each<Point & { times: number }>([
  { moment: 'before', statement: 'fold', times: 1 },
  { moment: 'after', statement: 'fold', times: 1 },
  { moment: 'before', statement: COMMIT, times: 2 },
  { moment: 'under way', statement: COMMIT, times: 2 },
  { moment: 'after', statement: COMMIT, times: 2 },
])(
  'killed while it folds movements, $moment $statement, a server has folded them wholly or not at all',
  {
    timeout: 2 * DIES_WITHIN_MS,
  },
  async (point) => {
    const victim = await startVictim(50);
    expect(await victim.ask({ point })).toBe('armed');
    const batch = PATHS.find(({ name }) => name === 'batch') as Path;
    expect(await caller.tell(victim.url, batch.deed(campaignId, turn++, known))).toBeDefined();
    await within(victim.ended, 'the server to die', DIES_WITHIN_MS);
    logs.push(victim.log());
    figures.kills++;
    await checker.inspect();
    await eventually(
      () => instance.ask('select from movement', [], adminUrl),
      (waiting) => waiting.length === 0,
      TEN_TIMES_MS,
    );
    await checker.inspect();
    expect(checker.violations).toEqual([]);
  },
);
