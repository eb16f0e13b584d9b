// What privacy asks for: a contact is erased for good, bodies are kept for a limited time, and neither moves a box, frees an id
// or leaves a trace of whom it was about.
import { randomUUID } from 'node:crypto';
import {
  AddContactsDocument,
  AuditEntriesDocument,
  DeleteCampaignDocument,
  EraseContactDocument,
  type MessageInput,
} from '@campaign-analytics/schema/graphql';
import { account as accountCommand } from '@campaign-analytics/server/commands/account.js';
import { describe, expect, test } from 'vitest';
import {
  allDuplicates,
  allRecorded,
  at,
  boxes,
  createCampaign,
  differences,
  message,
  phone,
  record,
  recordOptIns,
  recordOptOuts,
  recordStatuses,
  reply,
} from './harness/campaign.ts';
import { useCommand } from './harness/command.ts';
import { eventually } from './harness/deadline.ts';
import { type TestAccount, useServer } from './harness/server.ts';
import { rowsOf } from './tenants/twins.ts';

const lines: string[] = [];
const server = useServer({ FOLD_MS: '3600000' }, lines);
const run = useCommand(server.database, accountCommand);
const rows = async <Row extends object>(text: string, ...values: unknown[]): Promise<Row[]> =>
  (await server.database.client.query(text, values)).rows;
const SECRET = 'Words between two people';
const erase = async (account: TestAccount, contact: string) =>
  (await account.ask(EraseContactDocument, { phone: contact })).eraseContact;

/** Two campaigns in which one contact did everything that can be done, and another one something. */
async function tell(account: TestAccount, contact: string) {
  const [one, two] = [await createCampaign(account), await createCampaign(account)];
  const other = phone(7);
  await account.ask(AddContactsDocument, {
    campaignId: one,
    contacts: [{ phone: contact, firstName: 'Firstname', lastName: 'Lastname', senderId: 'ana' }],
  });
  const messages = [
    message(one, { contact, body: SECRET }),
    reply(one, { contact, body: 'stop', at: at(60) }),
    reply(one, { contact, body: SECRET, at: at(61) }),
    message(two, { contact, body: SECRET }),
    message(two, { contact: other, body: 'Hello' }),
  ];
  await record(account, ...messages);
  await recordOptOuts(
    account,
    { campaignId: two, contact, at: at(90) },
    { contact, source: 'ACCOUNT', at: at(91) },
    { campaignId: two, contact: other, at: at(92) },
  );
  await recordOptIns(account, { contact, at: at(30) }, { contact: other, at: at(30) });
  return { one, two, messages };
}

