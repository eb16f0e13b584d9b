// What an import does not take: bad rows are told one by one, files that are no export are refused whole.
import { expect, test } from 'vitest';
import { contact, contactsFile, messagesFile, sent } from './imports/export.ts';
import { SAMPLE, useImports } from './imports/importing.ts';

const imports = useImports();

test('bad rows are told with line and reason, and do not stop the others', async () => {
  const account = await imports.account();
  const contacts = contactsFile(
    contact(0, { 'contact[firstName]': 'Ada\nMaria' }),
    contact(1, { 'contact[cell]': '555-0101' }),
    contact(2, { 'contact[optOut]': 'maybe' }),
    contact(3, { 'contact[lastName]': 'x'.repeat(201) }),
    contact(4, { campaignId: '32' }),
    contact(5),
  );
  const messages = messagesFile(
    sent(0),
    sent(1, { contactNumber: '' }),
    sent(2, { attemptedAt: 'yesterday' }),
    sent(3, { sendStatus: 'toString' }),
    sent(4, { isFromContact: 'constructor' }),
    sent(5, { text: 'two\nlines' }),
    sent(6, { numSegments: '1.5' }),
    sent(6, { numSegments: '9999' }),
    sent(6, { text: 'x'.repeat(10_001) }),
    sent(7, { text: 'last' }),
  );
  const broken = messages.replace('two\nlines', 'two\nlines"').concat('a,b,c\n\n4,"never closed\n');
  const paths = [
    await imports.put('bad-contacts.csv', contacts),
    await imports.put(
      'bad-messages.csv',
      `${broken}${messagesFile(sent(0, { text: 'end' })).split('\n')[1]}`,
    ),
  ] as const;
  const { summary, badRows } = await account.importFiles(...paths);
  const reasons = badRows.map(({ line, reason }) => `${line} ${reason.split(',')[0]}`).sort();
  expect(reasons).toEqual(
    [
      '4 contact[cell]: expected a phone number',
      '5 contact[optOut]: expected true or false',
      '6 contact[lastName]: expected at most 200 characters',
      '7 campaignId: expected the campaign of the rows before',
      '3 contactNumber: expected a phone number',
      '4 attemptedAt: expected an RFC 3339 instant',
      '5 sendStatus: expected one of QUEUED',
      '6 isFromContact: expected true or false',
      '7 expected a quote for each quote',
      '8 expected a quote for each quote',
      '9 numSegments: expected a whole number or nothing',
      '10 numSegments: expected 0 to 1000',
      '11 text: expected at most 10000 characters',
      '13 expected 15 fields',
      '15 expected a quote for each quote',
    ].sort(),
  );
  expect(summary).toMatchObject({
    contacts: { opened: 2, bad: 4 },
    messages: { recorded: 3, bad: 11 },
    boxes: { conversations: 3, initialsSent: 2, segments: 3 },
  });
});

test('files that are no such export are refused by name, with nothing written', async () => {
  const account = await imports.account();
  const contacts = await imports.put('contacts.csv', contactsFile(contact(0)));
  const messages = await imports.put('messages.csv', messagesFile(sent(0)));
  const others = await imports.put('others.csv', messagesFile(sent(0, { campaignId: '32' })));
  const nameless = await imports.put('nameless.csv', contactsFile(contact(0, { campaign: '' })));
  const cut = await imports.put('cut.csv', contactsFile().replace('contact[cell],', ''));
  const empty = await imports.put('empty.csv', '');
  const binary = await imports.put('binary.csv', Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0xff, 0xfe]));
  const headers = [
    await imports.put('c.csv', contactsFile()),
    await imports.put('m.csv', messagesFile()),
  ] as const;
  const refused = (...paths: readonly [string, string]) => expect(account.importFiles(...paths)).rejects;

  await refused(messages, contacts).toThrow(/messages\.csv: .* the other way round/);
  await refused(contacts, contacts).toThrow(
    /contacts\.csv: expected Spoke's export of a campaign's messages/,
  );
  await refused(cut, messages).toThrow(/cut\.csv: .* without the columns contact\[cell\]$/);
  await refused(contacts, empty).toThrow(/empty\.csv: .* got an empty file/);
  await refused(binary, messages).toThrow(/binary\.csv: expected a CSV file in UTF-8/);
  await refused(contacts, `${messages}.not`).toThrow(/messages\.csv\.not: .* got ENOENT/);
  await refused(SAMPLE, messages).toThrow(/sample: expected a file, got something else/);
  await refused(contacts, others).toThrow(
    /others\.csv: expected the messages of campaign 31, .* of campaign 32/,
  );
  await refused(nameless, messages).toThrow(/nameless\.csv: .* give one with --campaign/);
  await refused(...headers).toThrow(/c\.csv: expected a row with a campaignId/);
  await expect(account.importFiles(contacts, messages, ' ')).rejects.toThrow(/--campaign: expected 1 to 200/);
  expect(Object.values((await account.state()) as object).flat()).toEqual([]);
});

test('nothing that is told holds a phone number or a text', async () => {
  const account = await imports.account();
  const { badRows, text } = await account.importRows(
    [contact(0), contact(1, { 'contact[firstName]': `Zebra${'a'.repeat(200)}` })],
    [
      sent(0, { text: `Zebra ${'x'.repeat(10_000)}` }),
      sent(0, { contactNumber: '+1202555', text: 'Zebra' }),
      sent(0, { attemptedAt: '12025550100 Zebra' }),
    ],
  );
  expect(badRows).toHaveLength(4);
  const told = text.replace(/^.*, line /gm, 'line ').replaceAll('+14155550123', 'an example');
  expect(told).not.toMatch(/Zebra|\+\d|\d{7}/);
});
