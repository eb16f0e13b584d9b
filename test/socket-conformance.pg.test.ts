// graphql-transport-ws as its PROTOCOL.md says, word by word, where it leaves no choice. The one known deviation of its
// reference server, that an operation with a syntax error closes the whole socket, is mended here.
import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createCampaign, message, phone, record } from './harness/campaign.ts';
import { startTestServer, type TestAccount, useServer } from './harness/server.ts';
import { openTalk, type Said, type Talk } from './harness/talk.ts';

const server = useServer();
let account: TestAccount;
let campaignId = '';
let init: object = {};
beforeAll(async () => {
  account = await server.account();
  campaignId = await createCampaign(account);
  init = { type: 'connection_init', payload: { authorization: `Bearer ${account.key}` } };
});

const talks: Talk[] = [];
afterEach(() => {
  for (const each of talks.splice(0)) each.end();
});
async function open(...options: [protocols?: string | string[]]): Promise<Talk> {
  const talk = await openTalk(server.url, ...options);
  talks.push(talk);
  return talk;
}
/** A talk after its handshake. */
async function connect(): Promise<Talk> {
  const talk = await open();
  talk.say(init);
  expect(await talk.hear()).toEqual({ type: 'connection_ack' });
  return talk;
}

const QUERY = { query: '{ __typename }' };
const TYPENAME = { data: { __typename: 'Query' } };
const subscribe = (payload: unknown = QUERY, id: unknown = '1') => ({ id, type: 'subscribe', payload });
const watch = (id = '1') =>
  subscribe(
    { query: `subscription { campaignAnalytics(campaignId: "${campaignId}") { conversations } }` },
    id,
  );
const next = (payload: unknown, id = '1'): Said => ({ id, type: 'next', payload });
const complete = (id = '1'): Said => ({ id, type: 'complete' });
const errorOf = (code: string, id = '1') => ({
  id,
  type: 'error',
  payload: [expect.objectContaining({ extensions: { code } })],
});
let contacts = 0;
/** A change of the campaign's numbers. */
const change = () => record(account, message(campaignId, { contact: phone(contacts++) }));
const conversations = (said: Said): number =>
  (said.payload as { data: { campaignAnalytics: { conversations: number } } }).data.campaignAnalytics
    .conversations;

describe('the subprotocol', () => {
  test('is the one that was asked for', async () => {
    expect((await open()).protocol).toBe('graphql-transport-ws');
  });

  test('is chosen among others', async () => {
    expect((await open(['graphql-ws', 'graphql-transport-ws', 'other'])).protocol).toBe(
      'graphql-transport-ws',
    );
  });
});

describe('connection_init', () => {
  test('is answered with connection_ack', async () => {
    await connect();
  });

  test('may have more in its payload', async () => {
    const talk = await open();
    talk.say({ ...init, payload: { authorization: `Bearer ${account.key}`, more: { a: [1] } } });
    expect(await talk.hear()).toEqual({ type: 'connection_ack' });
  });

  test.each<[what: string, said: () => object, code: number, reason: string]>([
    ['without a payload', () => ({ type: 'connection_init' }), 4401, 'UNAUTHENTICATED'],
    ['with payload null', () => ({ type: 'connection_init', payload: null }), 4401, 'UNAUTHENTICATED'],
    ['with an empty payload', () => ({ type: 'connection_init', payload: {} }), 4401, 'UNAUTHENTICATED'],
    [
      'with a text as its payload',
      () => ({ type: 'connection_init', payload: 'x' }),
      4400,
      'Invalid message received',
    ],
    [
      'with a list as its payload',
      () => ({ type: 'connection_init', payload: [] }),
      4400,
      'Invalid message received',
    ],
  ])('%s is refused', async (_, said, code, reason) => {
    const talk = await open();
    talk.say(said());
    expect(await talk.closed()).toEqual({ code, reason });
  });

  test('a second time closes with 4429', async () => {
    const talk = await connect();
    talk.say(init);
    expect(await talk.closed()).toEqual({ code: 4429, reason: 'Too many initialisation requests' });
  });

  test('a second time before the first is acknowledged closes with 4429', async () => {
    const talk = await open();
    talk.say(init);
    talk.say(init);
    expect(await talk.closed()).toMatchObject({ code: 4429 });
  });

  test('that does not come closes with 4408', async () => {
    expect(await (await open()).closed()).toEqual({
      code: 4408,
      reason: 'Connection initialisation timeout',
    });
  });

  test('is not hindered by a ping before it', async () => {
    const talk = await open();
    expect(await talk.isQuiet()).toBe(true);
    talk.say(init);
    expect(await talk.hear()).toEqual({ type: 'connection_ack' });
  });
});

