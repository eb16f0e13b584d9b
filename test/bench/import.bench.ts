// A million messages of Spoke's export, imported by the command that people use: rate, and memory at its highest.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { recount } from '@campaign-analytics/server/counters/recount.js';
import { Pool } from 'pg';
import { expect, test } from 'vitest';
import { useServer } from '../harness/server.ts';

const MAIN = join(import.meta.dirname, '../../server/dist/main.js');
const CONTACTS =
  'campaignId,campaign,contact[firstName],contact[lastName],contact[cell],contact[zip],contact[city],contact[state],contact[optOut],contact[messageStatus],contact[external_id]\n';
const MESSAGES =
  'assignmentId,userNumber,contactNumber,isFromContact,numSegments,numMedia,sendStatus,errorCodes,attemptedAt,text,campaignId,texter[firstName],texter[lastName],texter[email],texter[cell]\n';
const MESSAGES_A_CONTACT = 4;

const server = useServer();

const cell = (contact: number): string => `+1${2_010_000_000 + contact}`;

function* contactRows(count: number): Generator<string> {
  yield CONTACTS;
  for (let contact = 0; contact < count; contact++)
    yield `7,Big drive,Sam,No. ${contact},${cell(contact)},,,,${contact % 50 === 0},messaged,\n`;
}

/** Each contact's messages stand far apart, some with line breaks, quotes and emoji in them. */
function* messageRows(contacts: number): Generator<string> {
  yield MESSAGES;
  for (let round = 0; round < MESSAGES_A_CONTACT; round++)
    for (let contact = 0; contact < contacts; contact++) {
      const isReply = round % 2 === 1;
      const at = new Date(Date.UTC(2026, 8, 1) + (round * contacts + contact) * 1_000).toISOString();
      const text = isReply ? '"Yes, ""of course""\n👍"' : `"Hi Sam, can you help on Saturday? (${round})"`;
      const sent = isReply ? ',0,DELIVERED' : '1,0,DELIVERED';
      yield `1,+12025550199,${cell(contact)},${isReply},${sent},,${at},${text},7,Ana,Ruiz,ana@example.org,\n`;
    }
}

/** @returns the exit code, and the highest resident memory in MB. */
async function watch(child: ChildProcess): Promise<{ code: number; mostMb: number }> {
  let mostMb = 0;
  const look = (): void => {
    try {
      const [, kb] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
      mostMb = Math.max(mostMb, Math.round(Number(kb ?? 0) / 1_024));
    } catch {
      // It has just ended.
    }
  };
  const timer = setInterval(look, 100);
  const [code] = await once(child, 'close');
  clearInterval(timer);
  return { code, mostMb };
}

test.each([100_000, 1_000_000])('%i messages', async (messages) => {
  const folder = await mkdtemp(join(tmpdir(), 'campaign-analytics-import-'));
  const [contactsPath, messagesPath] = [join(folder, 'contacts.csv'), join(folder, 'messages.csv')];
  const contacts = messages / MESSAGES_A_CONTACT;
  await pipeline(Readable.from(contactRows(contacts)), createWriteStream(contactsPath));
  await pipeline(Readable.from(messageRows(contacts)), createWriteStream(messagesPath));
  const { accountId } = await server.account();
  const files = ['--contacts', contactsPath, '--messages', messagesPath, '--account', accountId];
  const run = () =>
    spawn(process.execPath, [MAIN, 'import', ...files], {
      env: { PATH: process.env.PATH, DATABASE_URL: server.database.url, LOG_LEVEL: 'error' },
      stdio: 'ignore',
    });
  for (const name of ['first', 'again']) {
    const startedMs = performance.now();
    const { code, mostMb } = await watch(run());
    const seconds = (performance.now() - startedMs) / 1_000;
    expect(code).toBe(0);
    console.log(
      `import ${name}, ${messages} messages: ${seconds.toFixed(1)} s, ${Math.round(messages / seconds)} messages/s, at most ${mostMb} MB`,
    );
  }
  const pool = new Pool({ connectionString: server.database.url, max: 1 });
  const { differences } = await recount(pool, false);
  const { rows } = await pool.query('select count(*)::int as stored from message where account_id = $1', [
    accountId,
  ]);
  await pool.end();
  await rm(folder, { recursive: true });
  expect({ differences, rows }).toEqual({ differences: [], rows: [{ stored: messages }] });
});
