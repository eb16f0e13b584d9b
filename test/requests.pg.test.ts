// Requests that are none: bad documents, bodies and methods. Each gets a status, a code and nothing of itself.
import { expect, test } from 'vitest';
import { startCampaign } from './harness/campaign.ts';
import { useServer } from './harness/server.ts';

const server = useServer();

const optIn = (fields: string): string => `mutation { recordOptIns(optIns: [{ ${fields} }]) { recorded } }`;
test.each<[what: string, document: string]>([
  ['a number for a phone number', optIn('contact: 12025550188, at: "x"')],
  ['a name for a phone number', optIn('contact: canary, at: "x"')],
  ['an object for a phone number', optIn('contact: { canary: "canary" }, at: "x"')],
  ['a missing field', optIn('contact: "+12025550188"')],
  ['an unknown field', optIn('contact: "+12025550188", at: "x", x5550188: "canary"')],
  ['an unknown enum value', '{ campaigns(status: CANARY) { totalCount } }'],
  ['a text for an enum value', '{ campaigns(status: "canary") { totalCount } }'],
  ['a text for a number', '{ campaigns(first: "canary") { totalCount } }'],
  ['a number too large', '{ campaigns(first: 5550188555) { totalCount } }'],
  ['a block text for a number', '{ campaigns(first: """canary""") { totalCount } }'],
  ['a list for a text', '{ campaigns(search: ["canary", "canary"]) { totalCount } }'],
  ['a number for a text', '{ campaigns(search: 5550188) { totalCount } }'],
])('%s in the document is refused and not repeated', async (_, document) => {
  const { api } = await startCampaign(server);
  const { status, errors, data } = await api.send(document);
  expect({ status, data }).toEqual({ status: 400, data: undefined });
  expect(errors?.map((error) => error.extensions.code)).toEqual(
    errors?.map(() => 'GRAPHQL_VALIDATION_FAILED'),
  );
  expect(JSON.stringify(errors)).not.toMatch(/canary|5550188/i);
});

test.each([
  '{ campaigns(search: "canary" "canary") { totalCount }',
  '{ campaigns(search: canary 12025550188) { totalCount } }',
  '{ campaigns(search: +12025550188) { totalCount } }',
  "{ campaigns(search: 'canary') { totalCount } }",
  '{ campaigns(search: "canary',
  '{ campaigns(search: """canary',
  '{ campaigns(search: "\\qcanary") { totalCount } }',
  '{ campaigns(search: "\\u0zcanary") { totalCount } }',
  '{ campaigns(search: 05550188) { totalCount } }',
  '{ campaigns(search: 5550188.x) { totalCount } }',
  '{ campaigns(search: ) canary { totalCount } }',
  '{ campaigns(search: hello canary, first: 1) { totalCount } }',
  '"canary"',
  'canary',
  '{ campaigns } }canary',
  '{ ...on canary canary }}',
])('the syntax error %j is refused and not repeated', async (document) => {
  const { api } = await startCampaign(server);
  const { status, errors } = await api.send(document);
  expect(status).toBe(400);
  expect(errors).toMatchObject([
    { message: expect.stringMatching(/^Syntax Error: /), extensions: { code: 'GRAPHQL_PARSE_FAILED' } },
  ]);
  expect(JSON.stringify(errors)).not.toMatch(/canary|5550188/i);
});

test.each([
  '{ nothing }',
  '{ campaigns(by: "name") { totalCount } }',
  '{ campaigns { total } }',
  '{ campaigns }',
])('the document %s is not valid', async (document) => {
  const { api } = await startCampaign(server);
  const { status, errors } = await api.send(document);
  expect(status).toBe(400);
  expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
});

const MUTATION = `mutation { createCampaign(input: { name: "A" }) { id } }`;
const JSON_TYPE = { 'content-type': 'application/json' };
const query = (variables: unknown, query: unknown = 'query ($id: ID!) { campaign(id: $id) { id } }') =>
  JSON.stringify({ query, variables });