describe('ping', () => {
  test.each<[what: string, payload: unknown]>([
    ['without a payload', undefined],
    ['with payload null', null],
    ['with a payload', { a: 1 }],
  ])('%s is answered with pong', async (_, payload) => {
    const talk = await connect();
    talk.say({ type: 'ping', ...(payload !== undefined && { payload }) });
    expect(await talk.hear()).toEqual({ type: 'pong', ...(payload ? { payload } : {}) });
  });

  test('is answered while an operation runs', async () => {
    const talk = await connect();
    talk.say(watch());
    await talk.hear();
    expect(await talk.isQuiet()).toBe(true);
  });

  test('with a list as its payload closes with 4400', async () => {
    const talk = await connect();
    talk.say({ type: 'ping', payload: [] });
    expect(await talk.closed()).toMatchObject({ code: 4400 });
  });
});

test('pong may come unasked, and is not answered', async () => {
  const talk = await connect();
  talk.say({ type: 'pong' });
  talk.say({ type: 'pong', payload: { a: 1 } });
  expect(await talk.isQuiet()).toBe(true);
});

describe('subscribe', () => {
  test('before anything else closes with 4401', async () => {
    const talk = await open();
    talk.say(subscribe());
    expect(await talk.closed()).toEqual({ code: 4401, reason: 'Unauthorized' });
  });

  test('before the acknowledgement closes with 4401', async () => {
    const talk = await open();
    talk.say(init);
    talk.say(subscribe());
    expect(await talk.closed()).toMatchObject({ code: 4401 });
  });

  test('with a query is answered with next and complete', async () => {
    const talk = await connect();
    talk.say(subscribe());
    expect([await talk.hear(), await talk.hear()]).toEqual([next(TYPENAME), complete()]);
    expect(await talk.isQuiet()).toBe(true);
  });

  test('with a mutation is answered with next and complete', async () => {
    const talk = await connect();
    talk.say(subscribe({ query: 'mutation { revokeEmbedToken(id: "x") }' }));
    expect([await talk.hear(), await talk.hear()]).toEqual([
      next({ data: { revokeEmbedToken: false } }),
      complete(),
    ]);
  });

  test('with a subscription is answered with next for each event, and with nothing in between', async () => {
    const talk = await connect();
    talk.say(watch());
    const first = conversations(await talk.hear());
    expect(await talk.isQuiet()).toBe(true);
    for (const more of [1, 2]) {
      await change();
      expect(conversations(await talk.hear())).toBe(first + more);
    }
  });

  test.each<[what: string, payload: object]>([
    [
      'the operation that it names',
      { query: 'query a { campaigns { totalCount } } query b { __typename }', operationName: 'b' },
    ],
    ['variables', { query: 'query ($a: Boolean!) { __typename @include(if: $a) }', variables: { a: true } }],
    ['extensions', { ...QUERY, extensions: { a: 1 } }],
    [
      'null for all that may be left out',
      { ...QUERY, operationName: null, variables: null, extensions: null },
    ],
    ['fields that nobody knows', { ...QUERY, more: 1 }],
  ])('takes %s', async (_, payload) => {
    const talk = await connect();
    talk.say(subscribe(payload));
    expect(await talk.hear()).toEqual(next(TYPENAME));
  });

  test.each<[what: string, said: object]>([
    ['without an id', { type: 'subscribe', payload: QUERY }],
    ['with an empty id', subscribe(QUERY, '')],
    ['with a number as its id', subscribe(QUERY, 1)],
    ['with null as its id', subscribe(QUERY, null)],
    ['without a payload', { id: '1', type: 'subscribe' }],
    ['with a text as its payload', subscribe('{ __typename }')],
    ['without a query', subscribe({})],
    ['with null as its query', subscribe({ query: null })],
    ['with an object as its query', subscribe({ query: {} })],
    ['with a text as its variables', subscribe({ ...QUERY, variables: '{}' })],
    ['with a list as its variables', subscribe({ ...QUERY, variables: [] })],
    ['with a number as its operation', subscribe({ ...QUERY, operationName: 1 })],
    ['with a text as its extensions', subscribe({ ...QUERY, extensions: 'x' })],
  ])('%s closes with 4400', async (_, said) => {
    const talk = await connect();
    talk.say(said);
    expect(await talk.closed()).toEqual({ code: 4400, reason: 'Invalid message received' });
  });

  test('with the id of one that runs closes with 4409, which names it', async () => {
    const talk = await connect();
    talk.say(watch('same'));
    await talk.hear();
    talk.say(subscribe(QUERY, 'same'));
    expect(await talk.closed()).toEqual({ code: 4409, reason: 'Subscriber for same already exists' });
  });

  test('with the id of one that is being prepared closes with 4409', async () => {
    const talk = await connect();
    talk.say(watch('same'));
    talk.say(watch('same'));
    expect(await talk.closed()).toMatchObject({ code: 4409 });
  });

  test('may use an id again after complete, and after an error', async () => {
    const talk = await connect();
    for (const payload of [QUERY, { query: '{' }, QUERY]) {
      talk.say(subscribe(payload));
      const { type } = await talk.hear();
      expect(type).toBe(payload === QUERY ? 'next' : 'error');
      if (type === 'next') expect(await talk.hear()).toEqual(complete());
    }
  });

  test('runs operations side by side, each answered by its id', async () => {
    const talk = await connect();
    for (const id of ['a', 'b']) talk.say(watch(id));
    const heard = [await talk.hear(), await talk.hear()];
    expect(new Set(heard.map(({ id }) => id))).toEqual(new Set(['a', 'b']));
    talk.say(subscribe(QUERY, 'c'));
    expect([await talk.hear(), await talk.hear()]).toEqual([next(TYPENAME, 'c'), complete('c')]);
  });

  test('takes any text as an id', async () => {
    const talk = await connect();
    for (const id of [randomUUID(), '__proto__', 'constructor', 'ä 🦆', '\u0000']) {
      talk.say(subscribe(QUERY, id));
      expect([await talk.hear(), await talk.hear()]).toEqual([next(TYPENAME, id), complete(id)]);
    }
  });
});

