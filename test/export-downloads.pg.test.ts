// The files of exports that are done: their links, who may follow them and for how long, and when the files go.
import { createHmac, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateApiKeyDocument,
  EraseContactDocument,
  IssueEmbedTokenDocument,
  RevokeApiKeyDocument,
} from '@campaign-analytics/schema/graphql';
import { decodeJwt, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type ExportInput,
  exportOver,
  fetchExport,
  linkTo,
  readExport,
  readRows,
} from './exports/exporting.ts';
import { openApi } from './harness/api.ts';
import { message, phone, record, startCampaign } from './harness/campaign.ts';
import { eventually } from './harness/deadline.ts';
import { startTestServer, type TestAccount, useServer } from './harness/server.ts';

const folder = await mkdtemp(join(tmpdir(), 'campaign-analytics-exports-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const files = async (): Promise<string[]> => (await readdir(folder)).sort();

describe('with a process that works', () => {
  const working = useServer({ EXPORT_FOLDER: folder, JOB_POLL_MS: '100' });
  let own: TestAccount;
  let ownInput: ExportInput;
  let id: string;
  const get = (path: string, init?: RequestInit) => fetch(`${working.url}${path}`, init);
  const codeOf = async (response: Response): Promise<unknown> =>
    ((await response.json()) as { errors: { extensions: { code: string } }[] }).errors[0]?.extensions.code;

  beforeAll(async () => {
    const started = await startCampaign(working);
    own = started.api;
    ownInput = { kind: 'MESSAGES', campaignId: started.campaignId };
    await record(
      own,
      ...Array.from({ length: 3 }, (_, index) => message(started.campaignId, { contact: phone(index) })),
    );
    ({ id } = await exportOver(own, ownInput));
  });

  test('its link serves the file as an attachment that nobody keeps or runs, whole and in parts', async () => {
    const path = await linkTo(own, id);
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-disposition': expect.stringMatching(/^attachment; filename=messages-.*\.csv$/),
      'content-type': 'text/csv; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'accept-ranges': 'bytes',
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(readRows(bytes, ownInput)).toHaveLength(3);
    const part = await get(path, { headers: { range: 'bytes=3-12' } });
    expect([part.status, await part.text()]).toEqual([206, bytes.toString('utf8', 3, 13)]);
    const later = await get(path, { headers: { range: 'bytes=3-12', 'if-range': '"another"' } });
    expect([later.status, Buffer.from(await later.arrayBuffer())]).toEqual([200, bytes]);
    expect((await get(path, { headers: { range: 'bytes=99999-' } })).status).toBe(416);
    expect((await get(path, { method: 'HEAD' })).headers.get('content-length')).toBe(String(bytes.length));
    for (const method of ['POST', 'PUT', 'DELETE']) expect((await get(path, { method })).status).toBe(405);
  });

  test('a link that nobody made is FORBIDDEN, one that is over is GONE', async () => {
    const path = await linkTo(own, id);
    const [, token = ''] = path.split('token=');
    const [header, claims = '', signature = ''] = token.split('.');
    const changed = Buffer.from(
      JSON.stringify({ ...decodeJwt(token), sub: (await working.account()).accountId }),
    ).toString('base64url');
    const { rows } = await working.database.client.query('select id, secret from signing_key');
    const sign = (over: object, { aud = 'campaign-analytics/download', typ = 'download+jwt' } = {}) =>
      new SignJWT({ ...decodeJwt(token), ...over })
        .setProtectedHeader({ alg: 'HS256', typ, kid: rows[0].id })
        .setAudience(aud)
        .sign(rows[0].secret);
    const { token: embedToken } = (
      await own.ask(IssueEmbedTokenDocument, { input: { campaignIds: [ownInput.campaignId ?? ''] } })
    ).createEmbedToken;
    const forged = [
      '',
      'none',
      `${header}.${claims}.`,
      `${header}.${claims}.${signature.slice(0, -2)}xx`,
      `${header}.${changed}.${signature}`,
      `${header}.${claims}.${createHmac('sha256', 'guess').update(`${header}.${claims}`).digest('base64url')}`,
      embedToken,
      await sign({}, { aud: 'campaign-analytics/embed' }),
      await sign({}, { typ: 'embed+jwt' }),
    ];
    for (const each of forged) {
      const response = await get(`/downloads/x.csv?token=${each}`);
      expect([each, response.status, await codeOf(response)]).toEqual([each, 403, 'FORBIDDEN']);
    }
    const over = await get(
      `/downloads/x.csv?token=${await sign({ exp: Math.floor(Date.now() / 1_000) - 1 })}`,
    );
    expect([over.status, await codeOf(over)]).toEqual([410, 'GONE']);
    for (const strange of [{ job: randomUUID() }, { kind: 'other' }]) {
      const response = await get(`/downloads/x.csv?token=${await sign(strange)}`);
      expect([response.status, await codeOf(response)]).toEqual([410, 'GONE']);
    }
    // The key is none of that account's.
    const foreign = await get(
      `/downloads/x.csv?token=${await sign({ sub: (await working.account()).accountId })}`,
    );
    expect([foreign.status, await codeOf(foreign)]).toEqual([401, 'TOKEN_REVOKED']);
    expect((await get(`/downloads/other-name.csv?token=${token}`)).status).toBe(200);
  });

  test('a download token opens nothing else', async () => {
    const [, token = ''] = (await linkTo(own, id)).split('token=');
    expect((await openApi(working.url, token).send('{ account { id } }')).status).toBe(401);
  });

  test('a link ends with the key that made it', async () => {
    const { apiKey, key } = (
      await own.ask(CreateApiKeyDocument, { input: { name: 'Reader', scopes: ['READ'] } })
    ).createApiKey;
    const [path, stays] = [await linkTo(openApi(working.url, key), id), await linkTo(own, id)];
    expect((await get(path)).status).toBe(200);
    await own.ask(RevokeApiKeyDocument, { id: apiKey.id });
    const refused = await eventually(
      () => get(path),
      ({ status }) => status !== 200,
    );
    expect([refused.status, await codeOf(refused)]).toEqual([401, 'TOKEN_REVOKED']);
    expect((await get(stays)).status).toBe(200);
  });

  test('downloads count to the key that made their link', async () => {
    const slow = await startTestServer(working.database.url, { EXPORT_FOLDER: folder, KEY_REQUESTS: '3' });
    const path = await linkTo(own, id);
    const answers = await Promise.all(Array.from({ length: 8 }, () => fetch(`${slow.url}${path}`)));
    expect(answers.map((each) => each.status)).toContain(429);
    await slow.stop();
  });

  test('an export whose time is over is not there any more, nor its file, nor what its links led to', async () => {
    const { id: due } = await exportOver(own, ownInput);
    const path = await linkTo(own, due);
    const before = await files();
    await working.database.client.query('update job set expires_at = now() where id = $1', [due]);
    expect((await get(path)).status).toBe(410);
    expect(await readExport(own, due)).toBeNull();
    expect(
      await own.fails('mutation ($id: ID!) { createExportDownload(id: $id) { url } }', { id: due }),
    ).toMatchObject({
      extensions: { code: 'NOT_FOUND' },
    });
    await eventually(files, (names) => names.length === before.length - 1);
    await eventually(
      async () => (await working.database.client.query('select from job where id = $1', [due])).rowCount,
      (count) => count === 0,
    );
  });

  test('a file that somebody removed by hand is GONE', async () => {
    const { id: lost } = await exportOver(own, ownInput);
    const path = await linkTo(own, lost);
    const { rows } = await working.database.client.query('select attempt from job where id = $1', [lost]);
    expect(rows[0].attempt).toBe(1);
    for (const name of await files()) await rm(join(folder, name));
    const response = await get(path);
    expect([response.status, await codeOf(response)]).toEqual([410, 'GONE']);
    expect(response.headers.get('content-disposition')).toBeNull();
  });

  test("erasing a contact takes the account's files away, those of others stay", async () => {
    const { id: mine } = await exportOver(own, ownInput);
    const another = await startCampaign(working);
    const theirs = await exportOver(another.api, { kind: 'MESSAGES', campaignId: another.campaignId });
    const [path, theirPath] = [await linkTo(own, mine), await linkTo(another.api, theirs.id)];
    await own.ask(EraseContactDocument, { phone: phone(0) });
    expect((await get(path)).status).toBe(410);
    expect((await get(theirPath)).status).toBe(200);
    const { id: fresh } = await exportOver(own, ownInput);
    const text = (await fetchExport(working.url, own, fresh)).toString();
    expect(text).not.toContain(phone(0));
    expect(text).toContain('erased:');
    await eventually(files, (names) => names.length === 2);
  });
});
