// GraphQL requests as nobody honest sends them, each small enough for both transports.

/** What it is, and a request's JSON: the body over HTTP, the payload over a socket. */
type Named = readonly [name: string, request: string];

const times = (count: number, text: (index: number) => string, between = ' '): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(between);

/** @param variables - in JSON, which may be deeper than what can be written from a value. */
const inJson = (name: string, text: string, variables: string): Named => [
  name,
  `{"query":${JSON.stringify(text)},"variables":${variables}}`,
];

const query = (name: string, text: string, variables: unknown = {}): Named =>
  inJson(name, text, JSON.stringify(variables));

/** A field inside itself: no type of ours has one, so what is refused is refused for its depth before its names. */
const nested = (levels: number, field = 'node'): string =>
  `${`${field} { `.repeat(levels)}id${' }'.repeat(levels)}`;

const deep: readonly Named[] = [
  query('17 levels', `{ ${nested(16)} }`),
  query('200 levels', `{ ${nested(200)} }`),
  query('300 levels with aliases', `{ ${nested(150, 'a: node')} }`),
  query('levels behind inline fragments', `{ ${'... { node { '.repeat(60)}id${' } }'.repeat(60)} }`),
  query('inline fragments alone, in each other', `{ ${'... { '.repeat(330)}id${' }'.repeat(330)} }`),
  query(
    'levels behind named fragments',
    `{ ...f0 } ${times(30, (index) => `fragment f${index} on Query { node { ...f${index + 1} } }`)} fragment f30 on Query { id }`,
  ),
  query('levels of a mutation', `mutation { ${nested(50)} }`),
  query('levels of a subscription', `subscription { ${nested(50)} }`),
  query('lists in lists', `{ campaigns(status: ${'['.repeat(400)}${']'.repeat(400)}) { totalCount } }`),
  query(
    'objects in objects',
    `mutation { createCampaign(input: ${'{a: '.repeat(200)}1${'}'.repeat(200)}) { id } }`,
  ),
  query(
    'list types in list types',
    `query ($a: ${'['.repeat(300)}ID${']'.repeat(300)}) { campaigns { totalCount } }`,
  ),
];

const wide: readonly Named[] = [
  query('101 aliases', `{ ${times(101, (index) => `a${index}: __typename`)} }`),
  query('300 aliases', `{ ${times(300, (index) => `a${index}: __typename`)} }`),
  query('aliases of a campaign', `{ ${times(60, (index) => `a${index}: campaign(id: "x") { b: id }`)} }`),
  query(
    'aliases of mutations',
    `mutation { ${times(101, (index) => `a${index}: deleteCampaign(id: "x")`)} }`,
  ),
  query('aliases of a subscription', `subscription { ${times(101, (index) => `a${index}: __typename`)} }`),
  query('aliases below a page', `{ campaigns { ${times(101, (index) => `a${index}: totalCount`)} } }`),
  query(
    'aliases in many fragments',
    times(11, (index) => `fragment f${index} on Query { ${times(10, (each) => `a${each}: __typename`)} }`),
  ),
  query(
    'aliases in many operations',
    times(40, (index) => `query q${index} { a: __typename b: __typename c: __typename }`),
  ),
  query('one field many times', `{ campaigns { ${times(900, () => 'totalCount')} } }`),
  query('one object many times', `{ ${times(240, () => 'campaigns { totalCount }')} }`),
  query('one path many times', `{ ${times(110, () => 'campaigns { edges { cursor } }')} }`),
  query('one field in many inline fragments', `{ campaigns { ${times(160, () => '... { totalCount }')} } }`),
  query('one alias with many meanings', `{ ${times(80, (index) => `a: campaign(id: "${index}") { id }`)} }`),
];

const directives: readonly Named[] = [
  query('51 directives', `{ ${times(51, (index) => `a${index}: __typename @skip(if: true)`)} }`),
  query('150 directives on one field', `{ __typename ${times(150, () => '@include(if: true)')} }`),
  query('400 unknown directives', `{ __typename ${times(400, (index) => `@a${index}`)} }`),
  query('directives on an operation', `query ${times(60, () => '@a')} { __typename }`),
  query('directives on a fragment', `{ ...f } fragment f on Query ${times(60, () => '@a')} { __typename }`),
  query(
    'directives on spreads',
    `{ ${times(60, () => '...f @skip(if: false)')} } fragment f on Query { __typename }`,
  ),
  query('directives on variables', `query (${times(60, (index) => `$v${index}: ID @a`)}) { __typename }`),
  query('@defer', '{ ... @defer { campaigns { totalCount } } }'),
  query('@stream', '{ campaigns { edges @stream { cursor } } }'),
];

const tokens: readonly Named[] = [
  query('1,001 tokens', `{ ${times(999, (index) => `a${index}`)} }`),
  query('10,000 tokens', `{ ${times(10_000, () => 'a')} }`),
  query('60,000 braces', '{'.repeat(60_000)),
  query('60,000 brackets', `{ a(b: ${'['.repeat(60_000)}`),
  query('30,000 quotes', `{ a(b: ${'"'.repeat(30_000)}) }`),
  query('60,000 parentheses', `{ a${'('.repeat(60_000)}`),
  query('60,000 dots', `{ ${'.'.repeat(60_000)} }`),
  query('60,000 dollars', `query (${'$'.repeat(60_000)}) { a }`),
  query('a list of 2,000 numbers', `{ campaigns(status: [${times(2_000, () => '1')}]) { totalCount } }`),
  query(
    '200 operations',
    times(200, (index) => `query q${index} { campaigns { totalCount } }`),
  ),
  query(
    '500 fragments',
    times(500, (index) => `fragment f${index} on Query { __typename }`),
  ),
  query('300 variables', `query (${times(300, (index) => `$v${index}: ID`)}) { __typename }`),
  query('400 arguments', `{ campaigns(${times(400, (index) => `a${index}: 1`)}) { totalCount } }`),
  query(
    '400 input fields',
    `mutation { createCampaign(input: {${times(400, (index) => `a${index}: 1`)}}) { id } }`,
  ),
];

const ring = (length: number): string =>
  times(length, (index) => `fragment f${index} on Query { __typename ...f${(index + 1) % length} }`);

const fragments: readonly Named[] = [
  query('a fragment within itself', '{ ...f } fragment f on Query { ...f }'),
  query('a fragment within itself, behind a field', '{ ...f } fragment f on Query { campaigns { ...f } }'),
  query(
    'a fragment within itself, many times',
    `{ ...f } fragment f on Query { ${times(200, () => '...f')} }`,
  ),
  query('two fragments in each other', `{ ...f0 } ${ring(2)}`),
  query('a ring of 90 fragments', `{ ...f0 } ${ring(90)}`),
  query(
    'a ring of inline and named fragments',
    '{ ...f } fragment f on Query { ... { ... on Query { ...f } } }',
  ),
  query('a ring in a subscription', 'subscription { ...f } fragment f on Subscription { ...f }'),
  query(
    'fragments that double with each line',
    `{ ...f0 } ${times(60, (index) => `fragment f${index} on Query { ...f${index + 1} ...f${index + 1} }`)} fragment f60 on Query { __typename }`,
  ),
  query(
    'fragments that double behind pages',
    `{ campaigns { ...f0 } } ${times(40, (index) => `fragment f${index} on CampaignConnection { ...f${index + 1} ...f${index + 1} }`)} fragment f40 on CampaignConnection { totalCount }`,
  ),
  query(
    'each fragment in each other',
    `{ ...f0 } ${times(20, (index) => `fragment f${index} on Query { ${times(20, (other) => `...f${other}`)} }`)}`,
  ),
  query(
    'overlapping fields in 40 fragments',
    `{ ${times(40, (index) => `...f${index}`)} } ${times(40, (index) => `fragment f${index} on Query { a: campaign(id: "${index}") { id } }`)}`,
  ),
  query(
    'overlapping fields in inline fragments',
    `{ ${times(12, () => `... { ${times(12, (index) => `... { a: campaign(id: "${index}") { id } }`)} }`)} }`,
  ),
  query('a fragment that is not there', '{ ...nowhere }'),
  query('a fragment that nobody spreads', '{ __typename } fragment f on Query { __typename }'),
  query(
    'two fragments of one name',
    '{ ...f } fragment f on Query { __typename } fragment f on Query { __typename }',
  ),
  query('a fragment on nothing', '{ ...f } fragment f on Nothing { __typename }'),
  query('a fragment on a scalar', '{ ...f } fragment f on String { __typename }'),
  query('a fragment of another type', '{ ...f } fragment f on Campaign { id }'),
];

const paged = (first: string, count: number): string =>
  `{ ${times(count, (index) => `a${index}: campaigns(first: ${first}) { edges { cursor node { id name status } } }`)} }`;

const costs: readonly Named[] = [
  query('eleven of the longest pages', paged('1000', 11)),
  query('one page of all numbers', paged('2147483647', 1)),
  query(
    'pages without a length',
    `{ ${times(55, (index) => `a${index}: campaigns { edges { node { ...f } } }`)} } fragment f on Campaign { id name description status initialMessage sendingStartsAt sendingEndsAt timeZone opensAt closesAt phoneNumbers createdAt analytics { segments replies senders revision updatedAt replyRate conversations } }`,
  ),
  query('a long page in a variable', `query ($n: Int) ${paged('$n', 1)}`, { n: 1_000_000_000 }),
  query('long pages in a variable', `query ($n: Int!) ${paged('$n', 30)}`, { n: 1_000 }),
  query("long pages in a variable's default", `query ($n: Int = 1000) ${paged('$n', 30)}`),
  query(
    'long pages in fragments',
    `{ ${times(30, (index) => `a${index}: campaigns(first: 1000) { ...f }`)} } fragment f on CampaignConnection { edges { node { id } } }`,
  ),
  query('one item more than a page holds', paged('1001', 1)),
  query('less than nothing', paged('-1', 1)),
  query('a cursor that nobody gave', '{ campaigns(after: "canary") { totalCount } }'),
  query('a cursor with an injection', `{ campaigns(after: "'; drop table campaign; --") { totalCount } }`),
];

const ADD =
  'mutation ($items: [ContactInput!]!) { addContacts(campaignId: "x", contacts: $items) { recorded } }';
const CREATE = 'mutation ($input: CreateCampaignInput!) { createCampaign(input: $input) { id } }';
const LIST =
  'query ($first: Int, $status: [CampaignStatus!], $search: String) { campaigns(first: $first, status: $status, search: $search) { totalCount } }';
const longText = 'x'.repeat(50_000);

const variables: readonly Named[] = [
  query('1,001 items', ADD, { items: Array(1_001).fill({ phone: '' }) }),
  query('20,000 items', ADD, { items: Array(20_000).fill(1) }),
  query('1,001 texts in an item', CREATE, { input: { name: 'a', phoneNumbers: Array(1_001).fill('') } }),
  query('2,000 fields', CREATE, {
    input: Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`a${index}`, 1])),
  }),
  query('900 unknown fields', CREATE, {
    input: Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`a${index}`, 1])),
  }),
  inJson('lists in lists, 12 levels', LIST, `{"status":${'['.repeat(12)}${']'.repeat(12)}}`),
  inJson('lists in lists, 30,000 levels', LIST, `{"status":${'['.repeat(30_000)}${']'.repeat(30_000)}}`),
  inJson(
    'objects in objects, 9,000 levels',
    CREATE,
    `{"input":${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}}`,
  ),
  query('a list for a number', LIST, { first: [1, 2, 3] }),
  query('an object for a number', LIST, { first: { a: 1 } }),
  query('a fraction for a number', LIST, { first: 1.5 }),
  query('a text for a number', LIST, { first: '1' }),
  query('a truth for a number', LIST, { first: true }),
  query('a number that is too large', LIST, { first: 1e21 }),
  query('a number for a text', LIST, { search: 12 }),
  query('a long text for a number', LIST, { first: longText }),
  query('a long text for a choice', LIST, { status: [longText] }),
  query('a long name of a field', CREATE, { input: { name: 'a', [longText]: 1 } }),
  query('many long names of fields', CREATE, {
    input: Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`${'a'.repeat(800)}${index}`, 1])),
  }),
  query('an unknown choice', LIST, { status: ['NOTHING'] }),
  query('many unknown choices', LIST, { status: Array(1_000).fill('NOTHING') }),
  query('nothing where something is needed', ADD, {}),
  query('null where something is needed', ADD, { items: null }),
  query('null in a list', ADD, { items: [null] }),
  inJson('a name from the prototype', CREATE, '{"input":{"name":"a","__proto__":{"id":"x"}}}'),
  inJson('a constructor', CREATE, '{"input":{"name":"a","constructor":{"prototype":{"id":"x"}}}}'),
  query('a text with NUL', CREATE, { input: { name: 'a\0b' } }),
  query('a name longer than any', CREATE, { input: { name: longText } }),
  query('an id with an injection', CREATE, { input: { id: `x'; drop table campaign; --`, name: 'a' } }),
  query('a path in an id', CREATE, { input: { id: '../../etc/passwd', name: 'a' } }),
  query('an operator in the place of a text', LIST, { search: { $ne: null } }),
];

