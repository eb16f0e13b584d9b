// A session of the console ends: by sign-out, with its key, by an administrator, by the clock, and as the oldest of too many.
import {
  ApiKeysDocument,
  ConsoleSessionsDocument,
  EndConsoleSessionDocument,
  RevokeApiKeyDocument,
} from '@campaign-analytics/schema/graphql';
import { describe, expect, test } from 'vitest';
import { eventually } from './harness/deadline.ts';
import { startTestServer, useServer } from './harness/server.ts';
import { ASK, makeKey, ofPage, openConsole, readSession, signOut, useSignIn } from './harness/session.ts';
import { openSocket } from './harness/socket.ts';

const server = useServer({ SIGN_IN_REFUSALS: '1000' });
const { signedIn, statusOf, codeOf, socketOf, sql } = useSignIn(server);
const UNAUTHENTICATED = { code: 'UNAUTHENTICATED', message: expect.stringMatching(/^Expected/) as string };

describe('a session ends', () => {
  test('when its page signs out, at once, with its sockets; the key and other sessions go on', async () => {
    const account = await server.account();
    const [cookie, other] = [
      await signedIn({ apiKey: account.key }),
      await signedIn({ apiKey: account.key }),
    ];
    const [socket, stays] = [socketOf(cookie), socketOf(other)];
    for (const each of [socket, stays]) await each.watch(ASK).until(() => true);
    const response = await fetch(`${server.url}/console/session`, {
      method: 'DELETE',
      headers: { ...ofPage(server.url), cookie },
    });
    expect([response.status, response.headers.getSetCookie()]).toEqual([
      204,
      [
        expect.stringMatching(
          /^campaign-analytics=; Path=\/; Expires=Thu, 01 Jan 1970[^;]+; HttpOnly; SameSite=Strict$/,
        ),
      ],
    ]);
    expect(await statusOf(cookie)).toBe(401);
    expect(await readSession(server.url, cookie)).toEqual([401, UNAUTHENTICATED]);
    expect(await socket.closed()).toEqual(expect.objectContaining({ code: 4403, reason: 'TOKEN_REVOKED' }));
    expect(await stays.watch(ASK).until(() => true)).toEqual({ campaigns: { totalCount: 0 } });
    expect((await account.send(ASK)).status).toBe(200);
    expect(await signOut(server.url, cookie)).toBe(204);
    await stays.close();
  });

  test('with the key that it was begun with, within seconds, in every process, sockets too', async () => {
    const another = await startTestServer(server.database.url);
    const account = await server.account();
    const { id, key } = await makeKey(account, 'READ');
    const cookie = await signedIn({ apiKey: key });
    const [near, far] = [
      socketOf(cookie),
      openSocket(another.url, undefined, { cookie, origin: another.url }),
    ];
    for (const each of [near, far]) await each.watch(ASK).until(() => true);
    expect((await openConsole(another.url, cookie).send(ASK)).status).toBe(200);
    await account.ask(RevokeApiKeyDocument, { id });
    expect(await statusOf(cookie)).toBe(401);
    for (const each of [near, far])
      expect(await each.closed()).toMatchObject({ code: 4403, reason: 'TOKEN_REVOKED' });
    await eventually(
      () => openConsole(another.url, cookie).send(ASK),
      ({ status }) => status === 401,
    );
    expect(await socketOf(cookie).closed()).toMatchObject({ code: 4401 });
    await another.stop();
  });

  test('when an administrator ends it, and only one of its account', async () => {
    const [account, other] = [await server.account(), await server.account()];
    const cookie = await signedIn({ code: await codeOf(account) });
    const admin = await signedIn({ apiKey: account.key });
    await signedIn({ apiKey: other.key });
    const socket = socketOf(cookie);
    await socket.watch(ASK).until(() => true);
    const console = openConsole(server.url, admin);
    const { consoleSessions } = await console.ask(ConsoleSessionsDocument);
    const { apiKeys } = await account.ask(ApiKeysDocument);
    expect(consoleSessions.map(({ keyId, isCurrent }) => [keyId, isCurrent])).toEqual([
      [apiKeys[0]?.id, true],
      [null, false],
    ]);
    const [id = '', foreign = ''] = [
      consoleSessions[1]?.id,
      (await other.ask(ConsoleSessionsDocument)).consoleSessions[0]?.id,
    ];
    expect(await console.ask(EndConsoleSessionDocument, { id: foreign })).toEqual({
      endConsoleSession: false,
    });
    expect(await console.ask(EndConsoleSessionDocument, { id })).toEqual({ endConsoleSession: true });
    expect(await statusOf(cookie)).toBe(401);
    expect(await socket.closed()).toMatchObject({ code: 4403, reason: 'TOKEN_REVOKED' });
    expect(await console.ask(EndConsoleSessionDocument, { id })).toEqual({ endConsoleSession: false });
    expect((await console.ask(ConsoleSessionsDocument)).consoleSessions).toHaveLength(1);
    expect((await other.ask(ConsoleSessionsDocument)).consoleSessions).toHaveLength(1);
  });

  test('by the clock, and its sockets with it', async () => {
    const account = await server.account();
    const cookie = await signedIn({ apiKey: account.key });
    await sql(
      `update console_session set expires_at = now() + interval '700 ms' where account_id = $1`,
      account.accountId,
    );
    const socket = socketOf(cookie);
    await socket.watch(ASK).until(() => true);
    expect(await socket.closed()).toMatchObject({ code: 4403, reason: 'TOKEN_EXPIRED' });
    expect(await readSession(server.url, cookie)).toEqual([401, UNAUTHENTICATED]);
    await eventually(
      () => statusOf(cookie),
      (status) => status === 401,
    );
    await signedIn({ apiKey: account.key });
    expect(await sql('select from console_session where account_id = $1', account.accountId)).toHaveLength(1);
  });

  test('when an account has too many: the oldest', async () => {
    const account = await server.account();
    const oldest = await signedIn({ apiKey: account.key });
    await sql(
      `insert into console_session select $1, 's' || n, sha256(($1 || n)::bytea), null, now(), now() + interval '1 hour', null
         from generate_series(1, 499) n`,
      account.accountId,
    );
    const newest = await signedIn({ apiKey: account.key });
    expect([await statusOf(oldest), await statusOf(newest)]).toEqual([401, 200]);
  });
});
