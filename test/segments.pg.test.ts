// Segments, told and read over the public API: computed from a body, given by a provider, or none.
import { afterAll, expect, test } from 'vitest';
import { at, boxes, differences, message, phone, record, reply, startCampaign } from './harness/campaign.ts';
import { useServer } from './harness/server.ts';

const server = useServer();
afterAll(async () => expect(await differences(server.database.url)).toEqual([]));

const start = () => startCampaign(server);
const contact = phone(0);

test.each([
  ['no text', '', 1],
  ['160 characters of GSM-7', 'a'.repeat(160), 1],
  ['161 characters of GSM-7', 'a'.repeat(161), 2],
  ['306 characters of GSM-7', 'é'.repeat(306), 2],
  ['307 characters of GSM-7', 'a'.repeat(307), 3],
  ['80 characters of the GSM-7 extension', '€'.repeat(80), 1],
  ['81 characters of the GSM-7 extension', '{'.repeat(81), 2],
  [
    'an extension character that does not fit where a segment ends',
    `${'a'.repeat(152)}€${'a'.repeat(152)}`,
    3,
  ],
  ['70 characters of UCS-2', 'ж'.repeat(70), 1],
  ['71 characters of UCS-2', `${'a'.repeat(70)}ж`, 2],
  ['134 characters of UCS-2', 'ж'.repeat(134), 2],
  ['135 characters of UCS-2', 'ж'.repeat(135), 3],
  ['35 emoji, of two units each', '😀'.repeat(35), 1],
  ['36 emoji', '😀'.repeat(36), 2],
  ['67 emoji, of which none is cut in two', '😀'.repeat(67), 3],
  ['one letter under 300 accents', `e${'\u0301'.repeat(300)}`, 5],
])('an outbound SMS of %s has its segments counted from its body', async (_, body, segments) => {
  const { api, campaignId } = await start();
  await record(api, message(campaignId, { contact, body }));
  expect(await boxes(api, campaignId)).toMatchObject({ segments });
});

test('as many of the longest texts as one request holds are counted without keeping others waiting', async () => {
  const { api, campaignId } = await start();
  const long = Array.from({ length: 180 }, () => message(campaignId, { contact, body: '😀'.repeat(5_000) }));
  await record(api, ...long);
  expect(await boxes(api, campaignId)).toMatchObject({ segments: 180 * 152 });
}, 5_000);

test("the provider's count goes before the body's, and does without one", async () => {
  const { api, campaignId } = await start();
  const given = message(campaignId, { contact, body: 'a'.repeat(161), segments: 7 });
  await record(api, given, message(campaignId, { contact, body: null, segments: 3, at: at(1) }));
  expect(await boxes(api, campaignId)).toMatchObject({ segments: 10 });
});

test('neither an MMS nor an INBOUND message adds segments, whatever its text or given count', async () => {
  const { api, campaignId } = await start();
  await record(
    api,
    message(campaignId, { contact, body: 'a'.repeat(161), mediaCount: 1 }),
    message(campaignId, { contact, mediaCount: 2, segments: 5, at: at(1) }),
    message(campaignId, { contact, mediaCount: 3, body: null, at: at(2) }),
    reply(campaignId, { contact, body: 'a'.repeat(161) }),
    reply(campaignId, { contact, segments: 4, at: at(61) }),
  );
  expect(await boxes(api, campaignId)).toMatchObject({ segments: 0, initialsSent: 1, replies: 1 });
});
