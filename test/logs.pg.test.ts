// What an operator reads of a request: its id, its code, its level. Nothing that a client wrote.
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createCampaign } from './harness/campaign.ts';
import { eventually } from './harness/deadline.ts';
import { useServer } from './harness/server.ts';
import { openSocket } from './harness/socket.ts';

interface Line {
  readonly level: string;
  readonly time: string;
  readonly msg: string;
  readonly requestId?: string;
  readonly socketId?: string;
  readonly code?: string;
  readonly field?: string;
  readonly fault?: { readonly name: string; readonly stack: string };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const lines: string[] = [];
const server = useServer({ KEY_REQUESTS: '12' }, lines);
const told = (is: (line: Line) => boolean): Promise<Line[]> =>
  eventually(
    async () => lines.map((line) => JSON.parse(line) as Line).filter(is),
    (found) => found.length > 0,
  );
const idOf = (headers: Headers): string => headers.get('x-request-id') ?? '';

describe('a request', () => {
  test('gets an id, which its answer and its lines have', async () => {
    const account = await server.account();
    const { headers } = await account.send('{ campaigns(first: -1) { totalCount } }');
    expect(idOf(headers)).toMatch(UUID);
    expect(headers.get('access-control-expose-headers')).toContain('x-request-id');
    expect(await told((line) => line.requestId === idOf(headers))).toMatchObject([
      {
        level: 'debug',
        code: 'BAD_USER_INPUT',
        field: 'campaigns',
        msg: 'answered an error',
        time: expect.any(String),
      },
    ]);
  });

  test.each<[what: string, text: string, code: string]>([
    ['does not parse', '{', 'GRAPHQL_PARSE_FAILED'],
    ['is not valid', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['is beyond a limit', `{ ${'__typename '.repeat(999)} }`, 'GRAPHQL_PARSE_FAILED'],
    ['costs too much', '{ campaigns(first: 100000) { edges { cursor } } }', 'GRAPHQL_VALIDATION_FAILED'],
  ])('that %s has its line too', async (_, text, code) => {
    const { headers } = await (await server.account()).send(text);
    expect(await told((line) => line.requestId === idOf(headers))).toMatchObject([{ level: 'debug', code }]);
  });

  test('may bring an id of its own, if it is a UUID; a number or a word is not repeated', async () => {
    const account = await server.account();
    const given = randomUUID();
    const ask = (id: string) => account.send('{', undefined, { 'x-request-id': id });
    expect(idOf((await ask(given)).headers)).toBe(given);
    expect(await told((line) => line.requestId === given)).toHaveLength(1);
    for (const bad of ['+12025550142', 'canary', `${given}\u00e9`, given.toUpperCase(), 'x'.repeat(5_000)])
      expect(idOf((await ask(bad)).headers)).toMatch(UUID);
    for (const bad of ['+12025550142', 'canary']) expect(idOf((await ask(bad)).headers)).not.toBe(bad);
  });

  test('without a credential, with a bad body and for a page has one as well', async () => {
    const refused = await fetch(`${server.url}/graphql`);
    const page = await fetch(`${server.url}/nowhere`);
    expect([refused, page].map(({ headers }) => UUID.test(idOf(headers)))).toEqual([true, true]);
    expect(await told((line) => line.requestId === idOf(refused.headers))).toMatchObject([
      { level: 'debug', code: 'UNAUTHENTICATED' },
    ]);
  });
});

test('a socket has an id for all of its lines', async () => {
  const account = await server.account();
  const socket = openSocket(server.url, account.key);
  await socket.watch('{ campaigns(first: -2) { totalCount } }').end();
  await socket.watch('{ deeper').end();
  await socket.close();
  const found = await told((line) => line.socketId !== undefined);
  expect(found).toHaveLength(2);
  expect(new Set(found.map(({ socketId }) => socketId)).size).toBe(1);
  expect(found[0]?.socketId).toMatch(UUID);
});

test('an alias is what a client wrote, and is not logged', async () => {
  const account = await server.account();
  const { headers, errors } = await account.send(
    '{ canary_12025550142: campaigns(first: -3) { totalCount } }',
  );
  expect(errors?.[0]?.path).toEqual(['canary_12025550142']);
  const [line] = await told(({ requestId }) => requestId === idOf(headers));
  expect(line?.field).toBe('campaigns');
});

test('what is refused for a while is a warning, and a fault of ours is an error with its place and without its words', async () => {
  const account = await server.account();
  const campaignId = await createCampaign(account);
  const answers = await Promise.all(Array.from({ length: 240 }, () => account.send('{ __typename }')));
  expect(answers.some(({ status }) => status === 429)).toBe(true);
  expect((await told((line) => line.code === 'RATE_LIMITED'))[0]).toMatchObject({ level: 'warn' });

  const other = await server.account();
  await server.database.client.query('alter table campaign rename column name to canary');
  const { errors, headers } = await other.send('query ($id: ID!) { campaign(id: $id) { name } }', {
    id: campaignId,
  });
  await server.database.client.query('alter table campaign rename column canary to name');
  expect(errors).toMatchObject([{ message: 'Internal error', extensions: { code: 'INTERNAL' } }]);
  const [line] = await told((each) => each.requestId === idOf(headers));
  expect(line).toMatchObject({
    level: 'error',
    code: 'INTERNAL',
    field: 'campaign',
    fault: { stack: expect.stringContaining('at ') },
  });
});
