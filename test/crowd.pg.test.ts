// Slow, many, rude: thousands of sockets that are cut and come back, readers that take nothing, callers that send more than can
// be recorded, connections that say nothing or nonsense. The server stays within its bounds, and everybody ends on what is true.
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { addCustomers, makePlace } from './faults/accounts.ts';
import { openCaller } from './faults/callers.ts';
import { type Checker, openChecker } from './faults/checker.ts';
import { type Crowd, openCrowd } from './faults/crowd.ts';
import { planDeeds } from './faults/deeds.ts';
import { GAUGE, type Gauge, readGauge } from './faults/gauge.ts';
import { type Instance, openInstance } from './faults/instance.ts';
import { openApi } from './harness/api.ts';
import { boxes, createCampaign } from './harness/campaign.ts';
import { type ServerProcess, startProcess } from './harness/process.ts';

const isLong = process.env.LONG === '1';
const READERS = isLong ? 5_000 : 400;
const WAVES = isLong ? 6 : 2;
const CALLERS = 100;
const DEEDS = isLong ? 2_000 : 500;
const RUDE = 50;
/** Far above what it takes, for machines that have much else to do. */
const LIMIT_MS = isLong ? 900_000 : 120_000;
/** What waits to be recorded is a thousand items here, and every reader may have one update that waits: all of it fits. */
const MOST_GROWTH_MB = isLong ? 300 : 150;
/** What one turn of the event loop takes is bounded, however many readers there are; the rest is the machine's own load. */
const MOST_DELAY_MS = 1_000;

let instance: Instance;
let server: ServerProcess;
let checker: Checker;
let crowd: Crowd;
const rude: (Socket | WebSocket)[] = [];
beforeAll(async () => {
  instance = await openInstance();
});
afterAll(async () => {
  crowd?.close();
  for (const each of rude) each instanceof WebSocket ? each.terminate() : each.destroy();
  expect(await server?.stop()).toBe(0);
  checker.logged(server.log());
  expect(checker.violations).toEqual([]);
  await instance?.close();
});

/** Connections that say nothing, half of something, or nonsense. */
function beRude(url: string): void {
  const { port } = new URL(url);
  const bytes = ['', 'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{', '\0\0\0\0', 'GET'];
  for (let index = 0; index < RUDE; index++) {
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(bytes[index % bytes.length] ?? '');
    rude.push(socket);
    const silent = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    silent.on('error', () => undefined);
    silent.on('open', () => index % 2 === 0 && silent.send('{"type":"nonsense"}'));
    rude.push(silent);
  }
}

test(`${READERS} readers, waves of them coming back, a flood of recording and rude company`, {
  timeout: LIMIT_MS,
}, async () => {
  const place = await makePlace(instance, 'crowd');
  checker = openChecker(place.adminUrl);
  const [customer] = await addCustomers(place, checker, 1);
  if (!customer) throw new Error('Expected a customer');
  const { told, key } = customer;
  server = await startProcess(place.url, { LOG_LEVEL: 'warn', QUEUE_ITEMS: '1000', STALLED_MS: '2000' }, [
    GAUGE,
  ]);
  const { url } = server;
  const api = openApi(url, key);
  const campaignId = await createCampaign(api, `${told.mark}c`);
  const { violate } = checker;
  crowd = openCrowd({ url, key, campaignId, size: READERS, violate });
  await crowd.present;
  const gauges: Gauge[] = [await readGauge(server)];

  const caller = openCaller(checker, told, key);
  const deeds = planDeeds(17, [campaignId], DEEDS * WAVES, told.mark);
  for (let wave = 0; wave < WAVES; wave++) {
    crowd.stall(0.1);
    crowd.scatter(0.4, 1_000);
    beRude(url);
    const plan = deeds.slice(wave * DEEDS, (wave + 1) * DEEDS).values();
    const call = async (): Promise<void> => {
      for (const deed of plan) await caller.insist(() => [url], deed);
    };
    await Promise.all(Array.from({ length: CALLERS }, call));
    gauges.push(await readGauge(server));
    crowd.goOn();
    await caller.read(url, 'an asker', campaignId);
  }

  const final = await boxes(api, campaignId);
  await crowd.reaches(final.revision, LIMIT_MS / 3);
  const payloads = [...crowd.payloads()].map((text) => JSON.parse(text).payload.data.campaignAnalytics);
  expect(new Set(payloads.map((each) => JSON.stringify(each)))).toEqual(new Set([JSON.stringify(final)]));
  await checker.inspect();
  expect(checker.violations).toEqual([]);
  const [idle] = gauges;
  const growthMb = Math.max(...gauges.map(({ rssMb }) => rssMb)) - (idle?.rssMb ?? 0);
  const delayMs = Math.max(...gauges.map(({ delayP99Ms }) => delayP99Ms));
  if (isLong) console.log('crowd', { growthMb, ...caller.counts, ...crowd.counts }, gauges);
  expect(growthMb).toBeLessThan(MOST_GROWTH_MB);
  expect(delayMs).toBeLessThan(MOST_DELAY_MS);
});
