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
import {
  allDuplicates,
  allRecorded,
  createCampaign,
  differences,
  message,
  phone,
  record,
} from './harness/campaign.ts';
import { useDatabase } from './harness/database.ts';
import { eventually } from './harness/deadline.ts';
import { type ServerProcess, useProcesses } from './harness/process.ts';
import { openSocket } from './harness/socket.ts';

const KEY = 'cak_a-key-for-the-tests-of-an-orderly-end-of-all';
const CALLERS = 16;
const STOP_WITHIN_MS = 9_000;
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
  /** It was the connection's last answer. */
  readonly isLast: boolean;
}

/** Records one message over a connection of the agent's. */
const tell = (url: string, agent: Agent, item: MessageInput): Promise<Told> =>
  new Promise((resolve) => {
    const text = JSON.stringify({ query: print(RecordMessagesDocument), variables: { messages: [item] } });
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${KEY}` };
    const fail = (outcome: string) => resolve({ item, outcome, isLast: true });
    const asking = request(`${url}/graphql`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      const isLast = response.headers.connection === 'close';
      response.on('error', () => fail('CUT'));
      response.on('end', () => resolve({ item, outcome: response.statusCode ?? 0, isLast }));
    });
    asking.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? 'UNKNOWN'));
    asking.end(text);
  });

/**
 * Callers that tell one message after the other over connections which they keep.
 *
 * @param isLed - they go elsewhere with their connection's last answer, as a load balancer leads them; otherwise they go on
 * until they are refused.
 */
function startCallers(url: string, campaignId: string, isLed: boolean) {
  const agent = new Agent({ keepAlive: true, maxSockets: CALLERS });
  const told: Told[] = [];
  const callers = Array.from({ length: CALLERS }, async (_, caller) => {
    for (let index = 0; ; index++) {
      const item = message(campaignId, { id: randomUUID(), contact: phone((caller * 31 + index) % 500) });
      const each = await tell(url, agent, item);
      told.push(each);
      if (isLed ? each.isLast : each.outcome === 'ECONNREFUSED') return;
    }
  });
  return { told, ended: Promise.all(callers).finally(() => agent.destroy()) };
}

/** What was acknowledged is there, and of the rest nothing is: told again, it is all duplicates, and all new. */
async function check(api: Api, told: readonly Told[]): Promise<void> {
  for (const isAcknowledged of [true, false]) {
    const items = told.filter(({ outcome }) => (outcome === 200) === isAcknowledged).map(({ item }) => item);
    while (items.length > 0) {
      const batch = items.splice(0, 500);
      const answer = isAcknowledged ? allDuplicates(batch.length) : allRecorded(batch.length);
      expect(await record(api, ...batch)).toEqual(answer);
    }
  }
  expect(await differences(database.url)).toEqual([]);
}

async function startLoad(server: ServerProcess, api: Api, isLed: boolean) {
  const campaignId = await createCampaign(api);
  const socket = openSocket(server.url, KEY);
  await socket.watch(WatchCampaignAnalyticsDocument, { campaignId }).until(() => true);
  const { told, ended } = startCallers(server.url, campaignId, isLed);
  await eventually(
    async () => told.length,
    (count) => count > 200,
  );
  return { campaignId, socket, told, ended };
}

test('with a drain, who goes elsewhere when told so has every answer, and who does not is served meanwhile', async () => {
  const { server, api } = await start({ DRAIN_MS: '2000' });
  const { campaignId, socket, told, ended } = await startLoad(server, api, true);
  const toldMs = performance.now();
  const stopping = server.stop();
  const leaving = await eventually(
    () => fetch(`${server.url}/readyz`),
    ({ status }) => status === 503,
  );
  expect(await leaving.json()).toMatchObject({ findings: [{ check: 'serving', isOk: false }] });
  expect(leaving.headers.get('connection')).toBe('close');
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  expect(await record(api, message(campaignId, { contact: phone(599) }))).toMatchObject({ recorded: 1 });
  await ended;
  expect(await stopping).toBe(0);
  expect(performance.now() - toldMs).toBeLessThan(2_000 + STOP_WITHIN_MS);
  expect((await socket.closed()).code).toBe(1012);
  expect(new Set(told.map(({ outcome }) => outcome))).toEqual(new Set([200]));
  await check((await start({})).api, told);
}, 60_000);

test('without one, what was answered is there, and what was not was not taken', async () => {
  const { server, api } = await start({});
  const { socket, told, ended } = await startLoad(server, api, false);
  const toldMs = performance.now();
  expect(await server.stop()).toBe(0);
  expect(performance.now() - toldMs).toBeLessThan(STOP_WITHIN_MS);
  expect((await socket.closed()).code).toBe(1012);
  await ended;
  const outcomes = new Set(told.map(({ outcome }) => outcome));
  expect(outcomes).toContain(200);
  expect(outcomes).toContain('ECONNREFUSED');
  // A connection that has no request under way is closed, perhaps while one is on its way to it.
  for (const each of outcomes) expect([200, 'ECONNREFUSED', 'ECONNRESET', 'EPIPE']).toContain(each);
  await check((await start({})).api, told);
}, 60_000);

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
