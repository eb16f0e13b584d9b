// API keys with scopes: what each may do, and how keys are listed, made, replaced and revoked, over the API and on the command
// line.
import { createHash } from 'node:crypto';
import {
  type ApiKeyScope,
  ApiKeysDocument,
  AuditEntriesDocument,
  CreateApiKeyDocument,
  RevokeApiKeyDocument,
  WatchCampaignAnalyticsDocument,
} from '@campaign-analytics/schema/graphql';
import { account as accountCommand } from '@campaign-analytics/server/commands/account.js';
import { Core1764000000001 } from '@campaign-analytics/server/db/migrations/0001-core.js';
import { DataSource } from 'typeorm';
import { describe, expect, test } from 'vitest';
import { type Api, openApi } from './harness/api.ts';
import { boxes, createCampaign } from './harness/campaign.ts';
import { useCommand } from './harness/command.ts';
import { useDatabase } from './harness/database.ts';
import { eventually } from './harness/deadline.ts';
import { ROOT_FIELDS } from './harness/fields.ts';
import { runCommand } from './harness/process.ts';
import { startTestServer, type TestAccount, useServer } from './harness/server.ts';
import { openSocket } from './harness/socket.ts';

const server = useServer();
const SCOPES: readonly ApiKeyScope[] = ['RECORD', 'READ', 'ADMIN'];

async function makeKey(account: Api, scopes: readonly ApiKeyScope[]): Promise<{ id: string; key: string }> {
  const input = { name: 'A key', scopes: [...scopes] };
  const { createApiKey } = await account.ask(CreateApiKeyDocument, { input });
  return { id: createApiKey.apiKey.id, key: createApiKey.key };
}

/** The scope that each field asks for; a field that is not here fails its test. */
const NEEDED: Readonly<Record<string, ApiKeyScope>> = {
  'query account': 'READ',
  'query apiKeys': 'ADMIN',
  'query auditEntries': 'ADMIN',
  'query campaign': 'READ',
  'query campaignAnalytics': 'READ',
  'query campaignBreakdown': 'READ',
  'query usage': 'READ',
  'query campaigns': 'READ',
  'query export': 'READ',
  'query exports': 'READ',
  'query optOutImport': 'READ',
  'query optOutImports': 'READ',
  'query optOuts': 'READ',
  'query consoleSessions': 'ADMIN',
  'mutation addContacts': 'RECORD',
  'mutation addOptOuts': 'RECORD',
  'mutation addSenders': 'RECORD',
  'mutation cancelExport': 'READ',
  'mutation createApiKey': 'ADMIN',
  'mutation createCampaign': 'RECORD',
  'mutation cancelOptOutImport': 'RECORD',
  'mutation createOptOutImport': 'RECORD',
  'mutation createOptOutReportDownload': 'READ',
  'mutation createEmbedToken': 'READ',
  'mutation createExport': 'READ',
  'mutation createExportDownload': 'READ',
  'mutation deleteCampaign': 'ADMIN',
  'mutation endConsoleSession': 'ADMIN',
  'mutation eraseContact': 'ADMIN',
  'mutation recordMessages': 'RECORD',
  'mutation recordMessageStatuses': 'RECORD',
  'mutation recordOptIns': 'RECORD',
  'mutation recordOptOuts': 'RECORD',
  'mutation removeContacts': 'RECORD',
  'mutation removeOptOut': 'RECORD',
  'mutation removeSenders': 'RECORD',
  'mutation revokeApiKey': 'ADMIN',
  'mutation revokeEmbedToken': 'READ',
  'mutation setAutoOptOut': 'ADMIN',
  'mutation setBodyRetention': 'ADMIN',
  'mutation setCampaignStatus': 'RECORD',
  'mutation setDefaultCountry': 'ADMIN',
  'mutation updateCampaign': 'RECORD',
  'subscription analyticsUpdates': 'READ',
  'subscription campaignAnalytics': 'READ',
  'subscription optOutImportProgress': 'READ',
  'subscription exportProgress': 'READ',
};

test.each(ROOT_FIELDS.map((field) => [`${field.kind} ${field.name}`, field] as const))(
  '%s is FORBIDDEN to a key without its scope, which the error names, and open to a key with no other',
  async (name, field) => {
    const needed = NEEDED[name];
    expect(needed, `the scope that ${name} asks for`).toBeDefined();
    const account = await server.account();
    const campaignId = await createCampaign(account);
    const outcomeOf = async (scopes: readonly ApiKeyScope[]) => {
      const { key } = await makeKey(account, scopes);
      const socket = openSocket(server.url, key);
      const seen = socket.watch<object, object>(field.operation(campaignId));
      const errors = await seen
        .until(() => true)
        .then(
          () => [],
          () => seen.end(),
        );
      await socket.close();
      return errors.map(({ extensions, message }) => [extensions.code, message]);
    };
    const forbidden = [['FORBIDDEN', `Expected an API key with the scope ${needed}`]];
    expect(await outcomeOf(SCOPES.filter((each) => each !== needed))).toEqual(forbidden);
    expect(await outcomeOf([needed as ApiKeyScope])).not.toContainEqual(['FORBIDDEN', expect.anything()]);
  },
);

