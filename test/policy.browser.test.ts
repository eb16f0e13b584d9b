// The element under a policy that allows a page next to nothing.
import { expect, test } from 'vitest';
import { useBrowser } from './harness/browser.ts';
import { hostCampaign } from './harness/host.ts';
import { useServer } from './harness/server.ts';
import { useSite } from './harness/site.ts';

const server = useServer();
const site = useSite();
const browser = useBrowser();

const policyFor = (url: string, scriptSource: string): string =>
  [
    "default-src 'none'",
    `script-src ${scriptSource}`,
    `connect-src ${url.replace('http', 'ws')}`,
    "style-src 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');

async function open(scriptSource: string, script: string) {
  const campaign = await hostCampaign(server);
  const { token } = await campaign.issue();
  const { page, faults } = await browser.open();
  await page.addInitScript(() => {
    const violations: string[] = [];
    Object.assign(window, { violations });
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      violations.push(`${violatedDirective} ${blockedURI}`),
    );
  });
  await page.goto(
    site.put(
      '/strict.html',
      `<!doctype html><title>A host</title>${script}
       <campaign-analytics id="it" campaign-id="${campaign.campaignId}" token="${token}" endpoint="${server.url}"></campaign-analytics>`,
      { 'content-security-policy': policyFor(server.url, scriptSource) },
    ),
  );
  return { page, faults, campaign };
}

const CASES = [
  [
    "the host's own copy of the script",
    () => "'self'",
    () => '<script type="module" src="/own.js"></script>',
  ],
  [
    "the server's script, pinned by version and hash",
    () => server.url,
    (path: string, hash: string) =>
      `<script type="module" src="${server.url}/widget/${path}" integrity="${hash}" crossorigin></script>`,
  ],
] as const;

test.each(CASES)('%s works under a strict policy without a violation', async (_, source, script) => {
  const hashes = (await (await fetch(`${server.url}/widget/integrity.json`)).json()) as Record<
    string,
    string
  >;
  const [[path, hash] = ['', '']] = Object.entries(hashes);
  site.put('/own.js', await (await fetch(`${server.url}/widget/campaign-analytics.js`)).text());
  const { page, faults, campaign } = await open(source(), script(path, hash));
  const box = page.locator('[data-box="initialsSent"]');
  await expect.poll(() => box.textContent()).toContain('1 / 1');
  await campaign.send();
  await expect.poll(() => box.textContent()).toContain('2 / 2');
  for (const label of await page.locator('#it button').all()) await label.click();
  expect(await page.evaluate('violations')).toEqual([]);
  expect(faults).toEqual([]);
  expect(await page.locator('#it [part="boxes"]').evaluate((list) => getComputedStyle(list).display)).toBe(
    'grid',
  );
  const styled = await page
    .locator('#it')
    .evaluate((element) => element.shadowRoot?.querySelectorAll('[style], style').length);
  expect(styled).toBe(0);
});

test('a script that is not what its hash says does not run', async () => {
  const hash = `sha384-${'A'.repeat(64)}`;
  const { page, faults } = await open(
    server.url,
    `<script type="module" src="${server.url}/widget/campaign-analytics.js" integrity="${hash}" crossorigin></script>`,
  );
  await expect.poll(() => faults.join()).toContain('integrity');
  expect(await page.evaluate(() => customElements.get('campaign-analytics') === undefined)).toBe(true);
});