describe('erasing a contact', () => {
  test('leaves nothing of it in any table, and every box, every id and everybody else as they were', async () => {
    const [account, neighbour] = [await server.account(), await server.account()];
    const contact = phone(3);
    const { one, two, messages } = await tell(account, contact);
    await tell(neighbour, contact);
    const before = [await boxes(account, one), await boxes(account, two)];
    const theirs = await rowsOf(server.database.client, neighbour.accountId);
    expect(before).toMatchObject([
      { autoOptOuts: 1, replies: 1 },
      { manualOptOuts: 2, conversations: 2 },
    ]);

    expect(await erase(account, contact)).toEqual({ conversations: 2, messages: 4 });

    const kept = (await rowsOf(server.database.client, account.accountId)).join('\n');
    for (const trace of [contact, contact.slice(1), SECRET, 'Firstname', 'Lastname', '"body": "stop"'])
      expect(kept).not.toContain(trace);
    expect(kept).toContain(phone(7));
    expect(kept.match(/erased:[\w-]{22}/g)?.length).toBe(2 + 4 + 2 + 1 + 1);
    expect(new Set(kept.match(/erased:[\w-]{22}/g)).size).toBe(1);
    expect([await boxes(account, one), await boxes(account, two)]).toEqual(before);
    expect(await rowsOf(server.database.client, neighbour.accountId)).toEqual(theirs);

    expect(await record(account, ...messages)).toEqual(allDuplicates(5));
    expect(
      (await record(account, { ...(messages[0] as MessageInput), body: 'Else' })).rejected,
    ).toMatchObject([{ code: 'CONFLICT' }]);
    expect([await boxes(account, one), await boxes(account, two)]).toEqual(before);
    expect(await differences(server.database.url)).toEqual([]);
  });

  test('leaves its conversations at work: statuses, opt-outs of others and the campaign’s end', async () => {
    const account = await server.account();
    const { one, two, messages } = await tell(account, phone(3));
    await erase(account, phone(3));
    const status = { status: 'FAILED' as const, at: at(100) };
    await recordStatuses(
      account,
      { id: messages[0]?.id ?? '', ...status },
      { id: messages[4]?.id ?? '', ...status },
    );
    expect(await boxes(account, one)).toMatchObject({ initialsSent: 0, conversations: 1, replies: 1 });
    await recordOptIns(account, { contact: phone(7), at: at(200) });
    expect(await boxes(account, two)).toMatchObject({ initialsSent: 1, manualOptOuts: 1 });
    expect(await differences(server.database.url)).toEqual([]);
    await account.ask(DeleteCampaignDocument, { id: one });
    expect(await differences(server.database.url)).toEqual([]);
  });

  test('makes what comes later of the number a new contact’s, which is not opted out', async () => {
    const account = await server.account();
    const { one } = await tell(account, phone(3));
    const before = await boxes(account, one);
    await erase(account, phone(3));
    await record(account, message(one, { contact: phone(3), body: 'Again' }));
    expect(await boxes(account, one)).toMatchObject({
      conversations: before.conversations + 1,
      initialsSent: before.initialsSent + 1,
      autoOptOuts: before.autoOptOuts,
    });
    expect(await erase(account, phone(3))).toEqual({ conversations: 1, messages: 1 });
    expect(
      await rows(
        `select distinct contact from conversation where account_id = $1 and contact like 'erased:%'`,
        account.accountId,
      ),
    ).toHaveLength(2);
    expect(await differences(server.database.url)).toEqual([]);
  });

  test('of one whose messages are being recorded catches each that was answered before', async () => {
    const account = await server.account();
    const campaignId = await createCampaign(account);
    const contact = phone(9);
    let isOver = false;
    const early: string[] = [];
    const recording = (async () => {
      for (let count = 0; !isOver && count < 2_000; count++) {
        const id = randomUUID();
        expect(await record(account, message(campaignId, { id, contact, body: SECRET }))).toEqual(
          allRecorded(1),
        );
        early.push(id);
      }
    })();
    await eventually(
      async () => early.length,
      (count) => count > 3,
    );
    const answered = [...early];
    const erased = await account.send(EraseContactDocument, { phone: contact });
    isOver = true;
    await recording;
    const named = new Set(
      (
        await rows<{ id: string }>(
          'select id from message where account_id = $1 and contact = $2',
          account.accountId,
          contact,
        )
      ).map((row) => row.id),
    );
    if (erased.errors) expect(erased.errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
    else for (const id of answered) expect(named).not.toContain(id);
    expect(await differences(server.database.url)).toEqual([]);
    await erase(account, contact);
    expect(
      await rows('select from message where account_id = $1 and body is not null', account.accountId),
    ).toEqual([]);
    expect(await differences(server.database.url)).toEqual([]);
  });

  test('is noted without a word of whom; one who is unknown is neither found nor noted', async () => {
    const account = await server.account();
    await tell(account, phone(3));
    expect(await erase(account, phone(50))).toEqual({ conversations: 0, messages: 0 });
    expect((await account.ask(AuditEntriesDocument, { first: 10 })).auditEntries).toEqual([]);
    await erase(account, phone(3));
    const [key] = await rows<{ id: string }>(
      'select id from api_key where account_id = $1',
      account.accountId,
    );
    const { auditEntries } = await account.ask(AuditEntriesDocument, { first: 10 });
    expect(auditEntries).toEqual([
      {
        id: expect.any(String),
        at: expect.any(String),
        action: 'CONTACT_ERASED',
        keyId: key?.id,
        subject: null,
      },
    ]);
    expect(await account.fails(EraseContactDocument, { phone: 'nobody' })).toMatchObject({
      message: 'phone: expected a phone number in E.164 form, such as +14155550123',
    });
    expect(lines.join('')).not.toContain(phone(3));
  });

  test('works on the command line', async () => {
    const account = await server.account();
    await tell(account, phone(3));
    expect(await run('erase-contact', account.accountId, phone(3))).toEqual({
      code: 0,
      stdout: 'Erased from 2 conversations and 4 messages.\n',
      stderr: '',
    });
    expect(
      await rows(
        'select from conversation where account_id = $1 and contact = $2',
        account.accountId,
        phone(3),
      ),
    ).toEqual([]);
    expect((await account.ask(AuditEntriesDocument, { first: 10 })).auditEntries).toMatchObject([
      { action: 'CONTACT_ERASED', keyId: null },
    ]);
    for (const args of [['nobody', phone(3)], [account.accountId, '12'], [account.accountId]])
      expect(await run('erase-contact', ...args)).toMatchObject({ code: 1, stdout: '' });
  });
});
