// The admin pages in a real Chromium, signed in with a key: the list, and a campaign with the element that hosts embed.
import { SetCampaignStatusDocument, UpdateCampaignDocument } from '@campaign-analytics/schema/graphql';
import { expect, test } from 'vitest';
import { useBrowser } from './harness/browser.ts';
import { createCampaign, message, phone, record, reply } from './harness/campaign.ts';
import { type TestAccount, useServer } from './harness/server.ts';

const server = useServer();
const browser = useBrowser();

async function signIn(api: TestAccount) {
  const { page, faults } = await browser.open();
  await page.goto(server.url);
  await page.getByLabel('API key').fill(api.key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  return { page, faults };
}

test('a wrong key is refused, and the page asks again', async () => {
  const { page } = await browser.open();
  await page.goto(server.url);
  await page.getByLabel('API key').fill('cak_this-key-was-never-given-to-anybody');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect.poll(() => page.getByRole('alert').textContent()).toContain('not accepted');
});

test("the list shows the account's campaigns, and their numbers move", async () => {
  const api = await server.account();
  const campaignId = await createCampaign(api);
  const { page, faults } = await signIn(api);
  const row = page.getByRole('row', { name: /A campaign/ });
  await expect.poll(() => row.textContent()).toContain('0 / 0');
  await record(api, message(campaignId, { contact: phone(0) }), reply(campaignId, { contact: phone(0) }));
  await expect.poll(() => row.textContent(), { timeout: 5_000 }).toContain('1 / 1');
  await expect.poll(() => row.textContent()).toContain('100%');
  expect(faults.filter((fault) => !fault.includes('401'))).toEqual([]);
});

test("a campaign's page has its general information on top and the eight boxes below", async () => {
  const api = await server.account();
  const campaignId = await createCampaign(api);
  await api.ask(UpdateCampaignDocument, {
    id: campaignId,
    input: { description: 'For the river', initialMessage: 'Hi there!', opensAt: '09:00', closesAt: '21:00' },
  });
  await record(api, message(campaignId, { contact: phone(0) }));
  const { page } = await signIn(api);
  await page.getByRole('link', { name: 'A campaign' }).click();
  await expect.poll(() => page.getByRole('heading', { level: 1 }).textContent()).toBe('A campaign');
  await expect.poll(() => page.getByText('Hi there!').count()).toBe(1);
  await expect.poll(() => page.getByText('9:00 AM – 9:00 PM').count()).toBe(1);
  const values = page.locator('campaign-analytics [part="value"]');
  await expect.poll(() => values.first().innerText()).toBe('1 / 1');
  expect(await values.count()).toBe(8);
  await api.ask(SetCampaignStatusDocument, { id: campaignId, status: 'PAUSED' });
  await expect
    .poll(() => page.locator('campaign-analytics').getByRole('status').textContent())
    .toBe('Paused');
});
