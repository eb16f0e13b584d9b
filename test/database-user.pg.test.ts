import { addAccount, generateKey } from '@campaign-analytics/server/accounts/keys.js';
import { readConfig } from '@campaign-analytics/server/config.js';
import { openStorage, type Storage } from '@campaign-analytics/server/storage.js';
import { Client } from 'pg';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { openApi } from './harness/api.ts';
import { boxes, createCampaign, message, phone, record } from './harness/campaign.ts';
import { useDatabase } from './harness/database.ts';
import { openKeptLog } from './harness/logs.ts';
import { startTestServer } from './harness/server.ts';

const open = (url: string): Promise<Storage> =>
  openStorage(readConfig({ DATABASE_URL: url, POOL_SIZE: '2' }), process.pid, openKeptLog());

const ONE = 'one';

describe('the user of the database', () => {
  const fresh = useDatabase('template1');
  const name = () => new URL(fresh.url).pathname.slice(1);
  const urlAs = (user: string): string => {
    const url = new URL(fresh.url);
    url.username = user;
    url.password = 'secret';
    return url.href;
  };
  const makeUser = async (user: string, rights: string): Promise<string> => {
    await fresh.client.query(`create role ${user} login password 'secret' nosuperuser ${rights}`);
    return user;
  };
  const refusalOf = async (url: string): Promise<string> => {
    try {
      await (await open(url)).close();
      return 'opened';
    } catch (error) {
      return (error as Error).message;
    }
  };
  const users: string[] = [];
  afterAll(async () => {
    const client = new Client({ connectionString: inject('postgresUrl') });
    await client.connect();
    for (const user of users)
      await client.query(`drop owned by ${user}; drop role ${user}`).catch(() => undefined);
    await client.end();
  });

  test('may be an ordinary one that owns the database: it is bound as it is', async () => {
    const user = await makeUser(`owner_${name()}`, 'nocreaterole nobypassrls');
    await fresh.client.query(`alter database ${name()} owner to ${user}`);
    const server = await startTestServer(urlAs(user));
    const owned = await open(urlAs(user));
    const key = generateKey();
    await addAccount(owned.pool, { accountId: ONE, name: 'One', defaultCountry: 'US', key });
    const api = openApi(server.url, key);
    const campaignId = await createCampaign(api);
    await record(api, message(campaignId, { contact: phone(0) }));
    expect(await boxes(api, campaignId)).toMatchObject({ initialsSent: 1 });
    const { rows } = await owned.pool.query(
      'select current_user as name, (select count(*)::int from message) as sees',
    );
    expect(rows).toEqual([{ name: user, sees: 0 }]);
    await Promise.all([server.stop(), owned.close()]);
  });

  test('may be a superuser: its connections step down, and going back leads no further', async () => {
    const opened = await open(fresh.url);
    const whoAmI = async (before: string) => {
      const client = await opened.pool.connect();
      await client.query(before);
      const { rows } = await client.query(
        'select current_user as name, (select count(*)::int from message) as sees',
      );
      client.release();
      return rows[0];
    };
    const bound = { name: 'campaign_analytics_app', sees: 0 };
    expect(await whoAmI('select 1')).toEqual(bound);
    expect(await whoAmI('reset role')).toEqual(bound);
    expect(await whoAmI('reset all')).toEqual(bound);
    await expect(opened.pool.query('alter table message disable row level security')).rejects.toThrow(
      'must be owner',
    );
    await opened.close();
  });

  test('is told what to do where nothing binds it and it may not make a role', async () => {
    const user = await makeUser(`free_${name()}`, 'nocreaterole bypassrls');
    await fresh.client.query(
      `alter database ${name()} owner to ${user}; reassign owned by owner_${name()} to ${user}`,
    );
    const refusal = await refusalOf(urlAs(user));
    expect(refusal).toContain(`row-level security does not bind the database's user ${user}`);
    const [, remedy = ''] = /that it does bind: (alter role \S+ nobypassrls);/.exec(refusal) ?? [];
    await fresh.client.query(remedy);
    expect(await refusalOf(urlAs(user))).toBe('opened');
  });

  test('is refused on tables that lost their policies', async () => {
    await fresh.client.query('alter table message disable row level security');
    expect(await refusalOf(fresh.url)).toMatch(
      /^expected row-level security to hold in every table, got none in message:/,
    );
    await fresh.client.query('alter table message enable row level security');
    expect(await refusalOf(fresh.url)).toBe('opened');
  });
});
