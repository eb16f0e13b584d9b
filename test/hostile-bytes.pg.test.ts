// Hostile bytes: HTTP requests and WebSocket frames as no client sends them. Each gets a 4xx or a close, from a server that
// stays, at little cost.
import { gzipSync } from 'node:zlib';
import { IssueEmbedTokenDocument } from '@campaign-analytics/schema/graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import { openApi } from './harness/api.ts';
import { createCampaign } from './harness/campaign.ts';
import { type ServerProcess, useProcesses } from './harness/process.ts';
import { type TestAccount, useServer } from './harness/server.ts';
import { closeAfter, closeCodeIn, frame, openWire, sendBytes, statusOf, upgrade } from './harness/wire.ts';

const MEGABYTE = 1_024 * 1_024;
/** Ten times what is promised, because other work may run beside the tests. */
const MOST_CPU_MS = 10 * 10;

const home = useServer();
const start = useProcesses();
let server: ServerProcess;
let account: TestAccount;
let key = '';
let token = '';

beforeAll(async () => {
  server = await start(home.database.url, {
    NODE_ENV: 'production',
    HEADERS_WITHIN_MS: '1500',
    REQUEST_WITHIN_MS: '2500',
    SOCKET_FRAMES: '1000',
  });
  account = await home.account();
  key = account.key;
  const campaignIds = [await createCampaign(account)];
  const origins = ['https://app.example.com'];
  token = (await account.ask(IssueEmbedTokenDocument, { input: { campaignIds, origins } })).createEmbedToken
    .token;
  await openApi(server.url, key).ask('{ campaigns { totalCount } }');
  await closeAfter(server.url, [frame({ opcode: 1, payload: 'hello' })]);
});

const MUTATION = 'mutation{createCampaign(input:{name:"a"}){id}}';
const JSON_TYPE = 'Content-Type: application/json';

/** A request with this credential; its length is told unless `headers` do. */
const post = (
  body: string | Buffer,
  headers: readonly string[] = [JSON_TYPE],
  credential = key,
): Buffer[] => [
  Buffer.from(
    `${[
      'POST /graphql HTTP/1.1',
      'Host: localhost',
      `Authorization: Bearer ${credential}`,
      ...(headers.some((each) => /^(content-length|transfer-encoding):/i.test(each))
        ? []
        : [`Content-Length: ${Buffer.byteLength(body)}`]),
      ...headers,
    ].join('\r\n')}\r\n\r\n`,
  ),
  Buffer.from(body),
];
const get = (target: string, ...headers: readonly string[]): string =>
  `${[`GET ${target} HTTP/1.1`, 'Host: localhost', `Authorization: Bearer ${key}`, ...headers].join('\r\n')}\r\n\r\n`;
const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

const QUERY = JSON.stringify({ query: '{ __typename }' });

