// A million messages as CSV: through the API's export, from the request to the file on the disk, beside psql's \copy of the same
// rows as they are in the tables. Rate, CPU of all processes that take part, and the server's memory at its highest.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createExport, type ExportInput, readExport } from '../exports/exporting.ts';
import { openApi } from '../harness/api.ts';
import { createCampaign } from '../harness/campaign.ts';
import { eventually } from '../harness/deadline.ts';
import { useProcesses } from '../harness/process.ts';
import { useServer } from '../harness/server.ts';
import { cpuOf, cpuOfEndedChildren, cpuOfPostgres, percentile } from './figures.ts';

const MESSAGES = 1_000_000;
const CONTACTS = 100_000;
const ROUNDS = 3;
const MEGABYTE = 1_048_576;

const server = useServer({ JOBS_AT_ONCE: '0' });
const startProcess = useProcesses();
const hasPsql = spawnSync('psql', ['--version']).status === 0;

/** Numbers that nobody has: only their shape matters here. */
const CONTACT = (index: string): string => `'+1202555' || to_char(${index} % ${CONTACTS}, 'FM000000')`;
const FILL = [
  `insert into sender select $1, 's' || i, 'Sender ' || i from generate_series(0, 49) i`,
  `insert into campaign_sender select $1, $2, 's' || i, true from generate_series(0, 49) i`,
  `insert into message (account_id, id, campaign_id, contact, direction, sender_id, body, media_count, segments, at, status,
                        status_at, error_code, content_hash)
   select $1, gen_random_uuid(), $2, ${CONTACT('i')}, case when i % 4 = 3 then 'INBOUND' else 'OUTBOUND' end::message_direction,
          case when i % 4 < 3 then 's' || i % 50 end,
          case when i % 4 = 3 then 'Yes, "of course" 👍' else 'Hi Sam, this is Ana of the spring drive. Can you help us on Saturday? ' || i end,
          0, 1, timestamptz '2026-09-01' + i * interval '1 second', 'DELIVERED', timestamptz '2026-09-01', '', ''
     from generate_series(1, ${MESSAGES}) i`,
  `insert into conversation (account_id, campaign_id, contact, message_count, sent_count, received_count, segment_count,
                             first_message_at, last_message_at)
   select account_id, campaign_id, contact, count(*), count(*) filter (where direction = 'OUTBOUND'),
          count(*) filter (where direction = 'INBOUND'), count(*) filter (where direction = 'OUTBOUND'), min(at), max(at)
     from message where account_id = $1 and campaign_id = $2 group by account_id, campaign_id, contact`,
  `update campaign_analytics a set (conversations, initials_sent, replies, segments) = (
     select count(*), count(*) filter (where sent_count > 0), count(*) filter (where received_count > 0), sum(segment_count)
       from conversation c where c.account_id = $1 and c.campaign_id = $2)
    where a.account_id = $1 and a.campaign_id = $2`,
];

const COPIED = `select m.at, m.direction, case when m.media_count > 0 then 'MMS' else 'SMS' end as type, m.segments, m.status,
  m.error_code, m.contact, m.sender_id, s.name, m.body, m.media_count, m.id, m.campaign_id, c.name as campaign_name
  from message m left join sender s on s.account_id = m.account_id and s.id = m.sender_id
  left join campaign c on c.account_id = m.account_id and c.id = m.campaign_id`;

const megabytes = (pid: number, field: 'VmRSS' | 'VmHWM'): number =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;

interface Taken {
  readonly seconds: number;
  readonly cpu: number;
  /** The part of PostgreSQL in it. */
  readonly postgres: number;
}
const middle = (taken: readonly Taken[], by: keyof Taken): number =>
  percentile(
    taken.map((each) => each[by]),
    50,
  );

