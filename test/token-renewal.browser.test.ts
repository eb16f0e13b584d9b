// Tokens of a host page over hours: renewed, expired, refused, out of reach. Where it takes long, the page's clock is set forward.
import { RevokeEmbedTokenDocument } from '@campaign-analytics/schema/graphql';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser } from './harness/browser.ts';
import { embed, hostCampaign, openHost } from './harness/host.ts';
import { useServer } from './harness/server.ts';
import { useSite } from './harness/site.ts';

const server = useServer();
const site = useSite();
const browser = useBrowser();

type Answer = string | null | 'never';

/** The host's own address for tokens: answers the next of these, the last one again and again. */
async function serveTokens(page: Page, next: () => Promise<Answer>): Promise<{ asked: number }> {
  const count = { asked: 0 };
  await page.route('**/token.json', async (route) => {
    count.asked++;
    const answer = await next();
    if (answer === 'never') return;
    if (answer === null) await route.fulfill({ status: 403 });
    else await route.fulfill({ json: { token: answer }, headers: { date: new Date().toUTCString() } });
  });
  return count;
}

test('a token is renewed before it expires, on a machine whose clock is hours off, and the numbers never stop being live', async () => {
  const campaign = await hostCampaign(server);
  const [first, second] = [await campaign.brief(9), (await campaign.issue()).token];
  let count = { asked: 0 };
  const { sockets, shows, told } = await openHost(
    browser,
    site,
    embed(server.url, `campaign-id="${campaign.campaignId}" token-url="/token.json"`),
    async (blank) => {
      await blank.clock.setFixedTime(Date.now() - 5 * 3_600_000);
      count = await serveTokens(blank, async () => (count.asked === 1 ? first : second));
    },
  );
  await shows('1 / 1');
  await expect
    .poll(() => sockets.map((socket) => socket.isClosed()), { timeout: 12_000 })
    .toEqual([true, false]);
  expect(count.asked).toBe(2);
  await shows(`${await campaign.send()} / 2`);
  expect((await told()).filter(([type]) => type === 'statechange')).toEqual([['statechange', 'live']]);
});

test('expired by the server, a token of the attribute alone takes the numbers along, one with a source is replaced', async () => {
  const campaign = await hostCampaign(server);
  const brief = await campaign.brief(3);
  const { token } = await campaign.issue();
  let count = { asked: 0 };
  const { page, shows, told, is } = await openHost(
    browser,
    site,
    `${embed(server.url, `campaign-id="${campaign.campaignId}" token="${brief}"`, 'alone')}
     ${embed(server.url, `campaign-id="${campaign.campaignId}" token-url="/token.json"`)}`,
    async (blank) => {
      count = await serveTokens(blank, async () => (count.asked === 1 ? brief : token));
    },
  );
  await Promise.all([shows('1 / 1'), shows('1 / 1', 'alone')]);
  await is('TOKEN_EXPIRED', 'alone');
  expect(await page.locator('#alone [data-box="initialsSent"]').textContent()).toBe('');
  await expect.poll(() => told()).toContainEqual(['statechange', 'reconnecting']);
  await is('live');
  await shows(`${await campaign.send()} / 2`);
  expect(count.asked).toBe(2);
  expect((await told()).filter(([type]) => type !== 'update')).toEqual([
    ['statechange', 'live'],
    ['ready', undefined],
    ['statechange', 'reconnecting'],
    ['statechange', 'live'],
  ]);
});

