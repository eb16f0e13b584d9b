// A victim's account, whose every text is marked, and twins that attempt to reach it: the one knows the victim's ids, the
// other has ids that nobody ever had. Whatever they are answered has to be the same to the byte, their ids aside.
import { randomBytes, randomUUID } from 'node:crypto';
import {
  type ApiKeyScope,
  CreateApiKeyDocument,
  IssueEmbedTokenDocument,
} from '@campaign-analytics/schema/graphql';
import type { Client } from 'pg';
import type { WebSocket } from 'ws';
import { at, createCampaign, message, phone, record, recordOptOuts, reply } from '../harness/campaign.ts';
import { within } from '../harness/deadline.ts';
import type { TestAccount, TestServer } from '../harness/server.ts';
import { connectBareSocket } from '../harness/socket.ts';
import type { Attempt, Values } from './attempts.ts';

/** In no request, and in every text of the victim's. */
export const CANARY = `canary-${randomBytes(8).toString('hex')}`;
/** In each of the victim's boxes. */
export const CANARY_NUMBER = 987_654_321;
/** How many credentials a twin has: one that may do all, an embed token, a key for each scope. */
export const CREDENTIALS = 5;
const PHONES = [40, 41, 42].map(phone);
const KINDS = [
  'campaign',
  'campaign',
  'message',
  'message',
  'message',
  'sender',
  'token',
  'key',
  'export',
  'list',
] as const;

/** Ids that sort alike, whoever's they are: by their number. */
export const makeIds = (): string[] =>
  KINDS.map((kind, index) => `${index}-${kind}-${randomBytes(12).toString('hex')}`);
const idsOf = (ids: readonly string[], kind: (typeof KINDS)[number]): string[] =>
  ids.filter((_, index) => KINDS[index] === kind);

/** An account of which everything carries the canary, but for its ids. */
export async function makeVictim(server: TestServer, ids: readonly string[]): Promise<TestAccount> {
  const account = await server.account();
  const { client } = server.database;
  const [first = ''] = idsOf(ids, 'campaign');
  for (const id of idsOf(ids, 'campaign')) await createCampaign(account, id);
  const [initial = '', answer = '', late = ''] = idsOf(ids, 'message');
  const [contact = '', other = ''] = PHONES;
  await record(
    account,
    message(first, { id: initial, contact, body: CANARY, senderId: idsOf(ids, 'sender')[0] ?? null }),
    reply(first, { id: answer, contact, body: `STOP ${CANARY}` }),
    message(first, { id: late, contact: other, body: CANARY }),
  );
  await recordOptOuts(account, {
    campaignId: first,
    contact,
    senderId: idsOf(ids, 'sender')[0] ?? null,
    at: at(0),
  });
  const marked = [
    `insert into sender values ($1, $2, '${CANARY}')`,
    `insert into embed_token values ($1, $2, now() + interval '1 day')`,
    `update api_key set id = $2 where account_id = $1`,
    `insert into job (account_id, id, kind, input, state, done, result, created_at, moved_at, finished_at, attempt, revision)
      values ($1, $2, 'export', '{"kind": "MESSAGES", "format": "CSV", "campaignId": "${CANARY}"}', 'DONE', ${CANARY_NUMBER},
        '{"rows": ${CANARY_NUMBER}, "bytes": ${CANARY_NUMBER}, "at": "2026-11-02T17:00:00Z", "analytics": null}',
        now(), now(), now(), 1, 1)`,
    `insert into job (account_id, id, kind, input, state, done, result, created_at, moved_at, finished_at, attempt, revision)
      values ($1, $2, 'opt-out-list', '{"fileName": "${CANARY}", "country": "US", "contentHash": "${CANARY}"}', 'DONE',
        ${CANARY_NUMBER}, '{"recorded": ${CANARY_NUMBER}, "duplicates": ${CANARY_NUMBER}, "rejected": ${CANARY_NUMBER}}',
        now(), now(), now(), 1, 1)`,
  ];
  for (const [index, kind] of (['sender', 'token', 'key', 'export', 'list'] as const).entries())
    await client.query(marked[index] ?? '', [account.accountId, idsOf(ids, kind)[0]]);
  for (const statement of [
    `update campaign set name = '${CANARY}', description = '${CANARY}', initial_message = '${CANARY}', time_zone = '${CANARY}'`,
    `update conversation set first_name = '${CANARY}', last_name = '${CANARY}'`,
    `update account set name = '${CANARY}'`,
    `update campaign_analytics set ${['initials_sent', 'conversations', 'segments', 'replies', 'senders', 'auto_opt_outs', 'manual_opt_outs', 'revision'].map((box) => `${box} = ${CANARY_NUMBER}`).join(', ')}`,
  ])
    await client.query(`${statement} where ${statement.includes('account set') ? 'id' : 'account_id'} = $1`, [
      account.accountId,
    ]);
  return account;
}

/** All rows of an account, in all tables. */
export async function rowsOf(client: Client, accountId: string): Promise<string[]> {
  const tables = await client.query(
    `select table_name from information_schema.columns where column_name = 'account_id' and table_schema = 'public' order by 1`,
  );
  const rows: string[] = [];
  for (const { table_name: table } of tables.rows) {
    const found = await client.query(
      `select to_jsonb(t)::text as row from ${table} t where account_id = $1 order by 1`,
      [accountId],
    );
    rows.push(...found.rows.map(({ row }) => `${table} ${row}`));
  }
  return rows;
}

