// Exports among several processes, some of which are killed; their files, and who may fetch them and for how long.
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EraseContactDocument } from '@campaign-analytics/schema/graphql';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  CANCEL,
  createExport,
  type Exported,
  type ExportInput,
  FOLLOW,
  fetchExport,
  readExport,
  readRows,
} from './exports/exporting.ts';
import { type Api } from './harness/api.ts';
import { message, phone, record, startCampaign } from './harness/campaign.ts';
import { eventually } from './harness/deadline.ts';
import { useProcesses } from './harness/process.ts';
import { type TestAccount, useServer } from './harness/server.ts';
import { openSocket } from './harness/socket.ts';

const startProcess = useProcesses();
const folder = await mkdtemp(join(tmpdir(), 'campaign-analytics-exports-'));
/** It takes what is asked for and leaves the work to others. */
const server = useServer({ JOBS_AT_ONCE: '0', EXPORT_FOLDER: folder });
const WORKING = { EXPORT_FOLDER: folder, JOB_POLL_MS: '100' };

let api: TestAccount;
let campaignId: string;
let input: ExportInput;
beforeAll(async () => {
  ({ api, campaignId } = await startCampaign(server));
  input = { kind: 'MESSAGES', campaignId };
  await record(
    api,
    ...Array.from({ length: 50 }, (_, index) => message(campaignId, { contact: phone(index) })),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Until it is given free, an export has written its rows and cannot yet look at what they should add up to. */
async function holdUp(): Promise<() => Promise<void>> {
  const client = new Client({ connectionString: server.database.url });
  await client.connect();
  await client.query('begin; lock table conversation in access exclusive mode');
  return () => client.end();
}
const files = async (): Promise<string[]> => (await readdir(folder)).sort();
const isPart = (name: string): boolean => name.endsWith('.part');
const stateIs =
  (state: string) =>
  (each: Exported | null): boolean =>
    each?.state === state;
const reaches = (id: string, state: string, from: Api = api): Promise<Exported | null> =>
  eventually(() => readExport(from, id), stateIs(state), 30_000);
const hasWritten = (): Promise<string[]> => eventually(files, (names) => names.some(isPart), 20_000);

test('an export whose process is killed in the middle is finished by another one, on a new snapshot', {
  timeout: 60_000,
}, async () => {
  const giveFree = await holdUp();
  const killed = await startProcess(server.database.url, WORKING);
  const { id } = await createExport(api, input);
  const socket = openSocket(server.url, api.key);
  const seen = socket.watch<{ exportProgress: Exported }, object>(FOLLOW, { id });
  await seen.until(({ exportProgress }) => exportProgress.progress.done === 50);
  await hasWritten();
  await killed.stop('SIGKILL');
  await giveFree();
  expect(await readExport(api, id)).toMatchObject({ state: 'RUNNING', bytes: null });
  await record(api, message(campaignId, { contact: phone(60) }));
  const other = await startProcess(server.database.url, WORKING);
  expect(await reaches(id, 'DONE')).toMatchObject({
    summary: { rows: 51, analytics: { conversations: 51 } },
  });
  expect(await seen.end()).toEqual([]);
  expect(seen.seen.at(-1)?.exportProgress.state).toBe('DONE');
  expect((await files()).filter(isPart)).toEqual([]);
  const bytes = await fetchExport(server.url, api, id);
  expect(readRows(bytes, input)).toHaveLength(51);
  expect(await fetchExport(other.url, api, id)).toEqual(bytes);
  await socket.close();
  await other.stop();
});

test('a process that is told to stop gives its export back at once and leaves no file', {
  timeout: 60_000,
}, async () => {
  const before = await files();
  const giveFree = await holdUp();
  const stopped = await startProcess(server.database.url, WORKING);
  const { id } = await createExport(api, input);
  await hasWritten();
  expect(await stopped.stop()).toBe(0);
  expect(await readExport(api, id)).toMatchObject({ state: 'QUEUED', progress: { done: 0, total: null } });
  expect(await files()).toEqual(before);
  await giveFree();
  const other = await startProcess(server.database.url, WORKING);
  expect(await reaches(id, 'DONE')).toMatchObject({ summary: { rows: 51 } });
  await other.stop();
});

test('a canceled export ends in the process that works on it and leaves no file', {
  timeout: 60_000,
}, async () => {
  const before = await files();
  const giveFree = await holdUp();
  const other = await startProcess(server.database.url, WORKING);
  const { id } = await createExport(api, input);
  await hasWritten();
  const socket = openSocket(other.url, api.key);
  const seen = socket.watch<{ exportProgress: Exported }, object>(FOLLOW, { id });
  await seen.until(({ exportProgress }) => exportProgress.state === 'RUNNING');
  const { cancelExport } = await api.ask<{ cancelExport: Exported }, object>(CANCEL, { id });
  expect(cancelExport).toMatchObject({ state: 'CANCELED', summary: null });
  expect(await seen.end()).toEqual([]);
  expect(seen.seen.at(-1)?.exportProgress.state).toBe('CANCELED');
  await eventually(files, (names) => names.length === before.length);
  await giveFree();
  expect(
    await api.fails('mutation ($id: ID!) { createExportDownload(id: $id) { url } }', { id }),
  ).toMatchObject({
    extensions: { code: 'BAD_USER_INPUT' },
  });
  await socket.close();
  await other.stop();
});

test.each([
  ['is none', join(import.meta.filename, 'exports')],
  // Nobody may make a file there, whoever it is.
  ['refuses the file', '/proc'],
])(
  'a folder that %s fails the export and says no more than that',
  {
    timeout: 60_000,
  },
  async (_, refusing) => {
    const other = await startProcess(server.database.url, { ...WORKING, EXPORT_FOLDER: refusing });
    const { id } = await createExport(api, input);
    const failed = await reaches(id, 'FAILED');
    expect(failed?.error).toMatchObject({
      code: 'INTERNAL',
      message: expect.stringMatching(/^The folder of exports/),
    });
    expect(await other.stop()).toBe(0);
  },
);

test('a process that starts removes old files that no job leads to, and no others', {
  timeout: 60_000,
}, async () => {
  const own = await mkdtemp(join(tmpdir(), 'campaign-analytics-exports-'));
  const settings = { ...WORKING, EXPORT_FOLDER: own, JOB_KEPT_MS: '60000' };
  const first = await startProcess(server.database.url, settings);
  const { id } = await createExport(api, input);
  await reaches(id, 'DONE');
  await first.stop();
  const [known = ''] = await readdir(own);
  const [old, young] = ['a', 'b'].map((each) => `${each.repeat(64)}.1`) as [string, string];
  for (const name of [old, `${old}.part`, young, 'notes.txt']) await writeFile(join(own, name), '');
  const before = new Date(Date.now() - 61_000);
  for (const name of [known, old, `${old}.part`, 'notes.txt']) await utimes(join(own, name), before, before);
  const second = await startProcess(server.database.url, settings);
  const left = await eventually(
    async () => (await readdir(own)).sort(),
    (names) => names.length <= 3,
  );
  expect(left).toEqual([known, young, 'notes.txt'].sort());
  await second.stop();
  await rm(own, { recursive: true });
});

test('an export under way while a contact is erased begins again, without the contact', {
  timeout: 60_000,
}, async () => {
  const { api: own, campaignId: ownCampaign } = await startCampaign(server);
  await record(own, message(ownCampaign, { contact: phone(0) }), message(ownCampaign, { contact: phone(1) }));
  const giveFree = await holdUp();
  const other = await startProcess(server.database.url, WORKING);
  const { id } = await createExport(own, { kind: 'MESSAGES', campaignId: ownCampaign });
  await hasWritten();
  // It stands still meanwhile, or might be over before the contact is erased.
  process.kill(other.pid, 'SIGSTOP');
  await giveFree();
  await own.ask(EraseContactDocument, { phone: phone(0) });
  process.kill(other.pid, 'SIGCONT');
  expect(await reaches(id, 'DONE', own)).toMatchObject({ summary: { rows: 2 } });
  const text = (await fetchExport(server.url, own, id)).toString();
  expect(text).not.toContain(phone(0));
  await other.stop();
});
