// Promise P7 in the database itself: whatever statement is run, a transaction sees the rows of its account and no others.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addAccount, generateKey } from '@campaign-analytics/server/accounts/keys.js';
import { Campaign } from '@campaign-analytics/server/campaigns/campaign.js';
import { readConfig } from '@campaign-analytics/server/config.js';
import {
  askWithin,
  type Duty,
  ofAccount,
  onDuty,
  readWithin,
  type Scope,
  workWithin,
} from '@campaign-analytics/server/db/scope.js';
import { openWrite } from '@campaign-analytics/server/db/transaction.js';
import { openStorage, type Storage } from '@campaign-analytics/server/storage.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApi } from './harness/api.ts';
import { createCampaign, message, phone, record } from './harness/campaign.ts';
import { type TestDatabase, useDatabase } from './harness/database.ts';
import { openKeptLog } from './harness/logs.ts';
import { startTestServer } from './harness/server.ts';

const open = (url: string): Promise<Storage> =>
  openStorage(readConfig({ DATABASE_URL: url, POOL_SIZE: '2' }), process.pid, openKeptLog());

/** The tables of a database, those that hold nothing of an account aside. */
const TABLES = `
  select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as is_forced,
         exists (select from pg_policies p where p.tablename = c.relname and p.policyname = 'account') as has_policy,
         exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'account_id') as has_account
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1`;
interface Table {
  readonly name: string;
  readonly is_forced: boolean;
  readonly has_policy: boolean;
  readonly has_account: boolean;
}
const tablesOf = async ({ client }: TestDatabase): Promise<Table[]> =>
  (await client.query<Table>(TABLES)).rows;
const unguarded = (tables: readonly Table[]): string[] =>
  tables.filter((each) => each.has_account && !(each.is_forced && each.has_policy)).map((each) => each.name);

const database = useDatabase();
let storage: Storage;
let tables: string[];
const [ONE, OTHER] = ['one', 'other'];

/** A row in every table, for two accounts that use the same ids. */
const FILL = `
  insert into embed_token values ($1, 'same', now() + interval '1 hour');
  insert into status_report values ($1, 'unknown', now(), 'SENT', '');
  insert into opt_out values ($1, '+12025550101', '', now(), 'ACCOUNT', '');
  insert into opt_in values ($1, '+12025550101', now());
  insert into sign_in_link values ($1, 'same', sha256($1::text::bytea), now() + interval '1 hour');
  insert into console_session values ($1, 'same', sha256($1::text::bytea), null, now(), now() + interval '1 hour', null);
  insert into audit_entry values ($1, 'same', now(), 'CONTACT_ERASED', null, null);
  insert into activity values ($1, 'same', now(), 0, 0, 0, 0) on conflict do nothing;
  insert into sender_tally values ($1, 'same', 'same', 0, 0, 0, 0) on conflict do nothing;
  insert into delivery_tally values ($1, 'same', 'FAILED', '30003', 0);
  insert into usage_month values ($1, '2020-01-01', 0, 0, 0, 0, 0, 0, 0);
  insert into usage_contact values ($1, '2020-01-01', '+12025550101', 0);
  insert into job (account_id, id, kind, input, state, done, created_at, moved_at, attempt, revision)
    values ($1, 'same', 'none', '{}', 'QUEUED', 0, now(), now(), 0, 0);
  insert into sender values ($1, 'same', 'Ana');
  insert into campaign_sender values ($1, 'same', 'same', true)`;

beforeAll(async () => {
  storage = await open(database.url);
  tables = (await tablesOf(database)).filter((each) => each.has_account).map((each) => each.name);
  const server = await startTestServer(database.url);
  for (const accountId of [ONE, OTHER]) {
    const key = generateKey();
    await addAccount(storage.pool, { accountId, name: accountId, defaultCountry: 'US', key });
    const api = openApi(server.url, key);
    await createCampaign(api, 'same');
    await record(api, message('same', { contact: phone(0) }));
    for (const statement of FILL.split(';')) await database.client.query(statement, [accountId]);
  }
  await server.stop();
  // Afterwards: a running server folds them.
  for (const accountId of [ONE, OTHER])
    await database.client.query('insert into movement (account_id) values ($1)', [accountId]);
});
afterAll(() => storage?.close());

const accountsIn = async (scope: Scope | undefined, table: string): Promise<string[]> => {
  const text = `select distinct account_id from ${table} order by 1`;
  const { rows } = scope ? await askWithin(storage.pool, scope, { text }) : await storage.pool.query(text);
  return rows.map((row) => row.account_id);
};

test('every table with an account id has a policy and forces it on its owner; a new one without is found', async () => {
  const all = await tablesOf(database);
  expect(all.filter((each) => !each.has_account).map((each) => each.name)).toEqual([
    'account',
    'migration',
    'signing_key',
  ]);
  expect(unguarded(all)).toEqual([]);
  for (const name of ['account', 'signing_key'])
    expect(all.find((each) => each.name === name)?.is_forced).toBe(true);
  await database.client.query('begin; create table forgotten (account_id text)');
  expect(unguarded(await tablesOf(database))).toEqual(['forgotten']);
  await database.client.query('rollback');
});