test(`${MESSAGES} messages as CSV`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'campaign-analytics-export-'));
  const { client, url } = server.database;
  const account = await server.account();
  const campaignId = await createCampaign(account);
  for (const text of FILL)
    await client.query(text, text.includes('$2') ? [account.accountId, campaignId] : [account.accountId]);
  await client.query('vacuum analyze');
  await client.query('checkpoint');

  const working = await startProcess(url, { EXPORT_FOLDER: join(folder, 'exports'), LOG_LEVEL: 'error' });
  const api = openApi(working.url, account.key);
  const copied = `${COPIED} where m.account_id = '${account.accountId}' and m.campaign_id = '${campaignId}'`;

  async function take(work: () => Promise<void>): Promise<Taken> {
    const look = async () => ({
      at: performance.now(),
      postgres: await cpuOfPostgres(client),
      others: cpuOf(working.pid) + cpuOfEndedChildren(process.pid),
    });
    const before = await look();
    await work();
    const seconds = (performance.now() - before.at) / 1_000;
    // What a connection has used is seen again only some time after its end.
    await delay(1_000);
    const after = await look();
    const postgres = after.postgres - before.postgres;
    return {
      seconds,
      cpu: postgres + after.others - before.others,
      postgres,
    };
  }
  async function runExport(input: ExportInput): Promise<void> {
    const { id } = await createExport(api, input);
    const done = await eventually(
      () => readExport(api, id),
      (each) => each?.finishedAt != null,
      300_000,
    );
    expect(done).toMatchObject({ state: 'DONE', summary: { rows: MESSAGES } });
  }
  async function runCopy(): Promise<void> {
    const path = join(folder, 'copied.csv');
    const statement = copied.replaceAll('\n', ' ');
    const child = hasPsql
      ? spawn('psql', [url, '-q', '-c', `\\copy (${statement}) to '${path}' csv header`], {
          stdio: ['ignore', 'ignore', 'inherit'],
        })
      : spawn(process.execPath, [join(import.meta.dirname, 'export/drain.js'), url, statement, path], {
          stdio: 'inherit',
        });
    const [code] = await once(child, 'close');
    expect(code).toBe(0);
    expect((await stat(path)).size).toBeGreaterThan(100 * MEGABYTE);
  }

  const restMb = megabytes(working.pid, 'VmRSS');
  writeFileSync(`/proc/${working.pid}/clear_refs`, '5');
  const inputs: Record<string, ExportInput> = {
    'export, CSV': { kind: 'MESSAGES', campaignId },
    'export, CSV with gzip': { kind: 'MESSAGES', campaignId, isCompressed: true },
    'export, JSON Lines': { kind: 'MESSAGES', campaignId, format: 'JSON_LINES' },
  };
  const taken = new Map<string, Taken[]>();
  const keep = (name: string, one: Taken) => taken.set(name, [...(taken.get(name) ?? []), one]);
  const how = hasPsql ? 'psql \\copy' : 'COPY TO STDOUT drained by a client in Node, as there is no psql';
  for (let round = 0; round < ROUNDS; round++) {
    keep(how, await take(runCopy));
    for (const [name, input] of Object.entries(inputs))
      if (round === 0 || name === 'export, CSV') keep(name, await take(() => runExport(input)));
  }
  const mostMb = megabytes(working.pid, 'VmHWM');
  for (const [name, each] of taken)
    console.log(
      `${name}: ${Math.round(MESSAGES / middle(each, 'seconds'))} rows/s, ${middle(each, 'cpu').toFixed(2)} s of CPU (all: ${each.map(({ seconds, cpu, postgres }) => `${seconds.toFixed(1)} s, CPU ${cpu.toFixed(1)} s, PostgreSQL's ${postgres.toFixed(1)} s`).join('; ')})`,
    );
  const [floor = [], own = []] = [taken.get(how), taken.get('export, CSV')];
  console.log(
    `export of ${MESSAGES} messages as CSV against ${how}: ${(middle(floor, 'seconds') / middle(own, 'seconds')).toFixed(2)}x by rate, ` +
      `${(middle(floor, 'cpu') / middle(own, 'cpu')).toFixed(2)}x by CPU of all processes; memory +${Math.round(mostMb - restMb)} MB (${Math.round(restMb)} MB at rest)`,
  );
  await rm(folder, { recursive: true });
});
