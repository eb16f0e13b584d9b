// The life of an export: asked for, followed, listed, and what becomes of it with its campaign.
import { randomUUID } from 'node:crypto';
import { DeleteCampaignDocument } from '@campaign-analytics/schema/graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  createExport,
  type Exported,
  exportOver,
  exportRows,
  FOLLOW,
  fetchExport,
  readExport,
  sendExport,
} from './exports/exporting.ts';
import {
  addContacts,
  addSenders,
  at,
  message,
  phone,
  record,
  recordOptOuts,
  recordStatuses,
  reply,
  startCampaign,
} from './harness/campaign.ts';
import { eventually } from './harness/deadline.ts';
import { type TestAccount, useServer } from './harness/server.ts';
import { openSocket } from './harness/socket.ts';

const server = useServer({ JOB_POLL_MS: '100' });
let api: TestAccount;
let campaignId: string;

beforeAll(async () => {
  ({ api, campaignId } = await startCampaign(server));
  await addContacts(api, campaignId, 6);
  await addSenders(api, campaignId, 'ana', 'ben');
  await record(
    api,
    message(campaignId, { id: 'first', contact: phone(0), senderId: 'ana', body: '=1+1, "canary"\n' }),
    message(campaignId, { id: 'picture', contact: phone(1), mediaCount: 1, segments: 3, at: at(5) }),
    message(campaignId, { id: 'failed', contact: phone(2), segments: 2, status: 'FAILED', at: at(6) }),
    message(campaignId, { id: 'long', contact: phone(3), body: 'canary '.repeat(40), at: at(7) }),
    reply(campaignId, { id: 'yes', contact: phone(0), body: 'Yes, canary' }),
    reply(campaignId, { id: 'stop', contact: phone(1), body: 'STOP' }),
  );
  await recordStatuses(api, { id: 'long', status: 'UNDELIVERED', errorCode: '30005', at: at(9) });
  await recordOptOuts(api, { campaignId, contact: phone(4), source: 'MANUAL', senderId: 'ben', at: at(70) });
});

describe('an export', () => {
  test('is followed to its end, and its readers then hear no more', async () => {
    const socket = openSocket(server.url, api.key);
    const { id } = await createExport(api, { kind: 'MESSAGES', campaignId });
    const seen = socket.watch<{ exportProgress: Exported }, object>(FOLLOW, { id });
    expect(await seen.end()).toEqual([]);
    expect(seen.seen.at(-1)?.exportProgress).toMatchObject({ id, state: 'DONE', summary: { rows: 6 } });
    const late = socket.watch<{ exportProgress: Exported }, object>(FOLLOW, { id });
    expect(await late.end()).toEqual([]);
    expect(late.seen).toHaveLength(1);
    for (const strange of [randomUUID(), 'no id!', ''])
      expect(await socket.watch(FOLLOW, { id: strange }).end()).toMatchObject([
        { extensions: { code: 'NOT_FOUND' } },
      ]);
    await socket.close();
  });

  test('that is over for long enough is out of reach at once, though its row is still there', async () => {
    const { id } = await exportOver(api, { kind: 'MESSAGES', campaignId });
    const { client } = server.database;
    const socket = openSocket(server.url, api.key);
    const soon = `clock_timestamp() + interval '1 second'`;
    await client.query(`update job set expires_at = ${soon} where id = $1`, [id]);
    // Held, so that nobody removes it.
    await client.query('begin');
    await client.query('select from job where id = $1 for update', [id]);
    try {
      await eventually(
        () => readExport(api, id),
        (each) => each === null,
      );
      expect(await socket.watch(FOLLOW, { id }).end()).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    } finally {
      await client.query('rollback');
      await socket.close();
    }
  });

  test('asked for again by its id is the same; with other content it is a conflict', async () => {
    const id = randomUUID();
    const first = await createExport(api, { id, kind: 'MESSAGES', campaignId });
    expect(await createExport(api, { id, kind: 'MESSAGES', campaignId })).toMatchObject({ id: first.id });
    const { errors } = await sendExport(api, { id, kind: 'CONVERSATIONS', campaignId });
    expect(errors).toMatchObject([{ extensions: { code: 'CONFLICT' } }]);
  });

  test.each([
    [{ kind: 'MESSAGES', campaignId: randomUUID() }, 'NOT_FOUND', 'campaignId'],
    [{ kind: 'MESSAGES', from: 'yesterday' }, 'BAD_USER_INPUT', 'from'],
    [{ kind: 'MESSAGES', from: at(1), to: at(1) }, 'BAD_USER_INPUT', 'to'],
    [{ kind: 'SENDERS', from: at(1) }, 'BAD_USER_INPUT', 'from'],
    [{ kind: 'USAGE', campaignId: 'any' }, 'BAD_USER_INPUT', 'campaignId'],
    [{ kind: 'MESSAGES', id: 'no id!' }, 'BAD_USER_INPUT', 'id'],
  ])('that cannot be meant is refused: %j is %s and names %s', async (input, code, name) => {
    const { errors } = await sendExport(api, input);
    expect(errors).toMatchObject([{ extensions: { code } }]);
    expect(errors?.[0]?.message).toMatch(new RegExp(`^${name}`));
  });

  test('is listed newest first, page by page, of the account or a campaign', async () => {
    const { api, campaignId } = await startCampaign(server);
    const ids: string[] = [];
    for (const kind of ['MESSAGES', 'CONVERSATIONS', 'OPT_OUTS'] as const)
      ids.unshift((await exportOver(api, kind === 'OPT_OUTS' ? { kind } : { kind, campaignId })).id);
    const LIST = `query ($first: Int, $after: String, $campaignId: ID) { exports(first: $first, after: $after, campaignId: $campaignId) {
      edges { cursor node { id } } pageInfo { hasNextPage endCursor } totalCount } }`;
    interface Page {
      exports: {
        edges: { node: { id: string } }[];
        pageInfo: { hasNextPage: boolean; endCursor: string };
        totalCount: number;
      };
    }
    const list = async (variables: object) => (await api.ask<Page, object>(LIST, variables)).exports;
    const first = await list({ first: 2 });
    expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
    const rest = await list({ first: 2, after: first.pageInfo.endCursor });
    expect([...first.edges, ...rest.edges].map(({ node }) => node.id)).toEqual(ids);
    expect(rest.pageInfo.hasNextPage).toBe(false);
    expect((await list({ campaignId })).totalCount).toBe(2);
    expect((await list({ campaignId: 'no id!' })).totalCount).toBe(0);
  });

  test('of a deleted campaign stays until it expires; one that has not begun finds nothing', async () => {
    const { api, campaignId } = await startCampaign(server);
    await record(api, message(campaignId, { contact: phone(0) }));
    const { exported } = await exportRows(server.url, api, { kind: 'MESSAGES', campaignId });
    await server.database.client.query(
      `insert into job (account_id, id, kind, input, state, done, created_at, moved_at, attempt, revision)
       select account_id, 'later', kind, input, 'FAILED', 0, now(), now(), 0, 0 from job where id = $1`,
      [exported.id],
    );
    await api.ask(DeleteCampaignDocument, { id: campaignId });
    await server.database.client.query(`update job set state = 'QUEUED' where id = 'later'`);
    const later = await eventually(
      () => readExport(api, 'later'),
      (each) => each?.finishedAt != null,
    );
    expect(later).toMatchObject({ state: 'FAILED', error: { code: 'NOT_FOUND' } });
    expect(await fetchExport(server.url, api, exported.id)).not.toHaveLength(0);
  });
});