test('a connection that does not say whose it is sees no row, before and after others have used it', async () => {
  const look = async (): Promise<void> => {
    for (const table of [...tables, 'account', 'signing_key'])
      expect([table, (await storage.pool.query(`select from ${table}`)).rowCount]).toEqual([table, 0]);
  };
  for (const table of [...tables, 'account', 'signing_key'])
    expect((await database.client.query(`select from ${table}`)).rowCount).toBeGreaterThan(0);
  const write = openWrite(storage.pool, () => undefined);
  await look();
  await write(ONE, 'beside', async (tx) => tx.query('x', 'select from campaign', []));
  await look();
  await expect(
    write(ONE, 'alone', async (tx) => tx.query('y', 'select 1 / 0 from campaign', [])),
  ).rejects.toThrow('division by zero');
  await look();
  await expect(
    workWithin(storage.pool, ofAccount(ONE), () => Promise.reject(new Error('not this time'))),
  ).rejects.toThrow('not this time');
  await look();
  await readWithin(storage.source, ofAccount(ONE), (db) => db.getRepository(Campaign).find());
  await look();
  for (const duty of ['watched-boxes', 'accounts'] as const) await accountsIn(onDuty(duty), 'message');
  await look();
});

test('in its transaction an account sees its own rows in every table, whatever it asks for', async () => {
  for (const accountId of [ONE, OTHER])
    for (const table of tables)
      expect([table, await accountsIn(ofAccount(accountId), table)]).toEqual([table, [accountId]]);
  const found = await readWithin(storage.source, ofAccount(ONE), (db) => db.getRepository(Campaign).find());
  expect(found.map((each) => each.accountId)).toEqual([ONE]);
  for (const strange of ['', '*', "one' or true --", 'One', 'one ', '%'])
    expect(await accountsIn(ofAccount(strange), 'campaign')).toEqual([]);
});

test('and changes nothing of another account, nor can it give rows away or take them over', async () => {
  const before = await database.client.query('select to_jsonb(m) as row from message m order by account_id');
  const ask = (text: string, ...values: string[]) =>
    workWithin(storage.pool, ofAccount(ONE), (client) => client.query(text, values));
  for (const table of tables) {
    expect(
      (await ask(`update ${table} set account_id = account_id where account_id = $1`, OTHER)).rowCount,
    ).toBe(0);
    expect((await ask(`delete from ${table} where account_id = $1`, OTHER)).rowCount).toBe(0);
    await expect(ask(`update ${table} set account_id = $1`, OTHER)).rejects.toThrow('row-level security');
    await expect(
      ask(
        `insert into ${table} select (jsonb_populate_record(t, jsonb_build_object('account_id', $1::text))).* from ${table} t`,
        OTHER,
      ),
    ).rejects.toThrow('row-level security');
  }
  await expect(
    readWithin(storage.source, ofAccount(ONE), (db) =>
      db.query('select 1').then(() => db.getRepository(Campaign).update({ id: 'same' }, { name: 'Taken' })),
    ),
  ).rejects.toThrow('read-only transaction');
  const after = await database.client.query('select to_jsonb(m) as row from message m order by account_id');
  expect(after.rows).toEqual(before.rows);
});

describe('the duties across accounts', () => {
  /** All there are, with what each may do to which table. */
  const DUTIES: Readonly<Record<Duty, readonly string[]>> = {
    'key-lookup': ['api_key select', 'console_session select', 'sign_in_link select'],
    revocations: ['api_key select', 'console_session select', 'embed_token select'],
    'signing-keys': [
      'embed_token select',
      'embed_token update',
      'signing_key delete',
      'signing_key insert',
      'signing_key select',
    ],
    'watched-boxes': ['campaign_analytics select'],
    accounts: ['account select'],
    folding: ['movement select'],
    jobs: ['job delete', 'job select', 'job update'],
  };

  test('are these, in the database as here', async () => {
    const { rows } = await database.client.query(
      `select policyname as name, tablename as table, lower(cmd) as command from pg_policies where policyname <> 'account'`,
    );
    const expected = Object.entries(DUTIES).flatMap(([duty, rights]) =>
      rights.map((right) => ({
        name: `${duty} ${right.split(' ')[1]}`,
        table: right.split(' ')[0],
        command: right.split(' ')[1],
      })),
    );
    const inOrder = (policies: readonly object[]) => policies.map((each) => JSON.stringify(each)).sort();
    expect(inOrder(rows)).toEqual(inOrder(expected));
  });

  test.each(Object.entries(DUTIES))(
    '%s sees both accounts where it has to, and nothing elsewhere',
    async (duty, rights) => {
      const scope = onDuty(duty as Duty);
      for (const table of tables) {
        const sees = rights.includes(`${table} select`) ? [ONE, OTHER].sort() : [];
        expect([table, await accountsIn(scope, table)]).toEqual([table, sees]);
        const removes = rights.includes(`${table} delete`) ? 2 : 0;
        const text = `delete from ${table}`;
        expect([
          table,
          (await workWithin(storage.pool, scope, (client) => client.query(text))).rowCount,
        ]).toEqual([table, removes]);
      }
    },
  );

  test('are taken up in these files only', () => {
    const source = join(import.meta.dirname, '../server/src');
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && /\bonDuty\('/.test(readFileSync(join(source, file), 'utf8')))
      .sort();
    expect(files).toEqual([
      'accounts/access.ts',
      'accounts/keys.ts',
      'accounts/revocations.ts',
      'accounts/sessions.ts',
      'accounts/signers.ts',
      'breakdown/folding.ts',
      'campaigns/reading.ts',
      'counters/recount.ts',
      'jobs/expiry.ts',
      'jobs/lease.ts',
      'jobs/queue.ts',
      'privacy/retention.ts',
    ]);
  });
});