describe('over the API', () => {
  const CREATED = { createdAt: expect.any(String) as string, revokedAt: null };

  test('a key is shown once, and listed by its name, scopes and beginning; of the key itself a hash is kept', async () => {
    const account = await server.account();
    const input = { name: ' Reports ', scopes: ['READ', 'RECORD', 'READ'] satisfies ApiKeyScope[] };
    const { apiKey, key } = (await account.ask(CreateApiKeyDocument, { input })).createApiKey;
    expect(apiKey).toEqual({
      id: apiKey.id,
      name: 'Reports',
      prefix: key.slice(0, 8),
      scopes: ['READ', 'RECORD'],
      ...CREATED,
    });
    const { apiKeys } = await account.ask(ApiKeysDocument);
    expect(apiKeys.map((each) => [each.name, each.prefix, each.scopes])).toEqual([
      ['Reports', key.slice(0, 8), ['READ', 'RECORD']],
      ['First key', account.key.slice(0, 8), ['RECORD', 'READ', 'ADMIN']],
    ]);
    const { rows } = await server.database.client.query(
      `select encode(hash, 'hex') as hash from api_key where id = $1`,
      [apiKey.id],
    );
    expect(rows).toEqual([{ hash: createHash('sha256').update(key).digest('hex') }]);
    const { auditEntries } = await account.ask(AuditEntriesDocument, { first: 10 });
    expect(auditEntries).toMatchObject([
      { action: 'API_KEY_CREATED', subject: apiKey.id, keyId: apiKeys[1]?.id },
    ]);
  });

  test('a revoked key ends its sockets with 4403 within seconds, is refused in every process, and stays listed', async () => {
    const another = await startTestServer(server.database.url);
    const account = await server.account();
    const campaignId = await createCampaign(account);
    const { id, key } = await makeKey(account, ['READ']);
    const stays = await makeKey(account, ['READ']);
    const [socket, far, other] = [
      openSocket(server.url, key),
      openSocket(another.url, key),
      openSocket(server.url, stays.key),
    ];
    for (const each of [socket, far, other])
      await each.watch(WatchCampaignAnalyticsDocument, { campaignId }).until(() => true);
    expect(await account.ask(RevokeApiKeyDocument, { id })).toEqual({ revokeApiKey: true });
    expect((await openApi(server.url, key).send('{ __typename }')).status).toBe(401);
    for (const each of [socket, far])
      expect(await each.closed()).toMatchObject({ code: 4403, reason: 'TOKEN_REVOKED' });
    await eventually(
      () => openApi(another.url, key).send('{ __typename }'),
      ({ status }) => status === 401,
    );
    expect(await boxes(openApi(server.url, stays.key), campaignId)).toMatchObject({ campaignId });
    expect(await account.ask(RevokeApiKeyDocument, { id })).toEqual({ revokeApiKey: false });
    const { apiKeys } = await account.ask(ApiKeysDocument);
    expect(apiKeys.find((each) => each.id === id)?.revokedAt).toEqual(expect.any(String));
    const { auditEntries } = await account.ask(AuditEntriesDocument, { first: 1 });
    expect(auditEntries).toMatchObject([{ action: 'API_KEY_REVOKED', subject: id }]);
    await Promise.all([other.close(), another.stop()]);
  });

  test.each<[string, object, string]>([
    ['no scope', { name: 'A', scopes: [] }, 'scopes: expected at least one scope'],
    ['no name', { name: ' ', scopes: ['READ'] }, 'name: expected 1 to 200 characters'],
  ])('a key with %s is BAD_USER_INPUT', async (_, input, message) => {
    const account = await server.account();
    expect(await account.fails(CreateApiKeyDocument, { input } as never)).toMatchObject({
      message,
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  test('an account has at most 100 keys that are not revoked', async () => {
    const account = await server.account();
    await server.database.client.query(
      `insert into api_key select $1, 'k' || n, sha256(($1 || n)::bytea), now(), null, 'A', null, '{READ}'
         from generate_series(1, 98) n`,
      [account.accountId],
    );
    const { id } = await makeKey(account, ['READ']);
    const input = { name: 'One too many', scopes: ['READ'] satisfies ApiKeyScope[] };
    expect(await account.fails(CreateApiKeyDocument, { input })).toMatchObject({
      extensions: { code: 'CONFLICT' },
    });
    await account.ask(RevokeApiKeyDocument, { id });
    await makeKey(account, ['READ']);
  });
});

describe('the command account', () => {
  const run = useCommand(server.database, accountCommand);
  const keyIn = (text: string): string => /^API key (\S+)$/m.exec(text)?.[1] ?? '';
  const isTaken = async (key: string): Promise<boolean> =>
    (await openApi(server.url, key).send('{ __typename }')).status === 200;
  const idOf = async (account: TestAccount): Promise<string> =>
    (await account.ask(ApiKeysDocument)).apiKeys[0]?.id ?? '';

  test('lists accounts and keys, makes a key with scopes and revokes it', async () => {
    const account = await server.account();
    const { stdout } = await runCommand(server.database.url, ['account', 'list']);
    expect(stdout).toContain(`${account.accountId}  Test\n`);
    const made = await run('create-key', account.accountId, 'Console', '--scopes', 'read,admin');
    const key = keyIn(made.stdout);
    expect(await openApi(server.url, key).ask('{ campaigns { totalCount } }')).toEqual({
      campaigns: { totalCount: 0 },
    });
    const listed = await run('keys', account.accountId);
    const [line = ''] = listed.stdout.split('\n');
    expect(line).toMatch(new RegExp(`^\\S+  ${key.slice(0, 8)}  read,admin  \\S+Z  -  Console$`));
    expect(listed.stdout).not.toContain(key);
    const [id = ''] = line.split(' ');
    expect(await run('revoke-key', account.accountId, id)).toMatchObject({ code: 0 });
    await eventually(
      () => isTaken(key),
      (each) => !each,
    );
    expect((await run('keys', account.accountId)).stdout).toMatch(/ revoked \S+Z {2}Console$/m);
    expect(await run('revoke-key', account.accountId, id)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('KEY: expected the id of a key'),
    });
    const { auditEntries } = await account.ask(AuditEntriesDocument, { first: 10 });
    expect(auditEntries.map((each) => [each.action, each.subject, each.keyId])).toEqual([
      ['API_KEY_REVOKED', id, null],
      ['API_KEY_CREATED', id, null],
    ]);
  });

  test('replaces a key: the new one has its name and scopes, the old one has its hours', async () => {
    const account = await server.account();
    const first = await idOf(account);
    const replaced = await run('rotate-key', account.accountId, first);
    const second = keyIn(replaced.stdout);
    expect([await isTaken(account.key), await isTaken(second)]).toEqual([true, true]);
    const { apiKeys } = await account.ask(ApiKeysDocument);
    expect(apiKeys.map((each) => [each.name, each.scopes])).toEqual([
      ['First key', ['RECORD', 'READ', 'ADMIN']],
      ['First key', ['RECORD', 'READ', 'ADMIN']],
    ]);
    const inHours = (Date.parse(apiKeys[1]?.revokedAt ?? '') - Date.now()) / 3_600_000;
    expect(inHours).toBeGreaterThan(23.9);
    expect(inHours).toBeLessThan(24.1);
    const socket = openSocket(server.url, account.key);
    await socket.watch('{ __typename }').until(() => true);
    expect(await run('rotate-key', account.accountId, first)).toMatchObject({ code: 1 });
    expect(await run('revoke-key', account.accountId, first)).toMatchObject({ code: 0 });
    expect(await socket.closed()).toMatchObject({ code: 4403, reason: 'TOKEN_REVOKED' });
    expect(await isTaken(second)).toBe(true);
    const third = keyIn(
      (await run('rotate-key', account.accountId, apiKeys[0]?.id ?? '', '--hours', '0')).stdout,
    );
    await eventually(
      () => isTaken(second),
      (each) => !each,
    );
    expect(await isTaken(third)).toBe(true);
  });

  test('says what it expected, changes nothing, and ends with 1', async () => {
    const { accountId } = await server.account();
    const ends = await Promise.all(
      [
        ['list', 'more'],
        ['keys'],
        ['keys', 'nobody'],
        ['create-key', 'nobody', 'A'],
        ['create-key', accountId, 'A', '--scopes', 'write'],
        ['rotate-key', accountId, 'nothing'],
        ['rotate-key', accountId, 'nothing', '--hours', '1.5'],
      ].map((args) => run(...args)),
    );
    for (const { code, stdout, stderr } of ends)
      expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(/expected/)]);
  });
});

describe('a database from before there were scopes', () => {
  const database = useDatabase('template1');

  test('keeps its keys, which may do all that they could', async () => {
    const { client, url } = database;
    const old = new DataSource({
      type: 'postgres',
      url,
      migrations: [Core1764000000001],
      migrationsTableName: 'migration',
    });
    await old.initialize();
    await old.runMigrations();
    await old.destroy();
    const key = 'an-old-key-of-more-than-32-characters';
    await client.query(`insert into account values ('old', 'Old', 'US', true, now())`);
    await client.query(`insert into api_key values ('old', 'first', sha256($1::bytea), now())`, [key]);
    const started = await startTestServer(url);
    const api = openApi(started.url, key);
    expect((await api.ask(ApiKeysDocument)).apiKeys).toMatchObject([
      { id: 'first', name: 'API key', prefix: null, scopes: ['RECORD', 'READ', 'ADMIN'], revokedAt: null },
    ]);
    expect(await boxes(api, await createCampaign(api))).toMatchObject({ conversations: 0 });
    await started.stop();
  });
});
