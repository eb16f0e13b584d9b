// Spoke's campaign exports, imported: right numbers, once, however often and in how many exports the same rows come.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { at, phone } from './harness/campaign.ts';
import { contact, contactsFile, type MessageRow, messagesFile, replied, sent } from './imports/export.ts';
import { useImports } from './imports/importing.ts';

const imports = useImports();

test('an export shows the numbers that its campaign has', async () => {
  const account = await imports.account();
  const { summary, badRows, text } = await account.importSample();
  expect(badRows).toEqual([]);
  expect(summary).toMatchObject({
    campaign: { id: '31', name: 'City Hall "Rally"', isNew: true },
    contacts: { opened: 13, alreadyThere: 0, removed: 1, bad: 0 },
    messages: { recorded: 13, alreadyThere: 0, differing: 0, unsent: 2, bad: 0 },
    senders: { added: 2, alreadyThere: 0 },
    optOuts: { auto: 0, manual: 2, recorded: 2 },
    boxes: {
      status: 'ACTIVE',
      initialsSent: 8,
      conversations: 13,
      segments: 10,
      replies: 3,
      replyPercent: 38,
      senders: 2,
      contactsPerSender: 6,
      autoOptOuts: 0,
      manualOptOuts: 2,
      totalOptOuts: 2,
    },
  });
  for (const box of [/Initials Sent +8 \/ 13\n/, /Reply % +38%\n/, /Senders:Contacts +1:6\n/])
    expect(text).toMatch(box);
});

test('the same files twice change nothing, not even the revision', async () => {
  const account = await imports.account();
  const first = await account.importSample();
  const state = await account.state();
  const second = await account.importSample();
  expect(await account.state()).toEqual(state);
  expect(second.summary).toMatchObject({
    campaign: { isNew: false },
    contacts: { opened: 0, alreadyThere: 13, removed: 1, bad: 0 },
    messages: { recorded: 0, alreadyThere: 13, differing: 0, unsent: 2, bad: 0 },
    senders: { added: 0, alreadyThere: 2 },
    optOuts: { auto: 0, manual: 2, recorded: 0 },
  });
  expect(second.summary.boxes).toEqual(first.summary.boxes);
});

test('a later export adds what is new and moves statuses', async () => {
  const account = await imports.account();
  await account.importRows(
    [contact(0), contact(1)],
    [
      sent(0, { sendStatus: 'SENDING', numSegments: '' }),
      sent(1, { sendStatus: 'SENT' }),
      sent(1, { sendStatus: 'QUEUED', text: 'Later' }),
    ],
  );
  const { summary } = await account.importRows(
    [contact(0), contact(1), contact(2)],
    [
      sent(0, { sendStatus: 'DELIVERED' }),
      replied(0),
      sent(1, { sendStatus: 'ERROR', errorCodes: '30003|30007' }),
      sent(1, { sendStatus: 'DELIVERED', text: 'Later' }),
    ],
  );
  expect(summary).toMatchObject({
    contacts: { opened: 1, alreadyThere: 2 },
    messages: { recorded: 2, alreadyThere: 2, differing: 0 },
    boxes: { initialsSent: 2, conversations: 3, segments: 3, replies: 1 },
  });
  const common = { direction: 'OUTBOUND', error_code: '', segments: 1, media_count: 0 };
  expect(await account.statuses()).toEqual(
    expect.arrayContaining([
      { ...common, contact: phone(0), status: 'DELIVERED' },
      { ...common, contact: phone(1), status: 'UNDELIVERED', error_code: '30003|30007' },
      { ...common, contact: phone(1), status: 'DELIVERED' },
    ]),
  );
});

test('a message that a later export tells with other segments stays as it was, but for its status', async () => {
  const account = await imports.account();
  await account.importRows([contact(0)], [sent(0, { numSegments: '' })]);
  const later = [sent(0, { numSegments: '2', sendStatus: 'ERROR', errorCodes: '30005' })];
  const { summary, badRows } = await account.importRows([contact(0)], later);
  expect(badRows).toEqual([]);
  expect(summary).toMatchObject({
    messages: { recorded: 0, alreadyThere: 0, differing: 1 },
    boxes: { segments: 1 },
  });
  expect(await account.statuses()).toMatchObject([
    { status: 'UNDELIVERED', error_code: '30005', segments: 1 },
  ]);
});

test('an import killed in the middle and started again ends like one that was not', async () => {
  const contacts = Array.from({ length: 500 }, (_, index) =>
    contact(index, { 'contact[optOut]': String(index % 9 === 0) }),
  );
  const messages = contacts.flatMap((_, index): MessageRow[] => [
    sent(index, { 'texter[email]': `texter${index % 5}@example.org` }),
    sent(index),
    replied(index, { text: index % 27 === 0 ? 'STOP' : 'Yes' }),
    ...Array.from({ length: 13 }, (_, hour) =>
      sent(index, { attemptedAt: at(3_600 * (1 + hour)), sendStatus: index % 7 === 0 ? 'ERROR' : 'SENT' }),
    ),
  ]);
  const contactsPath = await imports.put('killed-contacts.csv', contactsFile(...contacts));
  const messagesPath = await imports.put('killed-messages.csv', messagesFile(...messages));
  const [killed, whole] = [await imports.account(), await imports.account()];
  await whole.importFiles(contactsPath, messagesPath);

  const script = join(import.meta.dirname, 'imports/killed.js');
  const { signal } = spawnSync(process.execPath, [
    script,
    imports.database.url,
    killed.accountId,
    contactsPath,
    messagesPath,
    '6500',
  ]);
  expect(signal).toBe('SIGKILL');
  const { summary } = await killed.importFiles(contactsPath, messagesPath);
  expect(summary.messages.recorded).toBeGreaterThan(0);
  expect(summary.messages.alreadyThere).toBeGreaterThan(0);
  expect(summary.messages.recorded + summary.messages.alreadyThere).toBe(8_000);
  expect(await killed.state()).toEqual(await whole.state());
});
