// API keys: who gets in, who does not, and that one account's key has no way to another's data.
import { createHash, randomUUID } from 'node:crypto';
import {
  AddContactsDocument,
  AddSendersDocument,
  CampaignAnalyticsDocument,
  RecordOptOutsDocument,
} from '@campaign-analytics/schema/graphql';
import { generateKey } from '@campaign-analytics/server/accounts/keys.js';
import { describe, expect, test } from 'vitest';
import { openApi } from './harness/api.ts';
import { at, boxes, createCampaign, message, phone, record, reply } from './harness/campaign.ts';
import { useDatabase } from './harness/database.ts';
import { eventually } from './harness/deadline.ts';
import { ROOT_FIELDS } from './harness/fields.ts';
import { runCommand } from './harness/process.ts';
import { startTestServer, type TestAccount, useServer } from './harness/server.ts';
import { closeOf, openBareSocket, openSocket } from './harness/socket.ts';

/** Nothing is folded between two looks at an account's rows. */
const server = useServer({ FOLD_MS: '3600000' });
const ASK = '{ campaigns { totalCount } }';

const revoke = ({ accountId }: TestAccount) =>
  server.database.client.query('update api_key set revoked_at = now() where account_id = $1', [accountId]);
async function revokedKey(): Promise<string> {
  const account = await server.account();
  await revoke(account);
  return account.key;
}