const syntax: readonly Named[] = [
  query('blanks', '   \n\t  '),
  query('a comment', '# nothing'),
  query('an open brace', '{'),
  query('a closing brace too many', '{ __typename } }'),
  query('no selection', '{ }'),
  query('an open text', '{ campaigns(search: "abc'),
  query('an open block text', '{ campaigns(search: """abc'),
  query('an escape that is none', String.raw`{ campaigns(search: "\q") { totalCount } }`),
  query('half of a pair', String.raw`{ campaigns(search: "\ud800") { totalCount } }`),
  query('an escape beyond all characters', String.raw`{ campaigns(search: "\u{FFFFFFFF}") { totalCount } }`),
  query('NUL', '{ __typename\0 }'),
  query('a control character', '{ __typename\u0007 }'),
  query('a number that begins with 0', '{ campaigns(first: 01) { totalCount } }'),
  query('a number without an end', '{ campaigns(first: 1.) { totalCount } }'),
  query('a digit after another', `{ campaigns(first: ${'9'.repeat(50_000)}) { totalCount } }`),
  query('HTML', '<script>alert(1)</script>'),
  query('SQL', 'select * from campaign'),
  query('a query in JSON', '{"query":"{ __typename }"}'),
  query('a template', '{{constructor.constructor("return process")()}}'),
];

