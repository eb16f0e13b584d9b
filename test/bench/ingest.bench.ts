// Recording on one hot campaign: batches of 500 and single messages over GraphQL and HTTP, beside the bare rows and beside
// one transaction a message, on the same PostgreSQL in the same run.
import { recount } from '@campaign-analytics/server/counters/recount.js';
import { Pool } from 'pg';
import { expect, test } from 'vitest';
import { openApi } from '../harness/api.ts';
import { createCampaign } from '../harness/campaign.ts';
import { useProcesses } from '../harness/process.ts';
import { useServer } from '../harness/server.ts';
import { type Cost, concurrently, costOf, line, ratio } from './figures.ts';
import { batchesOf, bodyOf, messagesOf, openSender } from './load.ts';
import { createPeerTables, insertBare, recordAlone } from './peers.ts';

const BATCH = 500;
const BATCHED = 100_000;
const BATCH_CALLERS = 4;
const SINGLE = 20_000;
const SINGLE_CALLERS = 64;
/** As it is operated; graphql-js checks more of itself elsewhere. */
const SETTINGS = { NODE_ENV: 'production', LOG_LEVEL: 'error', KEY_REQUESTS: '1000000' };

const home = useServer();
const start = useProcesses();

interface Measured {
  readonly cost: Cost;
  readonly messages: number;
}

test('batches of 500 against bare rows, single messages against a transaction each', async () => {
  const { url, pid } = await start(home.database.url, SETTINGS);
  const { accountId, key } = await home.account();
  const api = openApi(url, key);
  const { client } = home.database;
  const pool = new Pool({ connectionString: home.database.url, max: SINGLE_CALLERS });
  await createPeerTables(client);

  async function measure(
    name: string,
    server: number | undefined,
    messages: number,
    load: () => Promise<number[]>,
  ): Promise<Measured> {
    await client.query('checkpoint');
    let times: number[] = [];
    const cost = await costOf(client, server, async () => {
      times = await load();
    });
    console.log(line(name, cost, messages, times));
    return { cost, messages };
  }

  const send = openSender(url, key, SINGLE_CALLERS);
  const campaignId = await createCampaign(api);
  const bodies = (messages: number, size: number): string[] =>
    batchesOf(messagesOf(campaignId, messages), size).map(bodyOf);
  await concurrently(bodies(20_000, BATCH), BATCH_CALLERS, send);

  const ours = bodies(BATCHED, BATCH);
  const batched = await measure('batches of 500, 4 callers', pid, BATCHED, () =>
    concurrently(ours, BATCH_CALLERS, send),
  );
  const rows = batchesOf(messagesOf(campaignId, BATCHED), BATCH);
  const bare = await measure('floor: the same rows, bare multi-row INSERT', undefined, BATCHED, () =>
    concurrently(rows, BATCH_CALLERS, (batch) => insertBare(pool, accountId, batch)),
  );

  await concurrently(bodies(5_000, 1), SINGLE_CALLERS, send);
  const singles = bodies(SINGLE, 1);
  const single = await measure('single messages, 64 callers', pid, SINGLE, () =>
    concurrently(singles, SINGLE_CALLERS, send),
  );
  const alone = messagesOf(campaignId, SINGLE);
  const peer = await measure('peer: a transaction each, 64 callers, bare SQL', undefined, SINGLE, () =>
    concurrently(alone, SINGLE_CALLERS, (message) => recordAlone(pool, accountId, message)),
  );
  const unbatched = await start(home.database.url, { ...SETTINGS, BATCH_ITEMS: '1' });
  const sendUnbatched = openSender(unbatched.url, key, SINGLE_CALLERS);
  const apart = bodies(SINGLE, 1);
  const each = await measure('peer: a transaction each, over the same GraphQL', unbatched.pid, SINGLE, () =>
    concurrently(apart, SINGLE_CALLERS, sendUnbatched),
  );

  const { differences } = await recount(pool, false);
  await pool.end();
  expect(differences).toEqual([]);
  const compare = (name: string, one: Measured, other: Measured): void =>
    console.log(ratio(name, one.cost, other.cost, one.messages, other.messages));
  compare('batches of 500 to bare rows (must 0.25x, aim 0.4x)', batched, bare);
  compare('single messages to a transaction each, bare SQL', single, peer);
  compare('single messages to a transaction each, over GraphQL (must 4x, aim 15x)', single, each);
});
