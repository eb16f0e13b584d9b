// What a row of Spoke's files means here: statuses, segments, repetitions, opt-outs, texters.
import { expect, test } from 'vitest';
import { at, phone } from './harness/campaign.ts';
import { contact, replied, sent } from './imports/export.ts';
import { useImports } from './imports/importing.ts';

const imports = useImports();

test("each of Spoke's statuses is what it means here", async () => {
  const account = await imports.account();
  const statuses = ['QUEUED', 'SENDING', 'SENT', 'DELIVERED', 'ERROR', 'PAUSED', 'NOT_ATTEMPTED'];
  const outbound = statuses.map((sendStatus, index) => sent(index, { sendStatus }));
  const inbound = ['SENT', 'DELIVERED', 'ERROR'].map((sendStatus, index) =>
    replied(10 + index, { sendStatus }),
  );
  const unsent = sent(20, { sendStatus: 'QUEUED', attemptedAt: '', numSegments: '' });
  const { summary } = await account.importRows([contact(0)], [...outbound, ...inbound, unsent]);
  expect(summary).toMatchObject({
    messages: { recorded: 7, unsent: 4, bad: 0 },
    boxes: { conversations: 11, initialsSent: 4, segments: 4, replies: 3 },
  });
  expect((await account.statuses()).map((row) => (row as { status: string }).status)).toEqual([
    'SENT',
    'SENT',
    'DELIVERED',
    'UNDELIVERED',
    'SENT',
    'DELIVERED',
    'DELIVERED',
  ]);
});

test('an empty number of segments is computed, and media make an MMS without any', async () => {
  const account = await imports.account();
  const { summary } = await account.importRows(
    [contact(0)],
    [
      sent(0, { numSegments: '', text: 'x'.repeat(161) }),
      sent(1, { numSegments: '', text: '🎉'.repeat(36) }),
      sent(2, { numSegments: '', numMedia: '' }),
      sent(3, { numSegments: '3', numMedia: '2' }),
    ],
  );
  expect(summary.boxes).toMatchObject({ initialsSent: 4, segments: 5 });
});

test('equal messages are counted as often as they were sent, far apart in the file too', async () => {
  const account = await imports.account();
  const between = Array.from({ length: 1_200 }, (_, index) =>
    sent(1 + (index % 300), { text: `Number ${index}` }),
  );
  const rows = [sent(0), sent(0), replied(0), ...between, sent(0), sent(0, { sendStatus: 'QUEUED' })];
  const first = await account.importRows([contact(0)], rows);
  expect(first.summary).toMatchObject({
    messages: { recorded: 1_204, unsent: 1 },
    boxes: { segments: 1_203 },
  });
  const more = rows.with(-1, sent(0));
  const second = await account.importRows([contact(0)], more);
  expect(second.summary).toMatchObject({
    messages: { recorded: 1, alreadyThere: 1_204 },
    boxes: { segments: 1_204 },
  });
});

test('a message is the same whatever offset its time is written with', async () => {
  const account = await imports.account();
  await account.importRows([contact(0)], [sent(0, { attemptedAt: '2026-11-02T12:00:00.000-05:00' })]);
  const again = await account.importRows(
    [contact(0)],
    [sent(0, { attemptedAt: '2026-11-02T17:00:00.000Z' })],
  );
  expect(again.summary.messages).toMatchObject({ recorded: 0, alreadyThere: 1 });
});

test('two campaigns with equal messages both have them', async () => {
  const account = await imports.account();
  await account.importRows([contact(0)], [sent(0)]);
  const other = { campaignId: '32', campaign: 'Another' };
  const { summary } = await account.importRows([contact(0, other)], [sent(0, { campaignId: '32' })]);
  expect(summary).toMatchObject({ campaign: { id: '32', isNew: true }, messages: { recorded: 1 } });
});

test('removed contacts are no conversations', async () => {
  const account = await imports.account();
  const removed = { 'contact[messageStatus]': 'removed', 'contact[optOut]': '' };
  const { summary } = await account.importRows([contact(0), contact(1, removed), contact(2, removed)], []);
  expect(summary).toMatchObject({ contacts: { opened: 1, removed: 2, bad: 0 }, boxes: { conversations: 1 } });
});

test('an opt-out is AUTO at the reply that asked for it, else MANUAL at the last message', async () => {
  const account = await imports.account();
  const out = { 'contact[optOut]': 'true' };
  const contacts = [contact(0, out), contact(1, out), contact(2, out), contact(3)];
  const messages = [
    sent(0),
    replied(0, { text: ' Stop\n' }),
    sent(0, { attemptedAt: at(90), text: 'You are opted out' }),
    sent(1),
    replied(1, { text: 'stop texting me' }),
    sent(3),
  ];
  const { summary, text } = await account.importRows(contacts, messages);
  expect(summary.optOuts).toEqual({ auto: 1, manual: 2, recorded: 2 });
  expect(summary.boxes).toMatchObject({ autoOptOuts: 1, manualOptOuts: 2 });
  expect(text).toContain('1 inferred as AUTO, 2 inferred as MANUAL; 2 of them new');
  const [campaign] = await account.rows<{ created_at: Date }>(
    'select created_at from campaign where account_id = $1',
  );
  const inferred = [
    { contact: phone(0), source: 'AUTO', at: new Date(at(60)) },
    { contact: phone(1), source: 'MANUAL', at: new Date(at(60)) },
    { contact: phone(2), source: 'MANUAL', at: campaign?.created_at },
  ];
  expect(await account.optOuts()).toEqual(inferred);

  const later = [...messages, replied(1, { attemptedAt: at(900), text: 'I said stop' })];
  const again = await account.importRows(contacts, later);
  expect(again.summary.optOuts).toEqual({ auto: 1, manual: 2, recorded: 0 });
  expect(await account.optOuts()).toEqual(inferred);
});