const validation: readonly Named[] = [
  query('an unknown field', '{ nothing }'),
  query('400 unknown fields', `{ ${times(400, (index) => `x${index}`)} }`),
  query('an unknown argument', '{ campaigns(by: 1) { totalCount } }'),
  query('no argument where one is needed', '{ campaign { id } }'),
  query('one argument twice', '{ campaign(id: "a", id: "b") { id } }'),
  query('fields of a number', '{ campaigns { totalCount { a } } }'),
  query('an object without fields', '{ campaigns }'),
  query('a variable that is not there', '{ campaign(id: $id) { id } }'),
  query('a variable that nobody uses', 'query ($id: ID) { __typename }'),
  query('one variable twice', 'query ($id: ID!, $id: ID!) { campaign(id: $id) { id } }'),
  query('a variable of an output type', 'query ($c: Campaign) { __typename }'),
  query('a variable of no type', 'query ($c: Nothing) { __typename }'),
  query('a variable in the wrong place', 'query ($id: [ID]) { campaign(id: $id) { id } }'),
  query('two nameless operations', '{ __typename } { __typename }'),
  query('two operations of one name', 'query a { __typename } query a { __typename }'),
  query(
    'two fields of a subscription',
    'subscription { a: analyticsUpdates(campaignIds: []) { revision } b: analyticsUpdates(campaignIds: []) { revision } }',
  ),
  query('a type definition', 'type Query { a: Int }'),
  query('an extension', 'extend type Query { a: Int }'),
  query('a schema beside a query', '{ __typename } schema { query: Query }'),
  query('a mutation that is not there', 'mutation { dropAll }'),
  query('a field of another type', 'mutation { campaigns { totalCount } }'),
];

