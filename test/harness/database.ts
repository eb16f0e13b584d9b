// Databases on the run's PostgreSQL: made from the migrated template, dropped at the end. Dropping one that is still
// connected to fails, so that a test which leaves a connection behind fails as well.
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, inject } from 'vitest';
import { TEMPLATE } from './postgres.ts';

async function administer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** @param template - another database, which nobody may be connected to. @returns the new one's address. */
export async function createDatabase(
  postgresUrl: string,
  name: string,
  template = 'template1',
): Promise<string> {
  await administer(postgresUrl, `create database ${name} template ${template}`);
  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** @throws where somebody is still connected: a leak of the test, or of what it tests. */
export const dropDatabase = (postgresUrl: string, url: string): Promise<void> =>
  administer(postgresUrl, `drop database ${new URL(url).pathname.slice(1)}`);

export interface TestDatabase {
  readonly url: string;
  /** One connection of the test's own, for looking and for breaking things. */
  readonly client: Client;
}

/** A database for this test file, or for the enclosing describe. @param template - 'template1' for an empty one. */
export function useDatabase(template = TEMPLATE): TestDatabase {
  const database = { url: '', client: new Client() };
  beforeAll(async () => {
    const name = `test_${randomBytes(8).toString('hex')}`;
    database.url = await createDatabase(inject('postgresUrl'), name, template);
    database.client = new Client({ connectionString: database.url });
    await database.client.connect();
  });
  afterAll(async () => {
    await database.client.end();
    await dropDatabase(inject('postgresUrl'), database.url);
  });
  return database;
}
