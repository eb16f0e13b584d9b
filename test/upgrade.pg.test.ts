// A new release migrates the database while the old one serves on it, and both serve it afterwards. Callers notice nothing but
// time; killed in the middle, a migration has happened wholly or not at all; the old release serves the new schema too.
import { generateKey } from '@campaign-analytics/server/accounts/keys.js';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { addCustomers, makePlace, type Place } from './faults/accounts.ts';
import { openChecker } from './faults/checker.ts';
import { type FleetOptions, type Member, openFleet } from './faults/fleet.ts';
import { openHolder } from './faults/holder.ts';
import { type Instance, openInstance } from './faults/instance.ts';
import { buildRelease, hasRelease } from './faults/release.ts';
import { startWork, type Work, type WorkOptions } from './faults/work.ts';
import { openApi } from './harness/api.ts';
import { allRecorded, createCampaign, differences, message, phone, record } from './harness/campaign.ts';
import { eventually } from './harness/deadline.ts';
import { runCommand, startProcess } from './harness/process.ts';

const moduleOf = (name: string): string => new URL(`faults/${name}.js`, import.meta.url).href;
const NEXT = moduleOf('next-release');
const POINT = moduleOf('point');
/** The release that users have, of which `released.graphql` is the schema. */
const RELEASED = 'e6b77dc';
const SEED = 8;
/** The last words of a server that was killed: none. */
const KILLED = /^Expected a server, got $/;
/** Far above what it takes, for machines that have much else to do. */
const LIMIT_MS = 60_000;
/** Promised is a second of quiet. */
const TEN_TIMES_MS = 10_000;

let instance: Instance;
let places = 0;
const endings: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  instance = await openInstance();
});
afterEach(async () => {
  for (let end = endings.pop(); end; end = endings.pop()) await end();
});
afterAll(() => instance?.close());

async function startFleet(options: Omit<FleetOptions, 'count'>): Promise<{ server: Member; log(): string }> {
  const fleet = await openFleet({ ...options, count: 1 });
  endings.push(() => fleet.close());
  const [server] = fleet.members;
  if (!server) throw new Error('Expected a server');
  return { server, log: fleet.log };
}

async function load(options: WorkOptions): Promise<Work> {
  const work = await startWork(options);
  endings.push(() => work.stop());
  return work;
}

const isMigrated = async (place: Place): Promise<boolean> =>
  (await instance.ask(`select from pg_class where relname = 'next_thing'`, [], place.adminUrl)).length === 1;

/** Settles when so many more requests were acknowledged. */
async function goesOn(work: Work, count = 20): Promise<void> {
  const before = work.figures().acknowledged;
  await eventually(
    async () => work.figures().acknowledged - before,
    (more) => more >= count,
    LIMIT_MS,
  );
}

async function ends(...works: readonly Work[]): Promise<void> {
  for (const work of works) {
    await work.finish(TEN_TIMES_MS);
    await work.converges(TEN_TIMES_MS);
    await work.stop();
  }
}

test('a migration under load: killed in the middle, done, and old and new side by side', {
  timeout: 4 * LIMIT_MS,
}, async () => {
  const place = await makePlace(instance, 'upgrade');
  const databaseUrl = place.url;
  const checker = openChecker(place.adminUrl);
  const [first, second] = await addCustomers(place, checker, 2);
  if (!first || !second) throw new Error('Expected two customers');
  const { server: old, log } = await startFleet({ databaseUrl });
  const loading = await load({ checker, customers: [first], urls: [old.url], seed: SEED });
  await goesOn(loading);

  const killed = (moment: string) =>
    startProcess(place.url, { POINT: JSON.stringify({ moment, statement: 'commit', times: 1 }) }, [
      NEXT,
      POINT,
    ]);
  await expect(killed('before')).rejects.toThrow(KILLED);
  expect(await isMigrated(place)).toBe(false);
  await goesOn(loading);
  await expect(killed('after')).rejects.toThrow(KILLED);
  expect(await isMigrated(place)).toBe(true);
  await goesOn(loading);
  const { server: next, log: logOfNext } = await startFleet({ databaseUrl, modules: [NEXT] });
  const sharing = await load({ checker, customers: [second], urls: [old.url, next.url], seed: SEED });
  await Promise.all([goesOn(loading), goesOn(sharing)]);
  // Nobody who spoke to the old one was turned away, or left without an answer.
  expect(loading.figures()).toMatchObject({ refused: 0, lost: 0 });

  await old.kill();
  await old.start();
  await Promise.all([goesOn(loading), goesOn(sharing)]);
  await ends(loading, sharing);
  await checker.inspect();
  expect([await old.stop(), await next.stop()]).toEqual([0, 0]);
  checker.logged(log() + logOfNext());
  expect(checker.violations).toEqual([]);
});

