// Commands on campaigns: created once, changed by what is given, archived and deleted for good.
import {
  CampaignDetailsDocument,
  type CampaignStatus,
  CreateCampaignDocument,
  type CreateCampaignInput,
  DeleteCampaignDocument,
  SetCampaignStatusDocument,
  UpdateCampaignDocument,
  type UpdateCampaignInput,
} from '@campaign-analytics/schema/graphql';
import { afterAll, describe, expect, test } from 'vitest';
import type { Api } from './harness/api.ts';
import { addContacts, boxes, createCampaign, differences, phone } from './harness/campaign.ts';
import { useServer } from './harness/server.ts';

const server = useServer();
afterAll(async () => expect(await differences(server.database.url)).toEqual([]));

const FULL = {
  name: 'Get out the vote',
  description: 'Line one\nline two',
  status: 'DRAFT',
  initialMessage: 'Hi {firstName} — 👋',
  sendingStartsAt: '2026-11-01T08:00:00.000Z',
  sendingEndsAt: '2026-11-03T20:00:00.000Z',
  timeZone: 'America/New_York',
  opensAt: '09:00',
  closesAt: '21:30',
  phoneNumbers: [phone(0), phone(1)],
} satisfies CreateCampaignInput;
const create = async (api: Api, input: CreateCampaignInput) =>
  (await api.ask(CreateCampaignDocument, { input })).createCampaign;
const read = async (api: Api, id: string) => (await api.ask(CampaignDetailsDocument, { id })).campaign;

describe('creating', () => {
  test('every field comes back as it was given, also after a change of all of them', async () => {
    const api = await server.account();
    const before = Date.now();
    const { id, createdAt } = await create(api, { id: 'gotv:2026_11-a.b', ...FULL });
    expect(await read(api, id)).toMatchObject({ id: 'gotv:2026_11-a.b', createdAt, ...FULL });
    expect(createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Math.abs(Date.parse(createdAt) - before)).toBeLessThan(10_000);
    const { status, ...changed } = { ...FULL, name: 'Later', opensAt: '00:00', closesAt: '23:59' };
    await api.ask(UpdateCampaignDocument, { id, input: changed });
    expect(await read(api, id)).toMatchObject({ id, createdAt, status, ...changed });
  });

  test('what is left out is null, ACTIVE or empty, and the id is generated', async () => {
    const api = await server.account();
    const ids = [await create(api, { name: ' Spring ' }), await create(api, { id: null, name: 'Spring' })];
    expect(ids[0]!.id).not.toBe(ids[1]!.id);
    expect(await read(api, ids[0]!.id)).toMatchObject({
      id: expect.stringMatching(/^[A-Za-z0-9._:-]{1,128}$/),
      name: 'Spring',
      description: null,
      status: 'ACTIVE',
      initialMessage: null,
      sendingStartsAt: null,
      sendingEndsAt: null,
      timeZone: null,
      opensAt: null,
      closesAt: null,
      phoneNumbers: [],
    });
  });

  test('the same id and content answer the campaign that exists, also to callers at once', async () => {
    const api = await server.account();
    const input = { id: 'one', ...FULL };
    const answers = await Promise.all(Array.from({ length: 8 }, () => create(api, input)));
    await addContacts(api, 'one', 1);
    expect(new Set([...answers, await create(api, input)].map((each) => each.createdAt)).size).toBe(1);
    expect(await boxes(api, 'one')).toMatchObject({ conversations: 1 });
  });

  test.each(Object.keys(FULL) as (keyof typeof FULL)[])('another %s is a conflict', async (field) => {
    const api = await server.account();
    await create(api, { id: 'one', ...FULL });
    const others: CreateCampaignInput = {
      name: 'Other',
      status: 'PAUSED',
      phoneNumbers: [phone(1), phone(0)],
    };
    const input = { id: 'one', ...FULL, [field]: others[field] ?? null };
    expect((await api.fails(CreateCampaignDocument, { input })).extensions.code).toBe('CONFLICT');
    expect(await read(api, 'one')).toMatchObject(FULL);
  });

  test('two accounts have each their own campaign of one id', async () => {
    const [one, two] = [await server.account(), await server.account()];
    await create(one, { id: 'same', name: 'One' });
    expect(await read(two, 'same')).toBeNull();
    await create(two, { id: 'same', name: 'Two' });
    expect(await read(one, 'same')).toMatchObject({ name: 'One' });
  });
});

