// The server ends and begins anew under the pages of the console: what they show stays, with a word beside it, and goes on.
import type { Server } from '@campaign-analytics/server/server.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useBrowser } from './harness/browser.ts';
import { addContacts, createCampaign, message, phone, record } from './harness/campaign.ts';
import { openConsole } from './harness/console.ts';
import { startTestServer, useServer } from './harness/server.ts';

const SOON = { timeout: 8_000 };

/** The server that goes, beside one that stays and is told of messages meanwhile. */
const home = useServer();
const browser = useBrowser();
let server: Server;
const start = (port: string): Promise<Server> => startTestServer(home.database.url, { PORT: port });
beforeAll(async () => {
  server = await start('0');
});
afterAll(() => server?.stop());

test.each([
  ['the list', '/', 'tbody tr td:nth-child(3)'],
  ['Campaign Details', '/campaigns/c', 'campaign-analytics [part="value"]'],
])(
  '%s keeps its numbers while the server is gone, says so, and goes on when it is back',
  async (_, path, number) => {
    const api = await home.account();
    await createCampaign(api, 'c');
    await addContacts(api, 'c', 4);
    await record(api, message('c', { contact: phone(0), at: new Date().toISOString() }));
    const { page, faults } = await openConsole(browser, server.url, api.key, path);
    const shown = () => page.locator(number).first().innerText();
    const note = page.getByText('The server does not answer');
    await expect.poll(shown, SOON).toContain('1 / 4');
    const { port } = new URL(server.url);
    await server.stop();
    await expect.poll(() => note.count(), SOON).toBe(1);
    expect(await shown()).toContain('1 / 4');
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    await record(api, message('c', { contact: phone(1), at: new Date().toISOString() }));
    server = await start(port);
    await expect.poll(() => note.count(), SOON).toBe(0);
    await expect.poll(shown, SOON).toContain('2 / 4');
    await record(api, message('c', { contact: phone(2), at: new Date().toISOString() }));
    await expect.poll(shown, SOON).toContain('3 / 4');
    if (path !== '/')
      await expect
        .poll(() => page.getByRole('slider').getAttribute('aria-valuetext'), SOON)
        .toContain('Initials sent 3');
    expect(faults()).toEqual([]);
  },
  60_000,
);