describe('a migration that meets a transaction', () => {
  /** A server at work, and a transaction that holds one of its two campaigns, for which the next release waits. */
  async function meet() {
    const place = await makePlace(instance, `meeting_${places++}`);
    const checker = openChecker(place.adminUrl);
    const [customer] = await addCustomers(place, checker, 1);
    const { server } = await startFleet({ databaseUrl: place.url });
    const api = openApi(server.url, customer?.key);
    const [held, free] = [await createCampaign(api), await createCampaign(api)];
    const holder = await openHolder(place.adminUrl);
    endings.push(() => holder.close());
    await holder.hold(held);
    const starting = startProcess(place.url, {}, [NEXT]);
    await holder.waiters(1);
    const serves = async (): Promise<void> => {
      const next = await starting;
      expect(await isMigrated(place)).toBe(true);
      expect(await next.stop()).toBe(0);
    };
    return { api, free, holder, serves };
  }

  test('in a deadlock is tried again', { timeout: LIMIT_MS }, async () => {
    const { holder, serves } = await meet();
    await holder.ask('select from message');
    await holder.release();
    await serves();
  });

  test('that goes on and on holds up nobody else for long', { timeout: LIMIT_MS }, async () => {
    const { api, free, holder, serves } = await meet();
    expect(await record(api, message(free, { contact: phone(0) }))).toEqual(allRecorded(1));
    await holder.release();
    await serves();
  });
});

test('the released server and this one, side by side on a database that this one migrates under load', {
  timeout: 4 * LIMIT_MS,
}, async (context) => {
  context.skip(!(await hasRelease(RELEASED)), 'this clone has no history');
  const release = await buildRelease(RELEASED);
  endings.push(() => release.remove());
  const place = await makePlace(instance, 'released');
  const databaseUrl = place.url;
  const checker = openChecker(place.adminUrl);
  const key = generateKey();
  const settings = { BOOTSTRAP_API_KEY: key };
  const { server: old, log } = await startFleet({ databaseUrl, main: release.main, settings });
  const [account] = await instance.ask<{ id: string }>('select id from account', [], place.adminUrl);
  const customer = { told: checker.account(account?.id ?? '', 'marked-by-the-released'), key };
  const loading = await load({ checker, customers: [customer], urls: [old.url], seed: SEED });
  await goesOn(loading);
  const { server: next, log: logOfNext } = await startFleet({ databaseUrl });
  const customers = await addCustomers(place, checker, 1);
  const sharing = await load({ checker, customers, urls: [old.url, next.url], seed: SEED });
  await Promise.all([goesOn(loading), goesOn(sharing)]);
  expect(loading.figures()).toMatchObject({ refused: 0, lost: 0 });
  await ends(loading, sharing);
  expect([await old.stop(), await next.stop()]).toEqual([0, 0]);
  // The boxes are right without it; what that release did not know of yet is counted again when the last of it has ended.
  const isBox = ({ box }: { box: string }): boolean => !box.startsWith('wrong_');
  expect((await differences(place.adminUrl)).filter(isBox)).toEqual([]);
  expect((await runCommand(databaseUrl, ['recount', '--repair'])).stdout).toContain('repaired');
  await checker.inspect();
  checker.logged(log() + logOfNext());
  expect(checker.violations).toEqual([]);
});
