// What the element tells its page and lets itself be told: events, methods, properties.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteCampaignDocument } from '@campaign-analytics/schema/graphql';
import { expect, test } from 'vitest';
import { useBrowser } from './harness/browser.ts';
import { useBurst } from './harness/burst.ts';
import { embed, type HostedCampaign, hostCampaign, openHost } from './harness/host.ts';
import { useServer } from './harness/server.ts';
import { useSite } from './harness/site.ts';

const server = useServer();
const site = useSite();
const browser = useBrowser();
const burst = useBurst();

const attributesOf = async ({ campaignId, issue }: HostedCampaign): Promise<string> =>
  `campaign-id="${campaignId}" token="${(await issue()).token}"`;

test('ready comes once, when numbers are on the screen, and update with every later one', async () => {
  const campaign = await hostCampaign(server);
  const { page, shows, told } = await openHost(
    browser,
    site,
    `${embed(server.url, await attributesOf(campaign))}
     <script>
       document.getElementById('it').addEventListener('ready', ({ target, detail }) => {
         window.atReady = target.shadowRoot.querySelector('[data-box="initialsSent"]').textContent;
       });
     </script>`,
  );
  await shows('1 / 1');
  expect(await page.evaluate('window.atReady')).toContain('1 / 1');
  await campaign.send();
  await shows('2 / 2');
  expect(await told()).toEqual([
    ['statechange', 'live'],
    ['ready', undefined],
    ['update', '1'],
    ['update', '2'],
  ]);
});

test('without numbers there is an error with its code, which does not reach the window, and no ready', async () => {
  const campaign = await hostCampaign(server);
  const attributes = await attributesOf(campaign);
  await campaign.api.ask(DeleteCampaignDocument, { id: campaign.campaignId });
  const { page, told, is } = await openHost(
    browser,
    site,
    `<script>window.caught = 0; window.onerror = () => { window.caught++ };</script>
     ${embed(server.url, attributes)}
     ${embed(server.url, 'token="t"', 'bare')}
     ${embed(server.url, 'campaign-id="c" token="t" endpoint="ftp://x"', 'odd')}
     ${embed(server.url, 'campaign-id="c"', 'tokenless')}`,
  );
  await is('NOT_FOUND');
  expect(await told()).toEqual([
    ['statechange', 'NOT_FOUND'],
    ['error', 'NOT_FOUND'],
  ]);
  for (const [id, code] of [
    ['bare', 'MISSING_ATTRIBUTE'],
    ['odd', 'INVALID_ATTRIBUTE'],
    ['tokenless', 'MISSING_ATTRIBUTE'],
  ] as const)
    await is(code, id);
  expect(await page.evaluate('window.caught')).toBe(0);
});

test('properties set before the script came hold, and a function for tokens is asked for one', async () => {
  const campaign = await hostCampaign(server);
  const { token } = await campaign.issue();
  const { shows, page } = await openHost(
    browser,
    site,
    `<campaign-analytics id="it" campaign-id="${campaign.campaignId}"></campaign-analytics>
     <script>
       window.asked = 0;
       const element = document.getElementById('it');
       element.getToken = async ({ signal }) => {
         window.asked += signal instanceof AbortSignal;
         return { token: '${token}' };
       };
       element.messages = { title: 'Numbers' };
     </script>
     <script type="module" src="${server.url}/widget/campaign-analytics.js"></script>`,
  );
  await shows('1 / 1');
  expect(await page.evaluate('[window.asked, element.messages.title, Object.keys(element)]')).toEqual([
    1,
    'Numbers',
    [],
  ]);
});

test('paused, the numbers stand still and snapshot() says what stands there; resumed, they are the newest', async () => {
  const campaign = await hostCampaign(server);
  const { page, shows, told, is } = await openHost(
    browser,
    site,
    `${embed(server.url, await attributesOf(campaign))}
     ${embed(server.url, await attributesOf(campaign), 'goes-on')}`,
  );
  await Promise.all([shows('1 / 1'), shows('1 / 1', 'goes-on')]);
  await page.evaluate("document.getElementById('it').pause()");
  await is('paused');
  await campaign.send();
  await shows('2 / 2', 'goes-on');
  await shows('1 / 1');
  const shown = (): Promise<unknown> =>
    page.evaluate("document.getElementById('it').snapshot().initialsSent");
  expect(await shown()).toBe(1);
  await page.evaluate("document.getElementById('it').resume()");
  await shows('2 / 2');
  expect(await shown()).toBe(2);
  expect((await told()).filter(([type]) => type === 'statechange')).toEqual([
    ['statechange', 'live'],
    ['statechange', 'paused'],
    ['statechange', 'live'],
  ]);
});

test('refresh() after an error tries again with a new token, and among live numbers is not seen', async () => {
  const campaign = await hostCampaign(server);
  const answers: (string | null)[] = [null];
  const { page, is, shows, told } = await openHost(
    browser,
    site,
    embed(server.url, `campaign-id="${campaign.campaignId}" token-url="/token.json"`),
    (blank) =>
      blank.route('**/token.json', (route) => {
        const token = answers.at(-1);
        return token ? route.fulfill({ json: { token } }) : route.fulfill({ status: 401 });
      }),
  );
  await is('UNAUTHENTICATED');
  answers.push((await campaign.issue()).token);
  await page.evaluate("document.getElementById('it').refresh()");
  await shows('1 / 1');
  const before = (await told()).length;
  await page.evaluate("document.getElementById('it').refresh()");
  await campaign.send();
  await shows('2 / 2');
  expect((await told()).slice(before).filter(([type]) => type !== 'update')).toEqual([]);
});