export interface Twin {
  readonly values: Values;
  /** Sends an attempt. @returns the answer as it came. */
  send(attempt: Attempt, credential: number, isOverSocket: boolean): Promise<string>;
  /** An answer without what may differ between twins: ids that each was given, times, and what is made at random. */
  normalise(answer: string): string;
  close(): void;
}

const cursorOf = (id: string): string =>
  Buffer.from(JSON.stringify(['CREATED_AT', '2026-11-02T17:00:00.000Z', id])).toString('base64url');

/** One frame of an operation on a socket, or all of them where it comes to its end by itself. */
function framesOf(socket: WebSocket, id: string, isFirstEnough: boolean): Promise<string> {
  const frames: string[] = [];
  return within(
    new Promise<string>((resolve, reject) => {
      const lose = (code: number): void => reject(new Error(`Expected an answer, got the end ${code}`));
      const hear = (data: unknown): void => {
        const text = String(data);
        const frame = JSON.parse(text) as { id?: string; type: string };
        if (frame.id !== id) return;
        frames.push(text.replaceAll(id, 'operation'));
        if (frame.type === 'next' && !isFirstEnough) return;
        socket.off('message', hear).off('close', lose);
        resolve(frames.join('\n'));
      };
      socket.on('message', hear).on('close', lose);
    }),
    'an answer on the socket',
    20_000,
  );
}

/** @param known - the ids it knows of somebody, or has invented. */
export async function openTwin(server: TestServer, known: readonly string[]): Promise<Twin> {
  const account = await server.account();
  const own = await createCampaign(account, 'own-campaign');
  await record(account, message(own, { id: 'own-message', contact: phone(0) }));
  // The long mode takes longer than a token lives by default.
  const input = { campaignIds: [own], expiresInSeconds: 86_400 };
  const { token } = (await account.ask(IssueEmbedTokenDocument, { input })).createEmbedToken;
  const makeKey = async (scope: ApiKeyScope): Promise<string> =>
    (await account.ask(CreateApiKeyDocument, { input: { name: scope, scopes: [scope] } })).createApiKey.key;
  const credentials = [
    account.key,
    token,
    await makeKey('RECORD'),
    await makeKey('READ'),
    await makeKey('ADMIN'),
  ];
  const sockets = await Promise.all(credentials.map((each) => connectBareSocket(server.url, each)));
  const texts = ['text', '', '%', "' or true --", 'a'.repeat(300)];
  const lists = (['key', 'list'] as const).flatMap((kind) => idsOf(known, kind));
  const values: Values = {
    // An id is free again when the job that had it is over for long enough: for one of its kind at once, for others when its
    // file is gone as well, which is a matter of time.
    'CreateExportInput.id': [...known.filter((id) => !lists.includes(id)), own, 'no id!'],
    'CreateOptOutImportInput.id': [...lists, '', 'x'.repeat(200)],
    ID: [...known, ...known, own, 'own-message', 'own-sender', '', 'no id!', 'x'.repeat(200)],
    PhoneNumber: [...PHONES, phone(0), phone(1), '+1', ''],
    DateTime: ['2026-11-02T17:00:00Z', '2026-11-03T17:00:00Z', 'yesterday'],
    Boolean: [true, false],
    Int: [0, 1, 2, 60, 1_000, -1],
    Float: [0, 0.5],
    String: texts,
    first: [0, 1, 2, 50, 1_001],
    after: [...known.map(cursorOf), cursorOf(own), 'none'],
    timeZone: ['America/New_York', 'Nowhere'],
    opensAt: ['09:00', '25:00'],
    closesAt: ['21:00'],
    phones: [...PHONES, phone(0), '(202) 555-0143', 'text'],
    csv: [`phone\n${phone(0)}`, PHONES.join('\n'), 'name,mobile', ''],
    country: ['US', 'gb', 'Nowhere'],
    origins: ['https://app.example.com', 'nowhere'],
    expiresInSeconds: [60, 900, 1],
    segments: [1, 2],
  };

  async function overHttp(attempt: Attempt, credential: number): Promise<string> {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${credentials[credential]}` },
      body: JSON.stringify({ query: attempt.query, variables: attempt.variables }),
    });
    return `${response.status} ${await response.text()}`;
  }

  async function overSocket({ kind, query, variables }: Attempt, credential: number): Promise<string> {
    const socket = sockets[credential] as WebSocket;
    const id = randomUUID();
    const answer = framesOf(socket, id, kind === 'subscription');
    socket.send(JSON.stringify({ type: 'subscribe', id, payload: { query, variables } }));
    const text = await answer;
    if (kind === 'subscription') socket.send(JSON.stringify({ type: 'complete', id }));
    return text;
  }

  return {
    values,
    send: (attempt, credential, isOverSocket) =>
      isOverSocket || attempt.kind === 'subscription'
        ? overSocket(attempt, credential)
        : overHttp(attempt, credential),
    normalise: (answer) =>
      known
        .reduce((text, id, index) => text.replaceAll(id, `#${index}`), answer)
        .replaceAll(account.accountId, 'ACCOUNT')
        .replace(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, 'TOKEN')
        .replace(/cak_[\w-]+/g, 'KEY')
        .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID')
        .replace(/"Wy[IJ][\w-]+"/g, 'CURSOR')
        .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
        .replace(/\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d/g, 'TIME'),
    close() {
      for (const socket of sockets) socket.close();
    },
  };
}