test.each<[given: string, served: string]>([
  ['2026-11-01T08:00:00Z', '2026-11-01T08:00:00.000Z'],
  ['2026-11-01t08:00:00z', '2026-11-01T08:00:00.000Z'],
  ['2026-11-01 08:00:00Z', '2026-11-01T08:00:00.000Z'],
  ['2026-11-01T08:00:00.5Z', '2026-11-01T08:00:00.500Z'],
  ['2026-11-01T08:00:00.123456789012Z', '2026-11-01T08:00:00.123Z'],
  ['2026-11-01T08:00:00-05:00', '2026-11-01T13:00:00.000Z'],
  ['2026-11-01T08:00:00+05:45', '2026-11-01T02:15:00.000Z'],
  ['2026-11-01T00:30:00+01:00', '2026-10-31T23:30:00.000Z'],
  ['2024-02-29T00:00:00-00:00', '2024-02-29T00:00:00.000Z'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
])('the instant %s is served as %s', async (sendingStartsAt, served) => {
  const api = await server.account();
  const { id } = await create(api, { name: 'A', sendingStartsAt });
  expect(await read(api, id)).toMatchObject({ sendingStartsAt: served });
});

describe('changing', () => {
  const { status: _, name: __, ...clearable } = FULL;

  test.each(Object.keys(clearable))('null clears %s and leaves the others', async (field) => {
    const api = await server.account();
    const { id } = await create(api, FULL);
    await api.ask(UpdateCampaignDocument, { id, input: { [field]: null } });
    const cleared = field === 'phoneNumbers' ? [] : null;
    expect(await read(api, id)).toMatchObject({ ...FULL, [field]: cleared });
  });

  test.each<[field: string, input: UpdateCampaignInput]>([
    ['name', { name: ' ' }],
    ['name', { name: null } as unknown as UpdateCampaignInput],
    ['timeZone', { timeZone: 'Mars/Olympus' }],
    ['timeZone', { timeZone: '+05:00' }],
    ['timeZone', { timeZone: '' }],
    ['opensAt', { opensAt: '9:00' }],
    ['opensAt', { opensAt: '24:00' }],
    ['closesAt', { closesAt: '12:60' }],
    ['closesAt', { closesAt: '12:00:00' }],
    ['phoneNumbers', { phoneNumbers: [phone(0), '2025550100'] }],
    ['sendingStartsAt', { sendingStartsAt: '2026-11-01' }],
    ['sendingEndsAt', { sendingEndsAt: '2026-02-30T00:00:00Z' }],
    ['sendingEndsAt', { sendingEndsAt: '2026-10-31T00:00:00Z' }],
    ['sendingEndsAt', { sendingStartsAt: '2026-12-01T00:00:00Z' }],
  ])('a faulty %s is refused, in a new campaign and in a change: %o', async (field, input) => {
    const api = await server.account();
    const { id } = await create(api, FULL);
    const refusal = {
      message: expect.stringMatching(new RegExp(`^${field}: expected `)),
      extensions: { code: 'BAD_USER_INPUT' },
    };
    const change = { description: 'Changed', ...input };
    expect(await api.fails(UpdateCampaignDocument, { id, input: change })).toMatchObject(refusal);
    expect(await read(api, id)).toMatchObject(FULL);
    if (input.name === null) return;
    expect(
      await api.fails(CreateCampaignDocument, {
        input: { ...FULL, ...(input as Partial<CreateCampaignInput>) },
      }),
    ).toMatchObject(refusal);
  });

  test('the status goes anywhere but out of ARCHIVED, and is the same in campaign and boxes', async () => {
    const api = await server.account();
    const { id } = await create(api, { ...FULL, id: 'one' });
    const set = (status: CampaignStatus) => api.ask(SetCampaignStatusDocument, { id, status });
    for (const status of ['ACTIVE', 'PAUSED', 'DRAFT', 'ARCHIVED', 'ARCHIVED'] as const) {
      expect(await set(status)).toEqual({ setCampaignStatus: { id, status } });
      expect([await read(api, id), await boxes(api, id)]).toMatchObject([{ status }, { status }]);
    }
    for (const status of ['ACTIVE', 'PAUSED', 'DRAFT'] as const) {
      const { message, extensions } = await api.fails(SetCampaignStatusDocument, { id, status });
      expect([message, extensions.code]).toEqual(['status: expected ARCHIVED, which is final', 'CONFLICT']);
    }
    expect(await boxes(api, id)).toMatchObject({ status: 'ARCHIVED', revision: 4 });
  });

  test('what is deleted, malformed or of another account is not found', async () => {
    const [api, other] = [await server.account(), await server.account()];
    const foreign = await createCampaign(other);
    const { id: deleted } = await create(api, FULL);
    expect(await api.ask(DeleteCampaignDocument, { id: deleted })).toEqual({ deleteCampaign: true });
    for (const id of [deleted, foreign, 'no id', '']) {
      const answers = [
        await api.fails(UpdateCampaignDocument, { id, input: { name: 'A' } }),
        await api.fails(SetCampaignStatusDocument, { id, status: 'PAUSED' }),
        await api.fails(DeleteCampaignDocument, { id }),
      ];
      for (const { message, extensions } of answers)
        expect([message, extensions.code]).toEqual([
          'id: expected the id of a campaign in reach',
          'NOT_FOUND',
        ]);
      expect(await read(api, id)).toBeNull();
      expect(await api.ask('{ campaignAnalytics(campaignId: "no id") { revision } }')).toEqual({
        campaignAnalytics: null,
      });
    }
    expect(await boxes(other, foreign)).toMatchObject({ status: 'ACTIVE', revision: 0 });
  });
});