const introspection: readonly Named[] = [
  query('the schema', '{ __schema { types { name } } }'),
  query('one type', '{ __type(name: "Query") { fields { name } } }'),
  query('the schema under another name', '{ a: __schema { queryType { name } } }'),
  query('the schema in a fragment', '{ ...f } fragment f on Query { __schema { types { name } } }'),
  query('the schema beside honest fields', '{ campaigns { totalCount } __schema { types { name } } }'),
  query('the schema in a subscription', 'subscription { __schema { types { name } } }'),
  query('the schema in a mutation', 'mutation { __schema { types { name } } }'),
  query(
    'a ring of types',
    '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }',
  ),
  query('a field that differs by a letter, to be told the right one', '{ campaign_ }'),
];

const operations: readonly Named[] = [
  ['an operation that is not there', '{"query":"query a { __typename }","operationName":"b"}'],
  query('two operations and no name', 'query a { __typename } query b { __typename }'),
  query('no operation', 'fragment f on Query { __typename }'),
  ['an operation from the prototype', '{"query":"query a { __typename }","operationName":"__proto__"}'],
];

export const HOSTILE_DOCUMENTS: readonly Named[] = [
  ...deep,
  ...wide,
  ...directives,
  ...tokens,
  ...fragments,
  ...costs,
  ...variables,
  ...syntax,
  ...validation,
  ...introspection,
  ...operations,
];