describe.each<[name: string, status: number, bytes: () => readonly (string | Buffer)[]]>([
  ['a batch of operations', 400, () => post(`[${QUERY},${QUERY}]`)],
  ['a batch of 10,000 operations', 400, () => post(`[${Array(10_000).fill(QUERY).join()}]`)],
  ['a form', 400, () => post(`query=${MUTATION}`, ['Content-Type: application/x-www-form-urlencoded'])],
  [
    'a form with files',
    400,
    () =>
      post('--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{}\r\n--x--', [
        'Content-Type: multipart/form-data; boundary=x',
      ]),
  ],
  ['a plain text', 400, () => post(JSON.stringify({ query: MUTATION }), ['Content-Type: text/plain'])],
  ['no content type', 400, () => post(JSON.stringify({ query: MUTATION }), ['Accept: */*'])],
  ['another charset', 400, () => post(QUERY, ['Content-Type: application/json; charset=ebcdic'])],
  ['a mutation by GET', 405, () => [get(`/graphql?query=${MUTATION}`, 'apollo-require-preflight: 1')]],
  ['a GET that any page can send', 400, () => [get('/graphql?query={__typename}')]],
  ['PUT', 405, () => post(QUERY).map((each) => String(each).replace('POST', 'PUT'))],
  ['DELETE', 405, () => post(QUERY).map((each) => String(each).replace('POST', 'DELETE'))],
  ['a method that is none', 400, () => post(QUERY).map((each) => String(each).replace('POST', 'FETCH'))],
  [
    'a hash instead of a query',
    200,
    () =>
      post(JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: '0'.repeat(64) } } })),
  ],
  [
    'a body that is told to have 100 MB',
    413,
    () => post('', [JSON_TYPE, `Content-Length: ${100 * MEGABYTE}`]),
  ],
  [
    'a body of 5 MB in chunks',
    413,
    () => [
      ...post('', [JSON_TYPE, 'Transfer-Encoding: chunked']),
      ...Array(80).fill(chunk('x'.repeat(65_536))),
      '0\r\n\r\n',
    ],
  ],
  [
    'a body of 65 KB with a token',
    413,
    () => post('x'.repeat(65_537), [JSON_TYPE, 'Origin: https://app.example.com'], token),
  ],
  [
    '8 MB, zipped',
    413,
    () => post(gzipSync(Buffer.alloc(8 * MEGABYTE, ' ')), [JSON_TYPE, 'Content-Encoding: gzip']),
  ],
  [
    '100 MB, zipped',
    413,
    () => post(gzipSync(Buffer.alloc(100 * MEGABYTE, ' ')), [JSON_TYPE, 'Content-Encoding: gzip']),
  ],
  ['brackets, 60,000 deep', 400, () => post('['.repeat(60_000))],
  ['closed brackets, 60,000 deep', 400, () => post('['.repeat(60_000) + ']'.repeat(60_000))],
  ['a body with a prototype', 400, () => post('{"__proto__":{"query":"{ __typename }"}}')],
  ['a query that is a list', 400, () => post('{"query":["{ __typename }"]}')],
  ['variables that are a list', 400, () => post('{"query":"{ __typename }","variables":[1]}')],
  ['extensions that are a text', 400, () => post('{"query":"{ __typename }","extensions":"x"}')],
  ['half of a character', 400, () => post(Buffer.from([0x7b, 0x22, 0xc3]))],
  ['headers of 100 KB', 431, () => [get('/healthz', `X-Long: ${'x'.repeat(100_000)}`)]],
  [
    '3,000 headers',
    431,
    () => [get('/healthz', ...Array.from({ length: 3_000 }, (_, index) => `X-${index}: x`))],
  ],
  ['an address of 100 KB', 431, () => [get(`/graphql?query=${'x'.repeat(100_000)}`)]],
  ['no Host', 400, () => ['GET /healthz HTTP/1.1\r\n\r\n']],
  ['two lengths', 400, () => post(QUERY, [JSON_TYPE, 'Content-Length: 1', 'Content-Length: 2'])],
  ['a negative length', 400, () => post(QUERY, [JSON_TYPE, 'Content-Length: -1'])],
  [
    'a length and chunks',
    400,
    () => post(QUERY, [JSON_TYPE, 'Content-Length: 3', 'Transfer-Encoding: chunked']),
  ],
  ['chunks behind another encoding', 400, () => post(QUERY, [JSON_TYPE, 'Transfer-Encoding: gzip'])],
  ['a chunk of no length', 400, () => [...post('', [JSON_TYPE, 'Transfer-Encoding: chunked']), 'zz\r\n']],
  [
    'a chunk longer than all',
    400,
    () => [...post('', [JSON_TYPE, 'Transfer-Encoding: chunked']), 'ffffffffffffffffff\r\n'],
  ],
  ['NUL in a header', 400, () => [get('/healthz', 'X-Nul: a\0b')]],
  ['a header without a name', 400, () => [get('/healthz', ': x')]],
  ['a header over two lines', 400, () => [get('/healthz', 'X-Fold: a', ' b')]],
  ['TLS', 400, () => [Buffer.from('16030100c8010000c40303', 'hex'), Buffer.alloc(200, 7)]],
  ['HTTP 2', 400, () => ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n']],
  ['another version', 400, () => ['GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n']],
  ['a way out of a folder', 404, () => [get('/widget/../../package.json')]],
  ['an encoded way out of a folder', 404, () => [get('/widget/..%2f..%2fpackage.json')]],
  ['NUL in an address', 404, () => [get('/widget/%00')]],
  ['half of an encoded byte', 400, () => [get('/widget/%a')]],
  ['half of an encoded byte in a page', 400, () => [get('/campaigns/%')]],
  ['another host in the address', 404, () => [get('http://169.254.169.254/latest/meta-data')]],
  ['headers that do not end', 408, () => ['GET /healthz HTTP/1.1\r\nHost: x\r\n', 'X-Slow: ']],
  ['a body that does not end', 408, () => post('{"query":', [JSON_TYPE, 'Content-Length: 100'])],
  ['an upgrade elsewhere', 404, () => [upgrade(server.url, {}, 'GET /other HTTP/1.1')]],
  ['an upgrade by POST', 405, () => [upgrade(server.url, {}, 'POST /graphql HTTP/1.1')]],
  ['an upgrade without a key', 400, () => [upgrade(server.url, { 'Sec-WebSocket-Key': '' })]],
  ['an upgrade with a short key', 400, () => [upgrade(server.url, { 'Sec-WebSocket-Key': 'eA==' })]],
  ['an upgrade to an old version', 400, () => [upgrade(server.url, { 'Sec-WebSocket-Version': '7' })]],
  ['an upgrade to something else', 400, () => [upgrade(server.url, { Upgrade: 'h2c' })]],
  [
    'an upgrade with a broken list of protocols',
    400,
    () => [upgrade(server.url, { 'Sec-WebSocket-Protocol': ',,' })],
  ],
])('%s', (_, status, bytes) => {
  test(`answers ${status}`, async () => {
    const sent = bytes();
    const before = await server.cpuMs();
    expect(await sendBytes(server.url, ...sent)).toBe(status);
    expect((await server.cpuMs()) - before).toBeLessThan(MOST_CPU_MS);
  });
});

