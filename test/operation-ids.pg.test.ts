// One socket, one id for many operations: completed and used again at once, as hasty clients do, and as those do who want to
// leave something behind.
import { once } from 'node:events';
import { SetCampaignStatusDocument } from '@campaign-analytics/schema/graphql';
import { expect, test } from 'vitest';
import { openApi } from './harness/api.ts';
import { createCampaign } from './harness/campaign.ts';
import { eventually, within } from './harness/deadline.ts';
import { startTestServer, useServer } from './harness/server.ts';
import { connectBareSocket } from './harness/socket.ts';

const home = useServer();
const subscribe = (campaignId: string, id = '1', directive = ''): string =>
  JSON.stringify({
    id,
    type: 'subscribe',
    payload: {
      query: `subscription { campaignAnalytics(campaignId: "${campaignId}") ${directive} { status } }`,
    },
  });
const complete = JSON.stringify({ id: '1', type: 'complete' });

test('an id that is completed and used again at once is the new operation’s alone, and nothing of the others is left', async () => {
  const server = await startTestServer(home.database.url, { POLL_MS: '60000' });
  const { key } = await home.account();
  const api = openApi(server.url, key);
  const campaignId = await createCampaign(api);
  const socket = await connectBareSocket(server.url, key);
  const types: string[] = [];
  let last = '';
  socket.on('message', (data) => {
    const message = JSON.parse(String(data));
    types.push(message.type);
    last = message.payload?.data?.campaignAnalytics.status ?? last;
  });
  for (let round = 0; round < 20; round++) {
    socket.send(subscribe(campaignId));
    socket.send(complete);
  }
  socket.send(subscribe(campaignId));
  await eventually(
    async () => last,
    (status) => status === 'ACTIVE',
  );
  const before = server.counts().deliveries;
  await api.ask(SetCampaignStatusDocument, { id: campaignId, status: 'PAUSED' });
  await eventually(
    async () => last,
    (status) => status === 'PAUSED',
  );
  expect(server.counts().deliveries - before).toBe(1);
  expect(types).not.toContain('complete');
  socket.close();
  await within(once(socket, 'close'), 'the socket to close');
  const gone = server.counts().deliveries;
  await api.ask(SetCampaignStatusDocument, { id: campaignId, status: 'ACTIVE' });
  await connectBareSocket(server.url, key).then((other) => {
    other.send(subscribe(campaignId, '2'));
    return within(once(other, 'message'), 'the newest').then(() => other.close());
  });
  // To the last reader alone.
  expect(server.counts().deliveries - gone).toBe(1);
  await server.stop();
});

test('an id that is in use closes the socket with 4409', async () => {
  const { key } = await home.account();
  const campaignId = await createCampaign(openApi(home.url, key));
  const socket = await connectBareSocket(home.url, key);
  const closed = once(socket, 'close');
  socket.send(subscribe(campaignId));
  socket.send(subscribe(campaignId));
  expect((await within(closed, 'the close'))[0]).toBe(4409);
});

test.each(['@skip(if: true)', '@include(if: false)'])(
  'a subscription without its field, %s, is that operation’s error',
  async (directive) => {
    const { key } = await home.account();
    const campaignId = await createCampaign(openApi(home.url, key));
    const socket = await connectBareSocket(home.url, key);
    socket.send(subscribe(campaignId, '1', directive));
    const [data] = await within(once(socket, 'message'), 'an answer');
    expect(JSON.parse(String(data))).toMatchObject({
      id: '1',
      type: 'error',
      payload: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
    });
    socket.send(subscribe(campaignId, '2'));
    const [next] = await within(once(socket, 'message'), 'an answer');
    expect(JSON.parse(String(next))).toMatchObject({ id: '2', type: 'next' });
    socket.close();
  },
);
