import {
  AccountDocument,
  AuditEntriesDocument,
  type MessageInput,
  SetBodyRetentionDocument,
} from '@campaign-analytics/schema/graphql';
import { account as accountCommand } from '@campaign-analytics/server/commands/account.js';
import { describe, expect, test } from 'vitest';
import {
  allDuplicates,
  boxes,
  createCampaign,
  differences,
  message,
  phone,
  record,
} from './harness/campaign.ts';
import { useCommand } from './harness/command.ts';
import { eventually } from './harness/deadline.ts';
import { startTestServer, type TestAccount, useServer } from './harness/server.ts';

const server = useServer({ RETENTION_EVERY_MS: '100' });
const run = useCommand(server.database, accountCommand);
const rows = async <Row extends object>(text: string, ...values: unknown[]): Promise<Row[]> =>
  (await server.database.client.query(text, values)).rows;
describe('bodies', () => {
  const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
  const bodiesOf = async ({ accountId }: TestAccount): Promise<(string | null)[]> =>
    (
      await rows<{ body: string | null }>(
        'select body from message where account_id = $1 order by at',
        accountId,
      )
    ).map((row) => row.body);
  const contact = phone(0);

  test('are kept for as long as the account says and then removed, in every process but by one; nothing else changes', async () => {
    const another = await startTestServer(server.database.url, { RETENTION_EVERY_MS: '100' });
    const [account, neighbour] = [await server.account(), await server.account()];
    const told = async (api: TestAccount) => {
      const campaignId = await createCampaign(api);
      const messages = [40, 31, 29, 1].map((days) =>
        message(campaignId, { contact, body: `${days} days`, at: daysAgo(days) }),
      );
      await record(api, ...messages);
      return { campaignId, messages };
    };
    const { campaignId, messages } = await told(account);
    await told(neighbour);
    const before = await boxes(account, campaignId);
    expect((await account.ask(AccountDocument)).account).toMatchObject({ bodyDays: null });
    expect((await account.ask(SetBodyRetentionDocument, { days: 30 })).setBodyRetention).toEqual({
      bodyDays: 30,
    });
    expect(
      await eventually(
        () => bodiesOf(account),
        ([, second]) => second === null,
      ),
    ).toEqual([null, null, '29 days', '1 days']);
    expect(await boxes(account, campaignId)).toEqual(before);
    expect(await record(account, ...messages)).toEqual(allDuplicates(4));
    expect(
      (await record(account, { ...(messages[0] as MessageInput), body: 'Else' })).rejected,
    ).toMatchObject([{ code: 'CONFLICT' }]);

    // One that is late is due at once.
    await record(account, message(campaignId, { contact, body: 'Late', at: daysAgo(90) }));
    await eventually(
      () => bodiesOf(account),
      ([first]) => first === null,
    );
    expect(await bodiesOf(account)).toEqual([null, null, null, '29 days', '1 days']);
    expect(await bodiesOf(neighbour)).toEqual(['40 days', '31 days', '29 days', '1 days']);
    expect(await differences(server.database.url)).toEqual([]);
    expect((await account.ask(AuditEntriesDocument, { first: 10 })).auditEntries).toMatchObject([
      { action: 'BODY_RETENTION_SET', subject: '30' },
    ]);
    await another.stop();
  });

  test('of many messages are removed in batches, all of them', async () => {
    const account = await server.account();
    await rows(
      `insert into message
       select $1, 'm' || n, 'gone', '+12025550100', 'OUTBOUND', null, 'Hello', 0, 1, now() - interval '3 days', 'SENT', now(), '', '\\x00'
         from generate_series(1, 5000) n`,
      account.accountId,
    );
    await account.ask(SetBodyRetentionDocument, { days: 2 });
    const left = () =>
      rows<{ count: number }>(
        'select count(body)::int as count from message where account_id = $1',
        account.accountId,
      );
    await eventually(left, ([row]) => row?.count === 0);
    await rows('delete from message where account_id = $1', account.accountId);
  });

  test('that somebody else holds are left to the next pass', async () => {
    const account = await server.account();
    const campaignId = await createCampaign(account);
    await record(
      account,
      message(campaignId, { contact, body: 'Held', at: daysAgo(9) }),
      message(campaignId, { contact, body: 'Free', at: daysAgo(8) }),
    );
    await rows('begin');
    await rows(`select from message where account_id = $1 and body = 'Held' for update`, account.accountId);
    await account.ask(SetBodyRetentionDocument, { days: 2 });
    await eventually(
      () => bodiesOf(account),
      ([, free]) => free === null,
    );
    expect(await bodiesOf(account)).toEqual(['Held', null]);
    await rows('commit');
    await eventually(
      () => bodiesOf(account),
      ([held]) => held === null,
    );
  });

  test('are kept for ever unless somebody says otherwise, on the command line too', async () => {
    const account = await server.account();
    const campaignId = await createCampaign(account);
    await record(account, message(campaignId, { contact, body: 'Old', at: daysAgo(9_000) }));
    expect(await run('keep-bodies', account.accountId, '10000')).toMatchObject({ code: 0 });
    expect((await account.ask(AccountDocument)).account.bodyDays).toBe(10_000);
    expect(await run('keep-bodies', account.accountId, 'forever')).toMatchObject({ code: 0 });
    expect((await account.ask(AccountDocument)).account.bodyDays).toBeNull();
    expect(await bodiesOf(account)).toEqual(['Old']);
    for (const days of [0, -1, 36_501])
      expect(await account.fails(SetBodyRetentionDocument, { days })).toMatchObject({
        message: 'days: expected 1 to 36500',
      });
    for (const days of ['0', 'x', '1.5'])
      expect(await run('keep-bodies', account.accountId, days)).toMatchObject({ code: 1 });
    const { auditEntries } = await account.ask(AuditEntriesDocument, { first: 10 });
    expect(auditEntries.map((each) => [each.action, each.subject, each.keyId])).toEqual([
      ['BODY_RETENTION_SET', null, null],
      ['BODY_RETENTION_SET', '10000', null],
    ]);
  });
});