test('the opt-out is AUTO too where the account does not opt out by itself', async () => {
  const account = await imports.account();
  await account.rows('update account set has_auto_opt_out = false where id = $1');
  const out = { 'contact[optOut]': 'true' };
  const { summary } = await account.importRows(
    [contact(0, out), contact(1)],
    [sent(0), replied(0, { text: 'QUIT', attemptedAt: at(70) }), replied(0, { text: 'quit' }), replied(1)],
  );
  expect(summary.optOuts).toEqual({ auto: 1, manual: 0, recorded: 1 });
  expect(await account.optOuts()).toEqual([{ contact: phone(0), source: 'AUTO', at: new Date(at(60)) }]);
});

test('an opt-in since then stays in force when the export is imported again', async () => {
  const account = await imports.account();
  const out = { 'contact[optOut]': 'true' };
  const rows = [
    [contact(0, out), contact(1, out)],
    [sent(0), replied(0, { text: 'STOP' }), sent(1)],
  ] as const;
  await account.importRows([...rows[0]], [...rows[1]]);
  const optIns = [0, 1].map((index) => ({ contact: phone(index), at: at(500) }));
  await imports.intake.recordOptIns(account.accountId, optIns);
  const { summary } = await account.importRows(
    [...rows[0]],
    [...rows[1], replied(1, { attemptedAt: at(900) })],
  );
  expect(summary.optOuts).toEqual({ auto: 1, manual: 1, recorded: 0 });
  expect(summary.boxes).toMatchObject({ totalOptOuts: 0 });
});

test('texters are senders by e-mail, and those known already are left as they are', async () => {
  const account = await imports.account();
  const texter = (email: string, name: string) => ({ 'texter[email]': email, 'texter[firstName]': name });
  const messages = [
    sent(0, texter(' Ana_R@Example.org', 'Ana')),
    sent(1, texter('ana_r@example.org', 'Other')),
    sent(2, texter("o'neil+x@example.org", '')),
    sent(3, texter(`${'x'.repeat(150)}@example.org`, 'Long')),
    sent(4, texter('', 'Nobody')),
  ];
  const { summary } = await account.importRows([contact(0)], messages);
  expect(summary).toMatchObject({ senders: { added: 3, alreadyThere: 0 }, boxes: { senders: 3 } });
  const senders = await account.rows<{ id: string; name: string }>(
    'select id, name from sender where account_id = $1 order by id',
  );
  expect(senders).toEqual([
    { id: expect.stringMatching(/^_h[0-9a-f]{64}$/), name: 'Long Ruiz' },
    { id: 'ana_5fr:example.org', name: 'Ana Ruiz' },
    { id: 'o_27neil_2bx:example.org', name: 'Ruiz' },
  ]);
  const of = 'select contact, sender_id from message where account_id = $1 and sender_id is null';
  expect(await account.rows(of)).toEqual([{ contact: phone(4), sender_id: null }]);

  await imports.intake.removeSenders(account.accountId, '31', ['ana_5fr:example.org']);
  const again = await account.importRows(
    [contact(0)],
    [...messages, sent(5, texter('new@example.org', 'New'))],
  );
  expect(again.summary).toMatchObject({ senders: { added: 1, alreadyThere: 3 }, boxes: { senders: 3 } });
});

test('a given name is the campaign’s, and a campaign that is there keeps its own', async () => {
  const account = await imports.account();
  const named = await account.importSample('Rally in autumn');
  expect(named.summary.campaign).toEqual({ id: '31', name: 'Rally in autumn', isNew: true });
  const again = await account.importSample('Another name');
  expect(again.summary.campaign).toEqual({ id: '31', name: 'Rally in autumn', isNew: false });
  expect(again.text).toContain('campaign 31, "Rally in autumn", which was there already');
});

test('a number as it is dialled in the account’s country is the same contact as in its international form', async () => {
  const account = await imports.account();
  const national = phone(0).replace(/^\+1(\d{3})(\d{3})/, '($1) $2-');
  const { summary, badRows } = await account.importRows(
    [contact(0, { 'contact[cell]': national })],
    [sent(0), sent(0, { contactNumber: national, attemptedAt: at(30) })],
  );
  expect(badRows).toEqual([]);
  expect(summary.boxes).toMatchObject({ conversations: 1, initialsSent: 1, segments: 2 });
});
