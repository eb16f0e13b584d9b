// Pings between real sockets: who answers stays, who is gone without a word is ended.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { openHeartbeat } from '@campaign-analytics/server/api/heartbeat.js';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { within } from './harness/deadline.ts';

test('a peer that answers no ping is ended, others are not', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const heartbeat = openHeartbeat(120);
  const connect = async (autoPong: boolean): Promise<[client: WebSocket, server: WebSocket]> => {
    const accepted = once(server, 'connection');
    const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, { autoPong });
    const [socket] = (await accepted) as [WebSocket];
    heartbeat.watch(socket);
    return [client, socket];
  };
  const [talking, heard] = await connect(true);
  const [silent, unheard] = await connect(false);
  let pings = 0;
  talking.on('ping', () => pings++);
  const ends = Promise.all([once(silent, 'close'), once(unheard, 'close')]);
  expect((await within(ends, 'the silent one to be ended')).map(([code]) => code)).toEqual([1006, 1006]);
  const before = pings;
  while (pings < before + 3) await within(once(talking, 'ping'), 'another ping');
  expect(heard.readyState).toBe(WebSocket.OPEN);
  talking.terminate();
  heartbeat.close();
  server.close();
});