describe('error', () => {
  test.each<[what: string, payload: object, code: string]>([
    ['a syntax error', { query: 'subscription {' }, 'GRAPHQL_PARSE_FAILED'],
    ['an empty query', { query: '' }, 'GRAPHQL_PARSE_FAILED'],
    ['a validation error', { query: '{ nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['a document beyond the limits', { query: `{ ${'a '.repeat(2_000)} }` }, 'GRAPHQL_PARSE_FAILED'],
    [
      'an operation that is not there',
      { query: 'query a { __typename }', operationName: 'b' },
      'BAD_USER_INPUT',
    ],
    [
      'two operations without a name',
      { query: 'query a { __typename } query b { __typename }' },
      'BAD_USER_INPUT',
    ],
  ])('answers %s, is the last of its operation and leaves the others alone', async (_, payload, code) => {
    const talk = await connect();
    talk.say(watch('other'));
    const before = conversations(await talk.hear());
    talk.say(subscribe(payload));
    expect(await talk.hear()).toEqual(errorOf(code));
    expect(await talk.isQuiet()).toBe(true);
    await change();
    expect(conversations(await talk.hear())).toBe(before + 1);
  });

  test('of an execution comes in next, beside what data there is, and complete follows', async () => {
    const talk = await connect();
    talk.say(subscribe({ query: '{ campaigns(first: -1) { totalCount } }' }));
    expect(await talk.hear()).toEqual(
      next({
        data: null,
        errors: [expect.objectContaining({ path: ['campaigns'], extensions: { code: 'BAD_USER_INPUT' } })],
      }),
    );
    expect(await talk.hear()).toEqual(complete());
  });
});

describe('complete', () => {
  test('from the client ends its operation: nothing more comes of it, and the id is free', async () => {
    const talk = await connect();
    talk.say(watch());
    await talk.hear();
    talk.say({ id: '1', type: 'complete' });
    expect(await talk.isQuiet()).toBe(true);
    await change();
    talk.say(watch('2'));
    expect((await talk.hear()).id).toBe('2');
    talk.say(subscribe());
    expect([await talk.hear(), await talk.hear()]).toEqual([next(TYPENAME), complete()]);
  });

  test('right behind its subscribe leaves nothing behind', async () => {
    const talk = await connect();
    talk.say(watch());
    talk.say({ id: '1', type: 'complete' });
    talk.say(watch('2'));
    expect((await talk.hear()).id).toBe('2');
    await change();
    expect((await talk.hear()).id).toBe('2');
    expect(await talk.isQuiet()).toBe(true);
  });

  test.each(['1', 'never there'])('of %j, which does not run, is not answered', async (id) => {
    const talk = await connect();
    talk.say(subscribe());
    expect([await talk.hear(), await talk.hear()]).toEqual([next(TYPENAME), complete()]);
    talk.say({ id, type: 'complete' });
    expect(await talk.isQuiet()).toBe(true);
  });

  test.each<[what: string, said: object]>([
    ['without an id', { type: 'complete' }],
    ['with an empty id', { type: 'complete', id: '' }],
    ['with a number as its id', { type: 'complete', id: 1 }],
  ])('%s closes with 4400', async (_, said) => {
    const talk = await connect();
    talk.say(said);
    expect(await talk.closed()).toMatchObject({ code: 4400 });
  });
});

describe('what is no message of a client', () => {
  test.each<[what: string, said: object | string]>([
    ['no JSON', 'hello'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['a text in JSON', '"ping"'],
    ['a number', '1'],
    ['an object without a type', {}],
    ['a type that is a number', { type: 1 }],
    ['an unknown type', { type: 'start' }],
    ['a type in capitals', { type: 'PING' }],
    ['connection_ack', { type: 'connection_ack' }],
    ['next', next(TYPENAME)],
    ['error', { id: '1', type: 'error', payload: [{ message: 'x' }] }],
  ])('%s closes with 4400', async (_, said) => {
    const talk = await connect();
    talk.say(said);
    expect(await talk.closed()).toEqual({ code: 4400, reason: 'Invalid message received' });
  });
});

test('a server that ends closes with 1012, which clients come back from', async () => {
  const ending = await startTestServer(server.database.url);
  const talk = await openTalk(ending.url);
  talk.say(init);
  await talk.hear();
  await ending.stop();
  expect(await talk.closed()).toEqual({ code: 1012, reason: 'Restarting' });
});
