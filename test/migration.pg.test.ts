// A database of an earlier release, with what was recorded in it: afterwards it is as if this release had recorded all of it.
import { readConfig } from '@campaign-analytics/server/config.js';
import { Core1764000000001 } from '@campaign-analytics/server/db/migrations/0001-core.js';
import { Apart1764000000002 } from '@campaign-analytics/server/db/migrations/0002-apart.js';
import { openStorage } from '@campaign-analytics/server/storage.js';
import { DataSource } from 'typeorm';
import { expect, test } from 'vitest';
import { at, differences, phone } from './harness/campaign.ts';
import { useDatabase } from './harness/database.ts';
import { openKeptLog } from './harness/logs.ts';

const database = useDatabase('template1');

const MESSAGES: readonly (readonly [
  id: string,
  contact: string,
  direction: string,
  status: string,
  at: string,
])[] = [
  ['b', phone(0), 'OUTBOUND', 'SENT', at(10)],
  ['a', phone(0), 'OUTBOUND', 'DELIVERED', at(10)],
  ['failed', phone(0), 'OUTBOUND', 'FAILED', at(0)],
  ['reply', phone(0), 'INBOUND', 'SENT', at(20)],
  ['other', phone(1), 'OUTBOUND', 'UNDELIVERED', at(30)],
];

/** What a deletion that was interrupted leaves of a campaign that is gone. */
async function leaveMessages(accountId: string): Promise<void> {
  const { client } = database;
  await client.query(
    `insert into message values ($1, 'left', 'gone', $2, 'OUTBOUND', null, 'Hello', 0, 1, $3, 'SENT', $3, '', '')`,
    [accountId, phone(3), at(50)],
  );
  await client.query(
    `insert into conversation values ($1, 'gone', $2, null, null, null, 1, 1, 0, 1, $3, $3, null, null)`,
    [accountId, phone(3), at(50)],
  );
}

async function recordAsBefore(accountId: string): Promise<void> {
  const ask = (text: string, ...values: unknown[]) => database.client.query(text, [accountId, ...values]);
  await ask(`insert into account values ($1, 'Old', 'US', true, now(), null)`);
  await ask(
    `insert into campaign values ($1, 'old', 'Old', null, null, null, null, null, null, null, '{}', now())`,
  );
  await ask(`insert into campaign_analytics values ($1, 'old', 'ACTIVE', 2, 3, 3, 1, 0, 0, 1, 7, now())`);
  for (const [id, contact, direction, status, time] of MESSAGES)
    await ask(
      `insert into message values ($1, $2, 'old', $3, $4::message_direction, upper($2), 'Hello', 0, 1, $5, $6, $5, '', '')`,
      id,
      contact,
      direction,
      time,
      status,
    );
  await ask(`insert into opt_out values ($1, $2, 'old', $3, 'MANUAL', '')`, phone(2), at(40));
  const conversation = (...values: unknown[]) =>
    ask(
      `insert into conversation values ($1, 'old', $2, null, null, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      ...values,
    );
  await conversation(phone(0), null, 4, 2, 1, 2, at(0), at(20), null, null);
  await conversation(phone(1), 'ana', 1, 1, 0, 1, at(30), at(30), null, null);
  await conversation(phone(2), null, 0, 0, 0, 0, null, null, at(40), 'MANUAL');
}

test('gets the numbers around the boxes of all that it holds, of every account', async () => {
  const old = new DataSource({
    type: 'postgres',
    url: database.url,
    migrations: [Core1764000000001, Apart1764000000002],
    migrationsTableName: 'migration',
  });
  await old.initialize();
  await old.runMigrations({ transaction: 'each' });
  await old.destroy();
  for (const accountId of ['one', 'two']) await recordAsBefore(accountId);
  await leaveMessages('two');

  const storage = await openStorage(readConfig({ DATABASE_URL: database.url }), process.pid, openKeptLog());
  try {
    expect(await differences(database.url)).toEqual([]);
    const { rows } = await database.client.query(
      'select contact, initial_id, initial_sender_id from conversation where account_id = $1 order by contact',
      ['one'],
    );
    expect(rows.map((row) => [row.initial_id, row.initial_sender_id])).toEqual([
      ['a', 'A'],
      ['other', 'OTHER'],
      [null, null],
    ]);
    const senders = await database.client.query(
      'select * from sender_tally where account_id = $1 order by sender_id',
      ['one'],
    );
    expect(
      senders.rows.map(({ sender_id, assigned, messages_sent }) => [sender_id, assigned, messages_sent]),
    ).toEqual([
      ['', 1, 0],
      ['A', 1, 1],
      ['B', 0, 1],
      ['OTHER', 0, 1],
      ['ana', 1, 0],
    ]);
  } finally {
    await storage.close();
  }
});
