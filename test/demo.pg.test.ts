// The demo's live campaign, sent by its real sender over the public API, in a time that runs a hundred times faster.
import { setTimeout as delay } from 'node:timers/promises';
import { CampaignsDocument } from '@campaign-analytics/schema/graphql';
import { openClient } from '@campaign-analytics/server/demo/client.js';
import { tellExample } from '@campaign-analytics/server/demo/example.js';
import { tellHistory } from '@campaign-analytics/server/demo/history.js';
import { planRun } from '@campaign-analytics/server/demo/plan.js';
import { startSender } from '@campaign-analytics/server/demo/sender.js';
import { expect, test } from 'vitest';
import { boxes } from './harness/campaign.ts';
import { openKeptLog } from './harness/logs.ts';
import { type TestAccount, useServer } from './harness/server.ts';

const HASTE = 100;

const server = useServer();
const clientOf = ({ key }: TestAccount) => openClient(() => server.url, key);

function hasten() {
  const startedMs = Date.now();
  return {
    now: () => startedMs + (Date.now() - startedMs) * HASTE,
    wait: (ms: number, signal: AbortSignal) => delay(ms / HASTE, undefined, { signal }),
  };
}

/** Sends until the account's campaigns, newest first, are as expected. */
async function sendUntil(
  api: TestAccount,
  isReached: (campaigns: { id: string; status: string }[]) => boolean,
) {
  const sender = startSender({
    client: clientOf(api),
    clock: hasten(),
    log: openKeptLog(),
    before: async () => undefined,
    onCampaign: () => undefined,
  });
  const read = async () => {
    const { campaigns } = await api.ask(CampaignsDocument, { first: 50 });
    return campaigns.edges.map(({ node }) => ({ id: node.id, status: node.analytics.status }));
  };
  await expect.poll(async () => isReached(await read()), { timeout: 15_000, interval: 20 }).toBe(true);
  await sender.stop();
  return read();
}

test('the standing campaign shows the first worked example, however often it is told', async () => {
  const api = await server.account();
  await tellExample(clientOf(api));
  const once = await boxes(api, 'demo-example');
  await tellExample(clientOf(api));
  expect(await boxes(api, 'demo-example')).toEqual(once);
  expect(once).toMatchObject({
    initialsSent: 8,
    conversations: 13,
    segments: 10,
    replies: 3,
    replyPercent: 38,
    contactsPerSender: 6,
    autoOptOuts: 0,
    manualOptOuts: 2,
    totalOptOuts: 2,
  });
});

test('the campaigns of the months before are archived and whole, however often they are told', async () => {
  const api = await server.account();
  const read = async () => {
    const { campaigns } = await api.ask(CampaignsDocument, { first: 50 });
    return campaigns.edges.map(({ node }) => node.analytics);
  };
  await tellHistory(clientOf(api));
  const once = await read();
  await tellHistory(clientOf(api));
  expect(await read()).toEqual(once);
  expect(once.map(({ status, conversations }) => [status, conversations])).toEqual(
    [180, 220, 140, 84].map((conversations) => ['ARCHIVED', conversations]),
  );
  for (const { initialsSent, replies, totalOptOuts } of once)
    expect(Math.min(initialsSent, replies, totalOptOuts)).toBeGreaterThan(0);
});

test('a run ends like a campaign, the next begins, and the oldest goes', async () => {
  const api = await server.account();
  const campaigns = await sendUntil(api, (those) => those[0]?.id === 'demo-live-5');
  expect(campaigns.map(({ id }) => id)).toEqual(['demo-live-5', 'demo-live-4', 'demo-live-3']);
  expect(campaigns.slice(1).map(({ status }) => status)).toEqual(['ARCHIVED', 'ARCHIVED']);
  const { initialsSent, conversations, replies, autoOptOuts, manualOptOuts } = await boxes(
    api,
    'demo-live-4',
  );
  const failed = planRun(4).steps.filter((step) => step.kind === 'status' && step.status.status === 'FAILED');
  expect({ initialsSent, conversations }).toEqual({ initialsSent: 286 - failed.length, conversations: 286 });
  expect(Math.min(replies, autoOptOuts, manualOptOuts)).toBeGreaterThan(0);
  const { rows } = await server.database.client.query(
    `select (select count(*) from conversation where account_id = $1)::int as conversations,
            (select count(distinct contact) = count(*) from opt_out where account_id = $1 and campaign_id = '') as is_one_each`,
    [api.accountId],
  );
  expect(rows).toEqual([{ conversations: 3 * 286, is_one_each: true }]);
});

test('a run that was interrupted goes on where it stopped', async () => {
  const api = await server.account();
  await sendUntil(api, (those) => those[0]?.id === 'demo-live-1');
  const resumed = await sendUntil(api, (those) => those[0]?.status === 'ARCHIVED');
  expect(resumed).toEqual([{ id: 'demo-live-1', status: 'ARCHIVED' }]);
  const said = planRun(1).steps.filter((step) => step.kind === 'message');
  const { rows } = await server.database.client.query(
    'select count(*)::int as messages from message where account_id = $1',
    [api.accountId],
  );
  expect(rows).toEqual([{ messages: said.length }]);
});

test('a plan names reserved numbers only', () => {
  expect(planRun(1).contacts.filter((contact) => !/^\+1\d{3}55501\d\d$/.test(contact))).toEqual([]);
  expect(planRun(7)).toEqual(planRun(7));
});
