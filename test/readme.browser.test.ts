// What the README tells people to copy, done as it says.
import { join } from 'node:path';
import { IssueEmbedTokenDocument } from '@campaign-analytics/schema/graphql';
import { settingsTable } from '@campaign-analytics/server/config.js';
import { createClient } from 'graphql-ws';
import { build } from 'vite';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { useBrowser } from './harness/browser.ts';
import { blocks, README } from './harness/readme.ts';
import { type TestAccount, useServer } from './harness/server.ts';
import { useSite } from './harness/site.ts';

const server = useServer();
const site = useSite();
const browser = useBrowser();

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
  ]);
});

test('the snippet for any page shows the boxes there', async () => {
  const api = await server.account();
  await follow(api);
  const { createEmbedToken } = await api.ask(IssueEmbedTokenDocument, {
    input: { campaignIds: ['my-campaign'] },
  });
  const [snippet = ''] = blocks('html');
  const { page, faults } = await browser.open();
  await page.goto(
    site.put(
      '/host.html',
      `<!doctype html>${snippet.replace('http://localhost:4000', server.url).replace('TOKEN', createEmbedToken.token)}`,
    ),
  );
  await expect.poll(() => page.locator('[part="value"]').first().innerText()).toBe('1 / 2');
  expect(faults).toEqual([]);
});

test("the snippet for React shows the boxes there, through the host's own Apollo Client", async () => {
  const api = await server.account();
  await follow(api);
  const { createEmbedToken } = await api.ask(IssueEmbedTokenDocument, {
    input: { campaignIds: ['my-campaign'] },
  });
  const [snippet = ''] = blocks('tsx');
  const code = snippet
    .replace('ws://localhost:4000', server.url.replace('http', 'ws'))
    .replace('TOKEN', createEmbedToken.token);
  const pages = join(import.meta.dirname, 'pages');
  const bundle = await build({
    configFile: false,
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
    oxc: { jsx: { runtime: 'automatic', development: false } },
    plugins: [
      {
        name: 'readme',
        enforce: 'pre',
        resolveId: (id) => (id === './readme.js' ? join(pages, 'readme.tsx') : undefined),
        load: (id) => (id === join(pages, 'readme.tsx') ? code : undefined),
      },
    ],
    build: { write: false, rolldownOptions: { input: join(pages, 'react-host.tsx') } },
  });
  const [chunk] = (bundle as { output: { code: string }[] }).output;
  site.put('/react.js', chunk?.code ?? '');
  const { page, faults } = await browser.open();
  await page.goto(
    site.put(
      '/react.html',
      '<!doctype html><div id="root"></div><script type="module" src="/react.js"></script>',
    ),
  );
  const initialsSent = page.locator('[data-box="initialsSent"]');
  await expect.poll(() => initialsSent.innerText()).toBe('1 / 2');
  const [, recording = ''] = blocks('graphql');
  await api.ask(recording.replaceAll('m-', 'n-').replaceAll('5550101', '5550102'));
  await expect.poll(() => initialsSent.innerText()).toBe('2 / 2');
  expect(faults).toEqual([]);
});
