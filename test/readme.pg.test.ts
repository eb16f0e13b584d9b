// What the README tells people to copy, done as it says.
import { settingsTable } from '@campaign-analytics/server/config.js';
import { createClient } from 'graphql-ws';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { blocks, README } from './harness/readme.ts';
import { type TestAccount, useServer } from './harness/server.ts';

const server = useServer();

/** Runs the GraphQL of the README from top to bottom. @returns what each answered. */
async function follow(api: TestAccount): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (const source of blocks('graphql'))
    if (source.startsWith('subscription')) {
      const client = createClient({
        url: `${server.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: { authorization: `Bearer ${api.key}` },
      });
      for await (const { data } of client.iterate({ query: source })) {
        answers.push(data);
        break;
      }
      await client.dispose();
    } else answers.push(await api.ask(source));
  return answers;
}

test('the settings table is made from the settings', () => {
  expect(README).toContain(`\n${settingsTable()}\n\n`);
});

test('every request of the README is answered, and the numbers are what it recorded', async () => {
  const answers = await follow(await server.account());
  expect(answers).toMatchObject([
    { createCampaign: { id: 'my-campaign' }, addContacts: { recorded: 2 }, addSenders: { recorded: 1 } },
    {
      recordMessages: { recorded: 2, duplicates: 0, rejected: [] },
      recordMessageStatuses: { recorded: 1 },
      recordOptOuts: { recorded: 1 },
    },
    { campaignAnalytics: { initialsSent: 1, conversations: 2, replyPercent: 100 } },
    { campaignAnalytics: { initialsSent: 1, replies: 1, totalOptOuts: 1 } },
    { createEmbedToken: { token: expect.any(String) } },
    { campaignBreakdown: { activity: expect.any(Array), senders: expect.any(Array) } },
    { usage: expect.any(Array) },
    { createExport: { id: 'my-export' } },
    { exportProgress: { error: null } },
    { addOptOuts: { recorded: 2, duplicates: 0, rejected: [] } },
    { optOuts: { totalCount: 2 } },
  ]);
});
