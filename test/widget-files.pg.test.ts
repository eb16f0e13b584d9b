// What the server hands out to host pages: the script under its version and its hash, and the page for an iframe.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { hostCampaign } from './harness/host.ts';
import { useServer } from './harness/server.ts';

const lines: string[] = [];
const server = useServer({}, lines);
const get = (path: string): Promise<Response> => fetch(`${server.url}${path}`);

test('the script stands under its version for ever, with the hash that integrity.json states, for pages of any origin', async () => {
  const hashes = (await (await get('/widget/integrity.json')).json()) as Record<string, string>;
  const [[path, hash] = ['', '']] = Object.entries(hashes);
  expect(path).toMatch(/^\d+\.\d+\.\d+\/campaign-analytics\.js$/);
  const response = await get(`/widget/${path}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  expect(`sha384-${createHash('sha384').update(bytes).digest('base64')}`).toBe(hash);
  expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  const moving = await get('/widget/campaign-analytics.js');
  expect(new Uint8Array(await moving.arrayBuffer())).toEqual(bytes);
  expect(moving.headers.get('cache-control')).toBe('public, max-age=300');
});

test('both are sent compressed to whoever takes that, and as they are to others', async () => {
  const encodingOf = async (path: string, accepted: string) =>
    (await fetch(server.url + path, { headers: { 'accept-encoding': accepted } })).headers.get(
      'content-encoding',
    );
  const [versioned = ''] = Object.keys((await (await get('/widget/integrity.json')).json()) as object);
  for (const path of ['/widget/campaign-analytics.js', `/widget/${versioned}`]) {
    expect(await encodingOf(path, 'gzip, br')).toBe('br');
    expect(await encodingOf(path, 'gzip')).toBeNull();
    expect((await get(path)).headers.get('vary')).toContain('Accept-Encoding');
  }
});

const ancestorsOf = async (token: string): Promise<string | undefined> => {
  const response = await get(`/embed/campaigns/any?token=${token}`);
  expect(response.status).toBe(200);
  expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  expect(response.headers.get('cache-control')).toBe('no-store');
  return /frame-ancestors (.*)$/.exec(response.headers.get('content-security-policy') ?? '')?.[1];
};

test('the page for an iframe is framed by the origins of its token, and by any where it lists none', async () => {
  const { issue, api, campaignId } = await hostCampaign(server);
  expect(await ancestorsOf((await issue()).token)).toBe('*');
  const origins = ['https://app.example.com', server.url];
  const { createEmbedToken } = await api.ask<
    { createEmbedToken: { token: string } },
    { ids: string[]; origins: string[] }
  >(
    'mutation ($ids: [ID!]!, $origins: [String!]) { createEmbedToken(input: { campaignIds: $ids, origins: $origins }) { token } }',
    { ids: [campaignId], origins },
  );
  expect(await ancestorsOf(createEmbedToken.token)).toBe(origins.join(' '));
});

test.each([
  '',
  'nonsense',
  'a.b.c',
  `a.${Buffer.from('{"origins":["x; script-src *", 1]}').toString('base64url')}.c`,
])('a token that is none, %j, adds nothing to the policy', async (token) => {
  expect(await ancestorsOf(token)).toBe('*');
});

test('no log line has a token out of a query', async () => {
  const { issue } = await hostCampaign(server);
  const { token } = await issue();
  await get(`/embed/campaigns/any?token=${token}`);
  await get(`/embed/nothing?token=${token}`);
  expect(lines.join('\n')).not.toContain(token);
});