const init = (credential: string): Buffer =>
  frame({
    opcode: 1,
    payload: JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${credential}` } }),
  });
const text = (payload: string | object): Buffer =>
  frame({ opcode: 1, payload: typeof payload === 'string' ? payload : JSON.stringify(payload) });
const subscribe = (payload: unknown, id: unknown = '1'): Buffer => text({ id, type: 'subscribe', payload });

describe.each<
  [name: string, code: number | undefined, frames: () => readonly Buffer[], headers?: Record<string, string>]
>([
  ['the legacy subprotocol', 4406, () => [], { 'Sec-WebSocket-Protocol': 'graphql-ws' }],
  ['no subprotocol that we know', 4406, () => [], { 'Sec-WebSocket-Protocol': 'mqtt, soap' }],
  [
    'the legacy first message',
    4400,
    () =>
      [text({ type: 'start', id: '1', payload: { query: '{ __typename }' } })].concat(
        subscribe({ query: '{ __typename }' }),
      ),
  ],
  ['a token at another origin', 4403, () => [init(token)], { Origin: 'https://evil.example.com' }],
  ['a token without an origin', 4403, () => [init(token)]],
  ['a token at origin null', 4403, () => [init(token)], { Origin: 'null' }],
  [
    'a token at an origin that begins the same',
    4403,
    () => [init(token)],
    { Origin: 'https://app.example.com.evil.example.com' },
  ],
  ['a frame of 65 KB', 1009, () => [text('x'.repeat(65_537))]],
  ['a frame that is told to have 100 MB', 1009, () => [frame({ opcode: 1, length: 104_857_600n })]],
  ['a frame longer than all', 1009, () => [frame({ opcode: 1, length: 2n ** 63n })]],
  [
    'fragments that come to 65 KB',
    1009,
    () => [
      frame({ opcode: 1, payload: 'x'.repeat(40_000), isFinal: false }),
      frame({ opcode: 0, payload: 'x'.repeat(40_000) }),
    ],
  ],
  [
    '65 tiny fragments',
    1008,
    () => [
      frame({ opcode: 1, payload: 'x', isFinal: false }),
      ...Array(70).fill(frame({ opcode: 0, payload: 'x', isFinal: false })),
    ],
  ],
  [
    'empty fragments',
    1008,
    () => [frame({ opcode: 1, isFinal: false }), ...Array(70).fill(frame({ opcode: 0, isFinal: false }))],
  ],
  ['a frame that is not masked', 1002, () => [frame({ opcode: 1, payload: '{}', isMasked: false })]],
  ['reserved bits', 1002, () => [frame({ opcode: 1, payload: '{}', reserved: 4 })]],
  ['an opcode that is none', 1002, () => [frame({ opcode: 3 })]],
  ['a ping in pieces', 1002, () => [frame({ opcode: 9, isFinal: false })]],
  ['a ping that is too long', 1002, () => [frame({ opcode: 9, payload: 'x'.repeat(126) })]],
  ['an end without a beginning', 1002, () => [frame({ opcode: 0, payload: 'x' })]],
  [
    'a beginning within a message',
    1002,
    () => [frame({ opcode: 1, payload: 'x', isFinal: false }), frame({ opcode: 1, payload: 'x' })],
  ],
  ['a close code that is none', 1002, () => [frame({ opcode: 8, payload: Buffer.from([0, 1]) })]],
  ['bytes that are no UTF-8', 1007, () => [frame({ opcode: 1, payload: Buffer.from([0xc3, 0x28]) })]],
  // ws itself ends a socket whose pings come faster than its own answers go out.
  ['10,000 pings', undefined, () => Array(10_000).fill(frame({ opcode: 9 }))],
  ['10,000 pongs in a second', 1008, () => Array(10_000).fill(frame({ opcode: 10 }))],
  ['10,000 messages in a second', 1008, () => [init(key), ...Array(10_000).fill(text({ type: 'pong' }))]],
  ['brackets, 60,000 deep', 4400, () => [text('['.repeat(60_000))]],
  ['null', 4400, () => [text('null')]],
  ['a list', 4400, () => [text('[]')]],
  ['a message without a type', 4400, () => [text('{}')]],
  ['a message of an unknown type', 4400, () => [text('{"type":"start"}')]],
  ['a subscription before anything', 4401, () => [subscribe({ query: '{ __typename }' })]],
  ['a subscription without a query', 4400, () => [init(key), subscribe({})]],
  ['a query that is an object', 4400, () => [init(key), subscribe({ query: {} })]],
  [
    'variables that are a text',
    4400,
    () => [init(key), subscribe({ query: '{ __typename }', variables: 'x' })],
  ],
  ['an id that is a number', 4400, () => [init(key), subscribe({ query: '{ __typename }' }, 1)]],
  ['an empty id', 4400, () => [init(key), subscribe({ query: '{ __typename }' }, '')]],
  ['no word at all', 4408, () => []],
  ['two first messages', 4429, () => [init(key), init(key)]],
  ['a key that nobody gave', 4401, () => [init('x'.repeat(47))]],
  ['parameters that are a list', 4400, () => [text({ type: 'connection_init', payload: [] })]],
])('a socket with %s', (_, code, frames, headers) => {
  test(`is closed with ${code ?? 'no word'}`, async () => {
    const sent = frames();
    expect(await closeAfter(server.url, sent, headers)).toBe(code);
  });
});

test('a socket that pings on and takes no answer is ended, and the answers do not pile up', async () => {
  const wire = await openWire(server.url);
  wire.socket.write(upgrade(server.url));
  await wire.until((received) => received.includes('\r\n\r\n'));
  wire.socket.write(init(key));
  await wire.until((received) => received.includes('connection_ack'));
  wire.socket.pause();
  const ended = new Promise<void>((resolve) => wire.socket.once('close', () => resolve()));
  // Each answer repeats what came with the ping.
  const ping = text({ type: 'ping', payload: { x: 'x'.repeat(60_000) } });
  const more = (): void => {
    if (!wire.socket.destroyed) wire.socket.write(ping, () => setImmediate(more));
  };
  more();
  await ended;
  expect(closeCodeIn(wire.received())).toBeUndefined();
});

test('a connection that says nothing is no request, and others are served meanwhile', async () => {
  const wires = await Promise.all(Array.from({ length: 200 }, () => openWire(server.url)));
  expect(await sendBytes(server.url, get('/healthz'))).toBe(200);
  for (const { socket } of wires) socket.destroy();
});

test('a thousand requests on one connection, sent without waiting, are answered one after another', async () => {
  const wire = await openWire(server.url);
  wire.socket.write(get('/healthz').repeat(1_000));
  const received = await wire.until((each) => each.toString('latin1').split('HTTP/1.1 200').length === 1_001);
  expect(statusOf(received)).toBe(200);
  wire.socket.destroy();
});

test('after all of these the same process answers, and logged no fault', async () => {
  const { campaigns } = await openApi(server.url, key).ask<{ campaigns: { totalCount: number } }, object>(
    '{ campaigns { totalCount } }',
  );
  expect(campaigns.totalCount).toBe(1);
  expect(server.log()).not.toMatch(/"level":"(error|fatal)"/);
});
