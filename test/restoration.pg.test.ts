// A campaign out through its exports and in again, into an empty database, on the command line: the same numbers.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AddContactsDocument,
  EraseContactDocument,
  type MessageInput,
  RemoveSendersDocument,
} from '@campaign-analytics/schema/graphql';
import { addAccount, generateKey } from '@campaign-analytics/server/accounts/keys.js';
import fc from 'fast-check';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ExportInput, exportOver, fetchExport } from './exports/exporting.ts';
import {
  addContacts,
  addSenders,
  at,
  differences,
  message,
  phone,
  record,
  recordOptIns,
  recordOptOuts,
  recordStatuses,
  reply,
  startCampaign,
} from './harness/campaign.ts';
import { type TestDatabase, useDatabase } from './harness/database.ts';
import { type Finished, runCommand } from './harness/process.ts';
import { type TestAccount, useServer } from './harness/server.ts';

const server = useServer();
const empty = useDatabase();
const [folder, other] = [await mkdtemp(join(tmpdir(), 'restoration-')), 'restored'];
let api: TestAccount;
let campaignId: string;

const BOXES = `select campaign_id, initials_sent, conversations, segments, replies, senders, auto_opt_outs, manual_opt_outs
  from campaign_analytics where account_id = $1`;
const CONVERSATIONS = `select to_jsonb(c) - 'account_id' as row from conversation c where account_id = $1 order by contact`;
const MESSAGES = `select to_jsonb(m) - 'account_id' - 'content_hash' - 'status_at' - 'body' as row, nullif(body, '') as body
  from message m where account_id = $1 order by id`;
const SENDERS = `select s.sender_id, s.is_active, n.name from campaign_sender s
  join sender n on n.account_id = s.account_id and n.id = s.sender_id where s.account_id = $1 order by 1`;
const rowsOf = async ({ client }: TestDatabase, accountId: string, text: string): Promise<object[]> =>
  (await client.query(text, [accountId])).rows;

async function put(kind: ExportInput['kind']): Promise<string> {
  const { id, fileName, state, error } = await exportOver(api, { kind, campaignId });
  expect([state, error]).toEqual(['DONE', null]);
  const path = join(folder, fileName);
  await writeFile(path, await fetchExport(server.url, api, id));
  return path;
}
const importFiles = (...args: string[]): Promise<Finished> =>
  runCommand(empty.url, ['import', '--account', other, ...args]);

beforeAll(async () => {
  ({ api, campaignId } = await startCampaign(server));
  const pool = new Pool({ connectionString: empty.url, max: 1 });
  await addAccount(pool, { accountId: other, name: 'Restored', defaultCountry: 'US', key: generateKey() });
  await pool.end();

  await addContacts(api, campaignId, 20);
  await addSenders(api, campaignId, 'ana', 'ben', 'eve', '-dan');
  await api.ask(AddContactsDocument, {
    campaignId,
    contacts: [
      { phone: phone(30), firstName: '=Ana', lastName: "'Lee", senderId: 'ben' },
      { phone: phone(31), senderId: 'gone' },
    ],
  });
  await api.ask(RemoveSendersDocument, { campaignId, senderIds: ['ben'] });
  const random = fc.record({
    contact: fc.nat(40).map(phone),
    isReply: fc.boolean(),
    body: fc.constantFrom('STOP', 'canary', '=canary', "'=canary", 'canary "x",\r\n y', '', '\tcanary'),
    segments: fc.constantFrom(0, 1, 7),
    mediaCount: fc.constantFrom(0, 0, 2),
    senderId: fc.constantFrom(null, 'ana', '-dan', 'stranger'),
    status: fc.constantFrom('SENT', 'DELIVERED', 'FAILED', 'UNDELIVERED'),
    second: fc.nat(300),
  });
  const messages = fc.sample(random, 400).map(({ isReply, second, status, ...rest }, index): MessageInput => {
    const told = { ...rest, id: `-m${index}`, at: at(second) };
    return isReply ? reply(campaignId, told) : message(campaignId, { ...told, status });
  });
  await record(api, ...messages);
  await recordStatuses(api, { id: '-m1', status: 'FAILED', errorCode: '=30005', at: at(400) });
  await recordOptOuts(
    api,
    ...Array.from({ length: 12 }, (_, index) => ({
      campaignId,
      contact: phone(index * 4),
      source: index % 2 ? ('MANUAL' as const) : ('AUTO' as const),
      at: at(index * 25),
    })),
  );
  // Some STOPs are undone by it, which no file tells.
  await recordOptIns(
    api,
    ...Array.from({ length: 20 }, (_, index) => ({ contact: phone(index), at: at(150) })),
  );
  await api.ask(EraseContactDocument, { phone: phone(0) });
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  expect(await differences(empty.url)).toEqual([]);
});

test('has the same boxes, conversations, messages and senders, and once more changes nothing', async () => {
  const files = [
    '--contacts',
    await put('CONVERSATIONS'),
    '--messages',
    await put('MESSAGES'),
    '--senders',
    await put('SENDERS'),
  ];
  const first = await importFiles(...files);
  expect(first.stderr).toContain('400 recorded');
  expect(first.stderr).not.toContain('inferred');
  expect(first.code).toBe(0);
  for (const text of [BOXES, CONVERSATIONS, MESSAGES, SENDERS])
    expect(await rowsOf(empty, other, text)).toEqual(await rowsOf(server.database, api.accountId, text));
  expect((await importFiles(...files)).stderr).toContain('0 recorded, 400 already there');
  expect(await rowsOf(empty, other, BOXES)).toEqual(await rowsOf(server.database, api.accountId, BOXES));
});

test('refuses files that do not belong together before anything is written', async () => {
  const [conversations, messages] = [await put('CONVERSATIONS'), await put('MESSAGES')];
  const swapped = await importFiles('--contacts', messages, '--messages', conversations);
  expect(swapped.code).toBe(1);
  const twice = await importFiles('--contacts', conversations, '--messages', conversations);
  expect([twice.code, twice.stderr]).toEqual([1, expect.stringContaining('expected an export of messages')]);
});