const tooLarge = JSON.stringify({ query: '{ campaigns { totalCount } }', x: 'x'.repeat(4 * 1024 * 1024) });
const search = new URLSearchParams({ query: MUTATION }).toString();

test.each<[what: string, status: number, code: string, request: RequestInit & { search?: string }]>([
  ['a body cut short', 400, 'BAD_USER_INPUT', { body: '{"query": "canary' }],
  ['a body that is no JSON', 400, 'BAD_USER_INPUT', { body: 'canary' }],
  ['a JSON text', 400, 'BAD_USER_INPUT', { body: '"canary"' }],
  ['a JSON null', 400, 'BAD_USER_INPUT', { body: 'null' }],
  ['a batch of operations', 400, 'BAD_REQUEST', { body: `[${query({ id: 'canary' })}]` }],
  ['an empty list', 400, 'BAD_REQUEST', { body: '[]' }],
  ['an empty object', 400, 'BAD_REQUEST', { body: '{}' }],
  ['no body', 400, 'BAD_REQUEST', {}],
  ['an empty body', 400, 'BAD_REQUEST', { body: '' }],
  [
    'another content type',
    400,
    'BAD_REQUEST',
    { body: query({ id: 'canary' }), headers: { 'content-type': 'text/plain' } },
  ],
  [
    'no content type',
    400,
    'BAD_REQUEST',
    { body: new TextEncoder().encode(query({ id: 'canary' })), headers: {} },
  ],
  ['a form', 400, 'BAD_REQUEST', { body: new URLSearchParams({ query: MUTATION }), headers: {} }],
  [
    'an unknown charset',
    400,
    'BAD_USER_INPUT',
    { body: query({}), headers: { 'content-type': 'application/json; charset=canary' } },
  ],
  [
    'an unknown encoding',
    400,
    'BAD_USER_INPUT',
    { body: query({}), headers: { ...JSON_TYPE, 'content-encoding': 'canary' } },
  ],
  [
    'a body that is not gzip',
    400,
    'BAD_USER_INPUT',
    { body: query({}), headers: { ...JSON_TYPE, 'content-encoding': 'gzip' } },
  ],
  ['a body too large', 413, 'PAYLOAD_TOO_LARGE', { body: tooLarge }],
  ['variables that are no object', 400, 'BAD_REQUEST', { body: query('canary') }],
  ['a query that is no text', 400, 'BAD_REQUEST', { body: query({}, { canary: 1 }) }],
  ['an empty query', 400, 'BAD_REQUEST', { body: query({}, '') }],
  [
    'an operation that is not there',
    400,
    'BAD_USER_INPUT',
    { body: JSON.stringify({ query: 'query A { campaigns { totalCount } }', operationName: 'canary' }) },
  ],
  ['a missing variable', 400, 'BAD_USER_INPUT', { body: query({}) }],
  [
    'a mutation by GET',
    405,
    'BAD_REQUEST',
    { method: 'GET', search, headers: { 'apollo-require-preflight': '1' } },
  ],
  ['a GET as any page may send it', 400, 'BAD_REQUEST', { method: 'GET', search }],
  ['another method', 405, 'BAD_REQUEST', { method: 'PUT', body: query({ id: 'canary' }) }],
])('%s answers %i %s', async (_, status, code, { search, ...request }) => {
  const { api } = await startCampaign(server);
  const response = await fetch(`${server.url}/graphql${search ? `?${search}` : ''}`, {
    method: 'POST',
    ...request,
    headers: {
      ...(request.headers ?? (request.method !== 'GET' && JSON_TYPE)),
      authorization: `Bearer ${api.key}`,
    },
  });
  const text = await response.text();
  expect(text).not.toMatch(/canary/i);
  expect({ status: response.status, ...JSON.parse(text) }).toMatchObject({
    status,
    errors: [{ message: expect.any(String), extensions: { code } }],
  });
});

test('after all of these the server still answers, and no campaign came of them', async () => {
  const { api } = await startCampaign(server);
  await expect(api.ask('{ campaigns { totalCount } }')).resolves.toEqual({ campaigns: { totalCount: 1 } });
});
