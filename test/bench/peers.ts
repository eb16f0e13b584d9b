// What ingest is measured against, on the same PostgreSQL: the bare rows, and one transaction a message with counters.
import type { MessageInput } from '@campaign-analytics/schema/graphql';
import { countSegments } from '@campaign-analytics/server/intake/segments.js';
import type { Client, Pool } from 'pg';

const COLUMNS = `account_id text not null, id text not null, campaign_id text not null, contact text not null,
  direction text not null, sender_id text, body text, media_count integer not null, segments integer not null,
  at timestamptz not null, status text not null`;

/** Tables of the peers' own, with the keys that any of them needs. */
export async function createPeerTables(client: Client): Promise<void> {
  await client.query(`
    create table bare_message (${COLUMNS}, primary key (account_id, id));
    create table peer_message (${COLUMNS}, primary key (account_id, id));
    create table peer_conversation (account_id text, campaign_id text, contact text, sent integer not null,
      received integer not null, primary key (account_id, campaign_id, contact));
    create table peer_counters (account_id text, campaign_id text, conversations integer not null,
      initials_sent integer not null, segments integer not null, replies integer not null,
      primary key (account_id, campaign_id))`);
}

const valuesOf = (accountId: string, message: MessageInput): unknown[] => [
  accountId,
  message.id,
  message.campaignId,
  message.contact,
  message.direction,
  message.senderId,
  message.body,
  0,
  countSegments(message.body ?? ''),
  message.at,
  'SENT',
];

/** The floor: the rows and nothing else, by one multi-row INSERT. */
export async function insertBare(
  pool: Pool,
  accountId: string,
  messages: readonly MessageInput[],
): Promise<void> {
  const rows = messages.map((message) => valuesOf(accountId, message));
  const places = rows.map(
    (row, at) => `(${row.map((_, column) => `$${at * row.length + column + 1}`).join(',')})`,
  );
  await pool.query({
    name: `bare ${rows.length}`,
    text: `insert into bare_message values ${places.join(',')}`,
    values: rows.flat(),
  });
}

/** The peer: a transaction of its own for each message, which counts it as well. */
export async function recordAlone(pool: Pool, accountId: string, message: MessageInput): Promise<void> {
  const client = await pool.connect();
  const values = valuesOf(accountId, message);
  const [, , campaignId, contact, direction] = values;
  const isSent = direction === 'OUTBOUND';
  try {
    await client.query('begin');
    await client.query({
      name: 'peer message',
      text: 'insert into peer_message values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)',
      values,
    });
    const { rows } = await client.query({
      name: 'peer conversation',
      text: `insert into peer_conversation as c values ($1, $2, $3, $4, $5)
             on conflict (account_id, campaign_id, contact)
             do update set sent = c.sent + excluded.sent, received = c.received + excluded.received
             returning sent, received`,
      values: [accountId, campaignId, contact, isSent ? 1 : 0, isSent ? 0 : 1],
    });
    const [{ sent, received }] = rows;
    await client.query({
      name: 'peer counters',
      text: `insert into peer_counters as c values ($1, $2, $3, $4, $5, $6)
             on conflict (account_id, campaign_id) do update set
               conversations = c.conversations + excluded.conversations,
               initials_sent = c.initials_sent + excluded.initials_sent,
               segments = c.segments + excluded.segments, replies = c.replies + excluded.replies`,
      values: [
        accountId,
        campaignId,
        sent + received === 1 ? 1 : 0,
        isSent && sent === 1 ? 1 : 0,
        isSent ? values[8] : 0,
        !isSent && received === 1 ? 1 : 0,
      ],
    });
    await client.query('commit');
  } finally {
    client.release();
  }
}