describe.each<[string, () => string | undefined | Promise<string>]>([
  ['no key', () => undefined],
  ['an empty key', () => ''],
  ['a key of a wrong form', () => 'not a key'],
  ['a key longer than any', () => 'x'.repeat(10_000)],
  ['a key that nobody issued', generateKey],
  ['a revoked key', revokedKey],
])('with %s', (_, find) => {
  test('every request is UNAUTHENTICATED, before its body is read', async () => {
    const api = openApi(server.url, await find());
    for (const text of [
      ASK,
      '{ __schema { types { name } } }',
      '{ __typename }',
      'no GraphQL',
      'x'.repeat(5_000_000),
    ]) {
      const { status, errors, headers, data } = await api.send(text);
      expect([status, data, errors?.[0]?.extensions]).toEqual([401, undefined, { code: 'UNAUTHENTICATED' }]);
      expect(headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  test('a socket is closed with 4401', async () => {
    const key = await find();
    expect(await openSocket(server.url, key).closed()).toMatchObject({
      code: 4401,
      reason: 'UNAUTHENTICATED',
    });
  });
});

test.each<[string, number, string[]]>([
  ['says nothing in time', 4408, []],
  [
    'subscribes before it says who it is',
    4401,
    ['{"type":"subscribe","id":"1","payload":{"query":"{ __typename }"}}'],
  ],
  ['says who it is twice', 4429, [0, 1].map(() => JSON.stringify({ type: 'connection_init', payload: {} }))],
  ['does not speak the protocol', 4400, ['hello']],
  ['sends more than 64 KB', 1009, ['x'.repeat(65_537)]],
])('a socket that %s is closed with %i', async (_, code, frames) => {
  const socket = await openBareSocket(server.url);
  for (const frame of frames) socket.send(frame);
  expect(await closeOf(socket)).toMatchObject({ code });
});

test('a key that is revoked ends its sockets with 4403 and is UNAUTHENTICATED within seconds', async () => {
  const account = await server.account();
  const socket = openSocket(server.url, account.key);
  await socket.watch(ASK).until(() => true);
  expect((await account.send(ASK)).status).toBe(200);
  await revoke(account);
  expect(await socket.closed()).toMatchObject({ code: 4403, reason: 'TOKEN_REVOKED' });
  await eventually(
    () => account.send(ASK),
    ({ status }) => status === 401,
  );
});

test('without a credential there is health, there are files, and nothing else', async () => {
  const statusOf = async (path: string, init?: RequestInit) =>
    (await fetch(`${server.url}${path}`, init)).status;
  expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual({ status: 'ok' });
  for (const path of [
    '/graphql',
    '/graphql?query={__typename}',
    '/graphql/',
    '/graphql/deeper',
    '/console/session',
  ])
    expect([path, await statusOf(path)]).toEqual([path, 401]);
  for (const path of [
    '/demo/embed.json',
    '/metrics',
    '/server/dist/main.js',
    '/widget/../package.json',
    '/.env',
  ])
    expect([path, await statusOf(path)]).toEqual([path, 404]);
  expect(await statusOf('/graphql', { method: 'OPTIONS' })).toBe(204);
});

/** All rows of an account, in all tables. */
async function rowsOf({ accountId }: TestAccount): Promise<string[]> {
  const tables = await server.database.client.query(
    `select table_name from information_schema.columns where column_name = 'account_id' and table_schema = 'public' order by 1`,
  );
  const rows: string[] = [];
  for (const { table_name: table } of tables.rows) {
    const found = await server.database.client.query(
      `select to_jsonb(t)::text as row from ${table} t where account_id = $1 order by 1`,
      [accountId],
    );
    rows.push(...found.rows.map(({ row }) => `${table} ${row}`));
  }
  return rows;
}

/** An account in which the campaign, the message, the sender and the token have this id. */
async function accountWith(id: string): Promise<TestAccount> {
  const account = await server.account();
  await createCampaign(account, id);
  await account.ask(AddSendersDocument, { campaignId: id, senders: [{ id, name: 'Ana' }] });
  await record(
    account,
    message(id, { id, contact: phone(0), senderId: id }),
    reply(id, { contact: phone(1) }),
  );
  await account.ask(RecordOptOutsDocument, { optOuts: [{ campaignId: id, contact: phone(1), at: at(90) }] });
  await server.database.client.query(`insert into embed_token values ($1, $2, now() + interval '1 hour')`, [
    account.accountId,
    id,
  ]);
  return account;
}

const FIELDS_WITH_ID = ROOT_FIELDS.filter((field) => field.hasId);

test.each(FIELDS_WITH_ID.map((field) => [`${field.kind} ${field.name}`, field] as const))(
  '%s answers the id of another account byte for byte like an unknown one, and changes nothing of it',
  async (_, field) => {
    const [foreign, unknown] = [randomUUID(), randomUUID()];
    const other = await accountWith(foreign);
    const account = await server.account();
    const before = await rowsOf(other);
    const ask = async (id: string): Promise<unknown> => {
      const query = field.operation(id);
      if (field.kind === 'subscription') return openSocket(server.url, account.key).watch(query).end();
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${account.key}` };
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ query }),
      });
      return [
        response.status,
        [...response.headers].filter(([name]) => name !== 'date' && name !== 'x-request-id'),
        await response.text(),
      ];
    };
    const answer = await ask(unknown);
    expect(await ask(foreign)).toEqual(answer);
    expect(JSON.stringify(answer)).toMatch(/NOT_FOUND|null|__typename|false/);
    expect(await rowsOf(other)).toEqual(before);
  },
);

test('the same ids in two accounts are two things, and what one does to its own leaves the other as it is', async () => {
  const id = randomUUID();
  const other = await accountWith(id);
  const [rows, numbers] = [await rowsOf(other), await boxes(other, id)];
  const account = await server.account();
  expect((await account.ask(CampaignAnalyticsDocument, { campaignId: id })).campaignAnalytics).toBeNull();
  await createCampaign(account, id);
  await account.ask(AddContactsDocument, {
    campaignId: id,
    contacts: [{ phone: phone(0), firstName: 'Else' }],
  });
  await account.ask(AddSendersDocument, { campaignId: id, senders: [{ id, name: 'Else' }] });
  expect(await record(account, message(id, { id, contact: phone(2), body: 'Else' }))).toMatchObject({
    recorded: 1,
  });
  await account.ask(RecordOptOutsDocument, { optOuts: [{ campaignId: id, contact: phone(0), at: at(1) }] });
  expect(await boxes(account, id)).toMatchObject({
    conversations: 2,
    initialsSent: 1,
    senders: 1,
    manualOptOuts: 1,
  });
  expect(await boxes(other, id)).toEqual(numbers);
  expect(await rowsOf(other)).toEqual(rows);
});

describe('the command account', () => {
  test('creates an account and prints a key that works, of which only a hash is stored', async () => {
    const { code, stdout } = await runCommand(server.database.url, [
      'account',
      'create',
      'Ana & Söhne',
      '--country',
      'DE',
    ]);
    const [, accountId, key = ''] = /^Account (\S+)\nAPI key (\S+)\n/.exec(stdout) ?? [];
    expect([code, key.length]).toEqual([0, 47]);
    expect(await openApi(server.url, key).ask(ASK)).toEqual({ campaigns: { totalCount: 0 } });
    const { client } = server.database;
    const { rows } = await client.query('select name, default_country from account where id = $1', [
      accountId,
    ]);
    expect(rows).toEqual([{ name: 'Ana & Söhne', default_country: 'DE' }]);
    const tables = await client.query(`select tablename from pg_tables where schemaname = 'public'`);
    let dump = '';
    for (const { tablename } of tables.rows)
      for (const { row } of (await client.query(`select t::text as row from ${tablename} t`)).rows)
        dump += row;
    expect(dump).toContain(createHash('sha256').update(key).digest('hex'));
    for (const form of [
      key,
      key.slice(4),
      Buffer.from(key).toString('hex'),
      Buffer.from(key).toString('base64'),
    ])
      expect(dump).not.toContain(form);
  });

  test('says how it is used where that is not how, and exits with 1', async () => {
    const faulty = [[], ['delete', 'A'], ['create', 'A', 'B'], ['create', 'A', '--country', 'ZZ']];
    const {
      rows: [before],
    } = await server.database.client.query('select count(*) from account');
    const ends = await Promise.all(
      faulty.map((args) => runCommand(server.database.url, ['account', ...args])),
    );
    for (const { code, stdout, stderr } of ends)
      expect({ code, stdout, stderr }).toEqual({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining('npm run account -- create "Name"'),
      });
    const {
      rows: [after],
    } = await server.database.client.query('select count(*) from account');
    expect(after).toEqual(before);
  });
});

describe('BOOTSTRAP_API_KEY', () => {
  const database = useDatabase();

  test('makes the account Default at the first start; later starts change nothing and warn of another key', async () => {
    const accounts = async () => {
      const { rows } = await database.client.query(
        `select a.name, encode(hash, 'hex') as hash from account a left join api_key k on k.account_id = a.id`,
      );
      return rows;
    };
    const [first, second] = [generateKey(), generateKey()];
    const lines: string[] = [];
    const start = async (key: string) => {
      const started = await startTestServer(database.url, { BOOTSTRAP_API_KEY: key }, lines);
      const { status } = await openApi(started.url, key).send(ASK);
      await started.stop();
      return status;
    };
    const isWarned = () => lines.some((line) => /"warn".*BOOTSTRAP_API_KEY/.test(line));
    // Two processes may be the first at once.
    expect(await Promise.all([start(first), start(first)])).toEqual([200, 200]);
    const hash = createHash('sha256').update(first).digest('hex');
    expect(await accounts()).toEqual([{ name: 'Default', hash }]);
    expect(await start(first)).toBe(200);
    expect(isWarned()).toBe(false);
    expect(await start(second)).toBe(401);
    expect(isWarned()).toBe(true);
    expect(await accounts()).toEqual([{ name: 'Default', hash }]);
    for (const key of [first, second]) expect(lines.join('')).not.toContain(key);
  });

  test('is refused where it is shorter than 32 characters, and not repeated', async () => {
    const { code, stderr } = await runCommand(database.url, ['start'], { BOOTSTRAP_API_KEY: 'x'.repeat(31) });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/BOOTSTRAP_API_KEY: expected at least 32/)]);
    expect(stderr).not.toContain('xxxx');
  });
});