test('a refusal of the source stops everything and takes the numbers off, and so does a revoked token', async () => {
  const campaign = await hostCampaign(server);
  const { id, token } = await campaign.issue();
  let count = { asked: 0 };
  const { page, shows, told, is } = await openHost(
    browser,
    site,
    `${embed(server.url, `campaign-id="${campaign.campaignId}" token-url="/token.json"`)}
     <campaign-analytics id="revoked" campaign-id="${campaign.campaignId}"></campaign-analytics>
     <script>
       window.asked = 0;
       document.getElementById('revoked').getToken = async () => { window.asked++; return '${token}'; };
     </script>`,
    async (blank) => {
      await blank.clock.install();
      count = await serveTokens(blank, async () =>
        count.asked === 1 ? (await campaign.issue()).token : null,
      );
    },
  );
  await Promise.all([shows('1 / 1'), shows('1 / 1', 'revoked')]);
  // A pause holds numbers, not a right to them.
  await page.evaluate("document.getElementById('revoked').pause()");
  await is('paused', 'revoked');
  await campaign.api.ask(RevokeEmbedTokenDocument, { id });
  await is('TOKEN_REVOKED', 'revoked');
  await page.clock.fastForward(700_000);
  await is('FORBIDDEN');
  await page.clock.fastForward(3_600_000);
  expect(count.asked).toBe(2);
  expect(await page.evaluate('window.asked')).toBe(1);
  expect(await page.locator('[data-box="initialsSent"]').allTextContents()).toEqual(['', '']);
  expect((await told()).at(-1)).toEqual(['error', 'FORBIDDEN']);
});

test('a source that never answers is asked again after ten seconds, one at a time', async () => {
  const campaign = await hostCampaign(server);
  let count = { asked: 0 };
  const { page, shows, told } = await openHost(
    browser,
    site,
    embed(server.url, `campaign-id="${campaign.campaignId}" token-url="/token.json"`),
    async (blank) => {
      await blank.clock.install();
      count = await serveTokens(blank, async () =>
        count.asked < 3 ? 'never' : (await campaign.issue()).token,
      );
    },
  );
  for (const asked of [1, 2]) {
    await expect.poll(() => count.asked).toBe(asked);
    // The page's clock goes on beside: a slow machine has seconds to spare here.
    await page.clock.fastForward(5_000);
    expect(count.asked).toBe(asked);
    await page.clock.fastForward(5_100);
    await page.clock.fastForward(30_000);
  }
  await shows('1 / 1');
  expect((await told()).filter(([type]) => type === 'error')).toEqual([]);
});

test('after ten minutes without a network, in which its token expired, the element is live again with a new one', async () => {
  const campaign = await hostCampaign(server);
  const brief = await campaign.brief(4);
  let count = { asked: 0 };
  const sockets: { close(): Promise<void> }[] = [];
  const { page, shows, is, told } = await openHost(
    browser,
    site,
    embed(server.url, `campaign-id="${campaign.campaignId}" token-url="/token.json"`),
    async (blank) => {
      await blank.clock.install();
      await blank.routeWebSocket(/graphql/, (socket) => {
        socket.connectToServer();
        sockets.push(socket);
      });
      count = await serveTokens(blank, async () =>
        count.asked === 1 ? brief : (await campaign.issue()).token,
      );
    },
  );
  await shows('1 / 1');
  await page.context().setOffline(true);
  await Promise.all(sockets.map((socket) => socket.close()));
  await is('reconnecting');
  for (let minute = 0; minute < 10; minute++) await page.clock.fastForward(60_000);
  await is('stale');
  await shows('1 / 1');
  await campaign.send();
  await page.context().setOffline(false);
  await shows('2 / 2');
  await is('live');
  expect((await told()).filter(([type]) => type === 'error')).toEqual([]);
});

test('elements with two tokens never mix, and those with one source share one request and one socket', async () => {
  const [one, other] = [await hostCampaign(server), await hostCampaign(server)];
  await other.send();
  let count = { asked: 0 };
  const { sockets, shows } = await openHost(
    browser,
    site,
    [
      embed(server.url, `campaign-id="${one.campaignId}" token-url="/token.json"`, 'a'),
      embed(server.url, `campaign-id="${one.campaignId}" token-url="./token.json"`, 'b'),
      embed(server.url, `campaign-id="${other.campaignId}" token="${(await other.issue()).token}"`, 'c'),
    ].join(''),
    async (blank) => {
      count = await serveTokens(blank, async () => (await one.issue()).token);
    },
  );
  await Promise.all([shows('1 / 1', 'a'), shows('1 / 1', 'b'), shows('2 / 2', 'c')]);
  expect([count.asked, sockets.length]).toEqual([1, 2]);
  await one.send();
  await other.send();
  await Promise.all([shows('2 / 2', 'a'), shows('2 / 2', 'b'), shows('3 / 3', 'c')]);
});
