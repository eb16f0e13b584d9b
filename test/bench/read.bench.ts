// Reading the eight boxes: one row by its primary key, at 1,000 and at 1,000,000 conversations, beside the seven counts over
// contacts and messages that platforms of this field run when somebody opens the page. SQL time, as PostgreSQL measures it.
import { recount } from '@campaign-analytics/server/counters/recount.js';
import { Pool } from 'pg';
import { expect, test } from 'vitest';
import { boxes, createCampaign } from '../harness/campaign.ts';
import { useServer } from '../harness/server.ts';
import { percentile } from './figures.ts';

const SMALL = 1_000;
const LARGE = 1_000_000;

const server = useServer();

// Two messages out and every third contact's answer, straight into the tables: a recount then sets the numbers.
const FILL_CONVERSATIONS = `
  insert into conversation (account_id, campaign_id, contact)
  select $1, $2, '+1' || (2010000000 + n) from generate_series(1, $3::int) n`;
const FILL_MESSAGES = `
  insert into message (account_id, id, campaign_id, contact, direction, body, media_count, segments, at, status, status_at,
                       error_code, content_hash)
  select $1, $2 || '-' || n || '-' || m, $2, '+1' || (2010000000 + n),
         case when m = 3 then 'INBOUND' else 'OUTBOUND' end::message_direction,
         'Hi, can you help on Saturday?', 0, 1, now(), 'DELIVERED', now(), '', '\\x00'
    from generate_series(1, $3::int) n, generate_series(1, 3) m
   where m < 3 or n % 3 = 0`;

const OURS = `select * from campaign_analytics where account_id = $1 and campaign_id = $2`;
const JOINED = `from conversation c join message m
  on m.account_id = c.account_id and m.campaign_id = c.campaign_id and m.contact = c.contact
  where c.account_id = $1 and c.campaign_id = $2`;
const PEERS = [
  `select count(*) from conversation where account_id = $1 and campaign_id = $2`,
  `select count(distinct c.contact) ${JOINED} and m.direction = 'OUTBOUND' and m.status <> 'FAILED'`,
  `select sum(m.segments) ${JOINED} and m.direction = 'OUTBOUND' and m.status <> 'FAILED'`,
  `select count(distinct c.contact) ${JOINED} and m.direction = 'INBOUND'`,
  `select count(*) from campaign_sender where account_id = $1 and campaign_id = $2 and is_active`,
  `select count(distinct contact) from opt_out where account_id = $1 and campaign_id = $2 and source = 'AUTO'`,
  `select count(distinct contact) from opt_out where account_id = $1 and campaign_id = $2 and source = 'MANUAL'`,
];

test('the boxes of a small and a large campaign, and the peers’ counts', async () => {
  const api = await server.account();
  const pool = new Pool({ connectionString: server.database.url, max: 1 });
  const [small, large] = [await createCampaign(api, 'small'), await createCampaign(api, 'large')];
  for (const [id, count] of [[small, SMALL] as const, [large, LARGE] as const])
    for (const statement of [FILL_CONVERSATIONS, FILL_MESSAGES])
      await pool.query(statement, [api.accountId, id, count]);
  await recount(pool, true);
  await pool.query('vacuum analyze');
  expect((await recount(pool, false)).differences).toEqual([]);
  expect(await boxes(api, large)).toMatchObject({
    conversations: LARGE,
    initialsSent: LARGE,
    segments: 2 * LARGE,
    replies: Math.floor(LARGE / 3),
  });

  /** Milliseconds that PostgreSQL takes for a statement, the median of some runs. */
  async function timeOf(statement: string, campaignId: string, runs: number): Promise<number> {
    const times: number[] = [];
    for (let run = 0; run < runs; run++) {
      const { rows } = await pool.query(`explain (analyze, timing off, format json) ${statement}`, [
        api.accountId,
        campaignId,
      ]);
      times.push(rows[0]['QUERY PLAN'][0]['Execution Time']);
    }
    return times.sort((one, other) => one - other)[Math.floor(runs / 2)] ?? Number.NaN;
  }
  const ours = { small: await timeOf(OURS, small, 501), large: await timeOf(OURS, large, 501) };
  let peers = 0;
  for (const statement of PEERS) peers += await timeOf(statement, large, 3);
  await pool.end();
  console.log(
    `boxes of ${SMALL} conversations ${ours.small} ms, of ${LARGE} conversations ${ours.large} ms: ` +
      `${percentile([ours.large / ours.small], 50)}x (must 1.2x)`,
  );
  console.log(
    `seven counts over ${LARGE} conversations ${peers.toFixed(0)} ms: ours ${(ours.large / peers).toFixed(7)}x (must 0.001x, aim 0.0002x)`,
  );
});
