// A process that makes an export is killed at every point of its job: when it is claimed, before its end is told, while that is
// committed, and after. Another process makes each whole, once, and nothing else stays in the folder.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createExport, type ExportInput, fetchExport, readExport, readRows } from './exports/exporting.ts';
import { message, phone, record, startCampaign } from './harness/campaign.ts';
import { eventually } from './harness/deadline.ts';
import { startProcess } from './harness/process.ts';
import { type TestAccount, useServer } from './harness/server.ts';

const ROUNDS = process.env.LONG === '1' ? 4 : 1;
const ROWS = 40;
const POINT = new URL('faults/point.js', import.meta.url).href;
/** Whose process died has lost it after ten seconds; this is what all of them have together, on any machine. */
const LIMIT_MS = 120_000;
const CLAIM = 'jobs: with next as';
const TELL = 'jobs: update job set state';
const COMMIT = 'jobs: commit';

const folder = await mkdtemp(join(tmpdir(), 'campaign-analytics-exports-'));
/** It takes what is asked for and leaves the work to others. */
const server = useServer({ JOBS_AT_ONCE: '0', EXPORT_FOLDER: folder });
let api: TestAccount;
let input: ExportInput;
beforeAll(async () => {
  const started = await startCampaign(server);
  api = started.api;
  input = { kind: 'MESSAGES', campaignId: started.campaignId };
  const messages = Array.from({ length: ROWS }, (_, index) =>
    message(started.campaignId, { contact: phone(index) }),
  );
  await record(api, ...messages);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Looking for a job tells first what was tried too often, so that the end of one is told the second time. */
const POINTS = [
  { moment: 'before', statement: CLAIM, times: 1 },
  { moment: 'before', statement: COMMIT, times: 1 },
  { moment: 'under way', statement: COMMIT, times: 1 },
  { moment: 'after', statement: COMMIT, times: 1 },
  { moment: 'before', statement: TELL, times: 2 },
  { moment: 'after', statement: TELL, times: 2 },
  { moment: 'before', statement: COMMIT, times: 2 },
  { moment: 'under way', statement: COMMIT, times: 2 },
  { moment: 'after', statement: COMMIT, times: 2 },
];

const settings = { EXPORT_FOLDER: folder, JOBS_AT_ONCE: '1', JOB_POLL_MS: '60000' };
const made: string[] = [];

test.each(Array.from({ length: ROUNDS }, (_, index) => index + 1))(
  'killed at every point of their jobs, exports are made whole by another process, once (round %i)',
  { timeout: 2 * LIMIT_MS },
  async () => {
    const ids: string[] = [];
    for (const point of POINTS) {
      ids.push((await createExport(api, input)).id);
      const victim = startProcess(server.database.url, { ...settings, POINT: JSON.stringify(point) }, [
        POINT,
      ]);
      // Some die before they serve, others after it.
      const [started] = await Promise.allSettled([victim]);
      if (started.status === 'fulfilled') expect([point, await started.value.ended]).toEqual([point, null]);
      else expect([point, started.reason.message]).toEqual([point, 'Expected a server, got ']);
    }
    const worker = await startProcess(server.database.url, { ...settings, JOB_POLL_MS: '100' });
    for (const id of ids) {
      const done = await eventually(
        () => readExport(api, id),
        (each) => each?.state === 'DONE' || each?.state === 'FAILED',
        LIMIT_MS,
      );
      expect(done).toMatchObject({ state: 'DONE', summary: { rows: ROWS } });
      expect(readRows(await fetchExport(server.url, api, id), input)).toHaveLength(ROWS);
    }
    made.push(...ids);
    const files = await readdir(folder);
    expect(files.filter((each) => each.endsWith('.part'))).toEqual([]);
    expect(files).toHaveLength(made.length);
    expect(await worker.stop()).toBe(0);
  },
);
