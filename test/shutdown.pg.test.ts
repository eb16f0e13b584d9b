// A real process is told to end while it works: whoever asks is answered or has to go elsewhere, nothing acknowledged is
// lost, nothing is half done, and it is over in time.
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import {
  type MessageInput,
  RecordMessagesDocument,
  WatchCampaignAnalyticsDocument,
} from '@campaign-analytics/schema/graphql';
import { print } from 'graphql';
import { expect, test } from 'vitest';
import { type Api, openApi } from './harness/api.ts';
import { createCampaign, differences, message, phone, record } from './harness/campaign.ts';
import { useDatabase } from './harness/database.ts';
import { eventually } from './harness/deadline.ts';
import { useProcesses } from './harness/process.ts';
import { openSocket } from './harness/socket.ts';

const KEY = 'cak_a-key-for-the-tests-of-an-orderly-end-of-all';
const CALLERS = 16;
const database = useDatabase();
const startProcess = useProcesses();

const start = async (settings: Record<string, string>) => {
  const server = await startProcess(database.url, { BOOTSTRAP_API_KEY: KEY, ...settings });
  return { server, api: openApi(server.url, KEY) };
};

interface Told {
  readonly item: MessageInput;
  /** HTTP's status, or the code of a connection's failure. */
  readonly outcome: number | string;
}

/** Records one message over a connection of the agent's. */
const tell = (url: string, agent: Agent, item: MessageInput): Promise<Told> =>
  new Promise((resolve) => {
    const text = JSON.stringify({ query: print(RecordMessagesDocument), variables: { messages: [item] } });
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${KEY}` };
    const asking = request(`${url}/graphql`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('error', () => resolve({ item, outcome: 'CUT' }));
      response.on('end', () => resolve({ item, outcome: response.statusCode ?? 0 }));
    });
    asking.on('error', (error: NodeJS.ErrnoException) => resolve({ item, outcome: error.code ?? 'UNKNOWN' }));
    asking.end(text);
  });

/** Callers that tell one message after the other over connections which they keep, until they are refused. */
function startCallers(url: string, campaignId: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: CALLERS });
  const told: Told[] = [];
  const callers = Array.from({ length: CALLERS }, async (_, caller) => {
    for (let index = 0; ; index++) {
      const item = message(campaignId, { id: randomUUID(), contact: phone((caller * 31 + index) % 500) });
      const each = await tell(url, agent, item);
      told.push(each);
      if (each.outcome === 'ECONNREFUSED') return;
    }
  });
  return { told, ended: Promise.all(callers).finally(() => agent.destroy()) };
}

/** What was acknowledged is there, and of the rest nothing is. */
async function check(api: Api, campaignId: string, told: readonly Told[]): Promise<void> {
  for (const { item, outcome } of told)
    expect([outcome, await record(api, item)]).toEqual([
      outcome,
      { recorded: outcome === 200 ? 0 : 1, duplicates: outcome === 200 ? 1 : 0, rejected: [] },
    ]);
  expect(await differences(database.url)).toEqual([]);
  expect(campaignId).not.toBe('');
}

test.each([
  ['with a drain', '1500'],
  ['without one', '0'],
])(
  '%s, everybody is answered or refused, and what was not answered was not taken',
  async (_, drain) => {
    const { server, api } = await start({ DRAIN_MS: drain });
    const campaignId = await createCampaign(api);
    const socket = openSocket(server.url, KEY);
    const watch = socket.watch(WatchCampaignAnalyticsDocument, { campaignId });
    await watch.until(() => true);
    const { told, ended } = startCallers(server.url, campaignId);
    await eventually(
      async () => told.length,
      (count) => count > 200,
    );
    const toldMs = performance.now();
    const stopping = server.stop();
    if (drain !== '0') {
      const leaving = await eventually(
        () => fetch(`${server.url}/readyz`),
        ({ status }) => status === 503,
      );
      expect(await leaving.json()).toMatchObject({ findings: [{ check: 'serving', isOk: false }] });
      expect(leaving.headers.get('connection')).toBe('close');
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
      // Who has not been sent elsewhere yet is served as ever.
      expect(await record(api, message(campaignId, { contact: phone(599) }))).toMatchObject({ recorded: 1 });
    }
    expect(await stopping).toBe(0);
    expect(performance.now() - toldMs).toBeLessThan(Number(drain) + 9_000);
    expect((await socket.closed()).code).toBe(1012);
    await ended;

    const outcomes = new Set(told.map(({ outcome }) => outcome));
    // A connection that nobody asks anything of is closed, perhaps while a request is on its way to it.
    for (const each of drain === '0' ? ['ECONNRESET', 'EPIPE'] : []) outcomes.delete(each);
    expect(outcomes).toEqual(new Set([200, 'ECONNREFUSED']));
    const next = await start({});
    await check(next.api, campaignId, told);
  },
  60_000,
);

test('told twice it ends at once; told twice within a moment, as npm does it, it ends in order', async () => {
  const { server } = await start({ DRAIN_MS: '60000' });
  process.kill(server.pid, 'SIGTERM');
  await eventually(
    () => fetch(`${server.url}/readyz`),
    ({ status }) => status === 503,
  );
  process.kill(server.pid, 'SIGTERM');
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  const startedMs = performance.now();
  const ended = await eventually(
    async () => {
      try {
        return process.kill(server.pid, 'SIGTERM');
      } catch {
        return false;
      }
    },
    (isThere) => !isThere,
  );
  expect(ended).toBe(false);
  expect(performance.now() - startedMs).toBeLessThan(5_000);
  expect(await server.stop()).toBe(1);
});