test('of a thousand updates in a moment, at most one a frame is rendered, and the last is shown', async () => {
  const { page, shows } = await openHost(
    browser,
    site,
    embed(server.url, `campaign-id="burst" token="t" endpoint="${burst.url}"`),
  );
  await shows('0 / ');
  await page.evaluate(() => {
    const counts = { frames: 0, updates: 0, perFrame: 0, most: 0 };
    Object.assign(window, { counts });
    document.getElementById('it')?.addEventListener('update', () => {
      counts.updates++;
      counts.perFrame++;
      counts.most = Math.max(counts.most, counts.perFrame);
    });
    const frame = (): void => {
      counts.frames++;
      counts.perFrame = 0;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  burst.send(1_000);
  await shows('1,000 / ');
  const { updates, most } = (await page.evaluate('window.counts')) as { updates: number; most: number };
  expect(most).toBe(1);
  expect(updates).toBeLessThan(1_000);
});

test('another version that comes later says so, breaks nothing and changes nothing', async () => {
  const campaign = await hostCampaign(server);
  const lines: string[] = [];
  const script = await (await fetch(`${server.url}/widget/campaign-analytics.js`)).text();
  const { version } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../widget/package.json'), 'utf8'),
  ) as { version: string };
  expect(script).toContain(version);
  site.put('/widget/other.js', script.replaceAll(version, '99.0.0'));
  const { page, shows, faults } = await openHost(
    browser,
    site,
    embed(server.url, await attributesOf(campaign)),
    async (blank) => {
      blank.on('console', (line) => lines.push(`${line.type()}: ${line.text()}`));
    },
  );
  await shows('1 / 1');
  await page.evaluate(`import('${site.origin}/widget/other.js')`);
  await page.evaluate(`import('${server.url}/widget/campaign-analytics.js?again')`);
  await expect
    .poll(() => lines)
    .toEqual([
      `info: <campaign-analytics> is version ${version} on this page; version 99.0.0 came later and is not used.`,
    ]);
  await campaign.send();
  await shows('2 / 2');
  expect(faults).toEqual([]);
});

test('custom-elements.json names what the element really has', async () => {
  const path = join(import.meta.dirname, '../widget/dist/element/custom-elements.json');
  const [{ declarations }] = JSON.parse(readFileSync(path, 'utf8')).modules;
  const [{ attributes, members, cssParts }] = declarations;
  const names = (list: { name: string }[]): string[] => list.map(({ name }) => name).sort();
  const campaign = await hostCampaign(server);
  const { page, shows } = await openHost(browser, site, embed(server.url, await attributesOf(campaign)));
  await shows('1 / 1');
  const real = await page.evaluate(() => {
    const element = document.getElementById('it') as HTMLElement;
    const parts = [...(element.shadowRoot as ShadowRoot).querySelectorAll('[part]')].flatMap((each) => [
      ...each.part,
    ]);
    return {
      attributes: [
        ...(element.constructor as unknown as { observedAttributes: string[] }).observedAttributes,
      ].sort(),
      members: Object.getOwnPropertyNames(Object.getPrototypeOf(element))
        .filter((name) => !/^constructor$|Callback$|EventListener$/.test(name))
        .sort(),
      parts: [...new Set(parts)].sort(),
    };
  });
  const { parts, ...rest } = real;
  expect(rest).toEqual({ attributes: names(attributes), members: names(members) });
  expect(names(cssParts)).toEqual(expect.arrayContaining(parts));
});

test('boxclick says which box a reader asked about, and keeps its definition closed where the page prevents it', async () => {
  const campaign = await hostCampaign(server);
  const { page, shows } = await openHost(
    browser,
    site,
    `${embed(server.url, await attributesOf(campaign))}
     <script>
       window.clicks = [];
       window.isKept = true;
       document.addEventListener('boxclick', (event) => {
         if (window.isKept) event.preventDefault();
         window.clicks.push([event.detail.box, event.detail.snapshot.segments]);
       });
     </script>`,
  );
  await shows('1 / 1');
  const label = page.getByRole('button', { name: 'Segments' });
  const isOpen = (): Promise<number> => page.locator('#it [popover]:popover-open').count();
  await label.click();
  expect([await isOpen(), await page.evaluate('clicks')]).toEqual([0, [['segments', 1]]]);
  await page.evaluate('isKept = false');
  await label.click();
  expect(await isOpen()).toBe(1);
});

test('the pause button does what pause() and resume() do', async () => {
  const campaign = await hostCampaign(server);
  const { page, shows, is } = await openHost(browser, site, embed(server.url, await attributesOf(campaign)));
  await shows('1 / 1');
  await page.locator('#it [part="pause"]').click();
  await is('paused');
  await campaign.send();
  await page.locator('#it [part="pause"]').click();
  await shows('2 / 2');
});
