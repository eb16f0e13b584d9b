// npm run import as people run it: a process of its own beside a running server, which shows the numbers at once.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { boxes } from './harness/campaign.ts';
import { runCommand } from './harness/process.ts';
import { useServer } from './harness/server.ts';
import { SAMPLE } from './imports/importing.ts';

const FILES = ['--contacts', join(SAMPLE, 'contacts.csv'), '--messages', join(SAMPLE, 'messages.csv')];

const server = useServer();

test('an import of a process of its own is in the numbers of a running server', async () => {
  const api = await server.account();
  const { code, stderr } = await runCommand(server.database.url, [
    'import',
    ...FILES,
    '--campaign',
    'Spring drive',
    '--account',
    api.accountId,
  ]);
  expect({ code, summary: stderr }).toEqual({ code: 0, summary: expect.stringContaining('Spring drive') });
  expect(await boxes(api, '31')).toMatchObject({
    initialsSent: 8,
    conversations: 13,
    segments: 10,
    replies: 3,
  });
});

test('among several accounts it asks which', async () => {
  const [one, other] = [await server.account(), await server.account()];
  const { code, stderr } = await runCommand(server.database.url, ['import', ...FILES]);
  expect(code).toBe(1);
  for (const { accountId } of [one, other]) expect(stderr).toContain(accountId);
});

test('a file that is not there, and arguments that are not, are told before anything else', async () => {
  const { accountId } = await server.account();
  const missing = await runCommand(server.database.url, [
    'import',
    '--contacts',
    '/nowhere/contacts.csv',
    ...FILES.slice(2),
    '--account',
    accountId,
  ]);
  expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('/nowhere/contacts.csv') });
  const useless = await runCommand(server.database.url, ['import', '--contacts', 'contacts.csv']);
  expect(useless).toMatchObject({ code: 1, stderr: expect.stringContaining('Usage: npm run import') });
});
